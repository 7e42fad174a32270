"""What the figures of the courses show, in words made from their data, for those who do not see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl

from pipelines.base import bokmaal
from pipelines.drawing.labels import navn
from pipelines.studies.forlop.figure_parts import NAMES, UTE
from pipelines.studies.forlop.lengths import names

WHEN = (1, 12, 24, 36)
"""The months of a course that are said; the figure has them all."""
HIDDEN = "Alle tall i figuren er skjult."
NOTHING = pl.Series(dtype=pl.Boolean)
PASSIVE = "passiv"
EVER = {"behandling": "behandling", "tiltak": "tiltak", "arbeid": "arbeid", "begge": "både behandling og tiltak/arbeid"}
EVENTS = {code: f"har begynt i {code}" for code in ("tiltak", "arbeid", "behandling")}
LENGTHS = names("{}–{} måneder", "{} måneder og mer")
PASSIVES = {
    "passive_perioder": "Antall perioder i forløpet",
    "lengste_passive": "Måneder i den lengste perioden",
    "passiv_varighet": "Måneder i hver periode",
}

Known = dict[tuple[str, str, int | None], float]
"""Shown values by `mal`, `gruppe`, `maaned_nr`."""


def text(name: str, data: pl.DataFrame) -> str:
    """The alternative text of the figure `name`."""
    said = " ".join(SAYS[name](data.filter(pl.col("verdi").is_not_null())))
    if said and data.get_column("skjult", default=NOTHING).any():
        said += " Skjulte tall er ikke med i det som sies her."
    return said or HIDDEN


def _known(data: pl.DataFrame) -> Known:
    rows = data.select("mal", "gruppe", "maaned_nr", "verdi").iter_rows()
    return {(mal, gruppe, month): value for mal, gruppe, month, value in rows}


def _states(data: pl.DataFrame) -> Iterator[str]:
    """The distribution over states in some months of the course."""
    known = {(mal.split("=")[1], month): value for (mal, _, month), value in _known(data).items()}
    for month in WHEN:
        shares = {state: known[state, month] for state in NAMES if (state, month) in known}
        active = {state: share for state, share in shares.items() if state not in (PASSIVE, UTE)}
        parts = [_share(shares[PASSIVE], _is(PASSIVE))] if PASSIVE in shares else []
        if active:
            most = max(active, key=lambda state: active[state])
            parts.append(_share(active[most], f"{_is(most)} (den vanligste aktiviteten)"))
        if UTE in shares:
            parts.append(_share(shares[UTE], _is(UTE)))
        if parts:
            yield f"Måned {month}: {bokmaal.ramse(parts)}."


def _groups(data: pl.DataFrame) -> Iterator[str]:
    """Where those without activity and those who have left are most and fewest, after a year."""
    grouping = data["gruppering"].first() or "alle"
    known = _known(data.filter(pl.col("maaned_nr") == WHEN[1]))
    for state, said in ((PASSIVE, "uten registrert aktivitet"), (UTE, "som har sluttet på AAP,")):
        shares = [(share, gruppe) for (mal, gruppe, _), share in known.items() if mal == f"tilstand={state}"]
        if len(shares) > 1:
            high, low = (
                f"{_low(navn(gruppe, str(grouping)))} ({bokmaal.prosent(share)})"
                for share, gruppe in (max(shares), min(shares))
            )
            yield f"I måned {WHEN[1]} er andelen {said} høyest for {high} og lavest for {low}."


def _ever(data: pl.DataFrame) -> Iterator[str]:
    """Each «ever» share, by length and by elapsed time."""
    known = _known(data)
    places: list[tuple[str, str, int | None]] = [
        *((f"Forløp på {said}", code, None) for code, said in LENGTHS.items()),
        *((f"Innen {bokmaal.antall(month, 'måneder')}", "alle", month) for month in WHEN[1:]),
    ]
    for place, gruppe, month in places:
        parts = [
            f"{said} {bokmaal.prosent(known[f'noensinne={code}', gruppe, month])}"
            for code, said in EVER.items()
            if (f"noensinne={code}", gruppe, month) in known
        ]
        if parts:
            yield f"{place}: {bokmaal.ramse(parts)}."


def _curves(data: pl.DataFrame) -> Iterator[str]:
    """How many have begun and left within some months: life tables are told in whole percent (`cumulative`)."""
    known = _known(data)
    for month in WHEN[1:]:
        found = {code: known.get((f"kumulativ_insidens={code}", "alle", month)) for code in (*EVENTS, UTE)}
        parts = [_share(share, EVENTS.get(code, _is(UTE)), 0) for code, share in found.items() if share is not None]
        if parts:
            yield f"Innen {bokmaal.antall(month, 'måneder')}: {bokmaal.ramse(parts)}."


def _passive(data: pl.DataFrame) -> Iterator[str]:
    """The three distributions, class by class."""
    shares = {mal: value for (mal, _, _), value in _known(data).items()}
    for family, said in PASSIVES.items():
        classes = sorted((mal.split("=")[1] for mal in shares if mal.startswith(f"{family}=")), key=_first_number)
        parts = [f"{code.replace('-', '–')}: {bokmaal.prosent(shares[f'{family}={code}'])}" for code in classes]
        if parts:
            yield f"{said} – {'; '.join(parts)}."


def _transitions(data: pl.DataFrame) -> Iterator[str]:
    """For each state: how many stay, and where most of the others go."""
    moves: dict[str, dict[str, float]] = {}
    for (mal, _, _), share in _known(data).items():
        fra, til = mal.split("=", 1)[1].split(">")
        moves.setdefault(fra, {})[til] = share
    for fra in (state for state in NAMES if state in moves):
        stays = moves[fra].pop(fra, None)
        parts = [] if stays is None else [_share(stays, "er i den samme")]
        if moves[fra]:
            til = max(moves[fra], key=lambda state: (moves[fra][state], state))
            parts.append(_share(moves[fra][til], _is(til)))
        if parts:
            yield f"{NAMES[fra]}: {bokmaal.ramse(parts)}."


def _common(data: pl.DataFrame) -> Iterator[str]:
    """The three most common courses."""
    rows = data.sort("antall", "mal", descending=[True, False]).head(3).iter_rows(named=True)
    parts = [
        f"{', så '.join(_state(state) for state in row['mal'].removeprefix('lop=').split(' > '))}"
        f" ({bokmaal.prosent(row['verdi'])})"
        for row in rows
    ]
    if parts:
        yield f"De vanligste forløpene er {'; '.join(parts)}."


def _types(data: pl.DataFrame) -> Iterator[str]:
    """How many of the courses are of each type."""
    rows = data.filter(mal="storrelse", gruppering="alle").sort("type_nr")
    parts = [f"{_type(row['type_nr'], row['navn'])} {bokmaal.prosent(row['verdi'])}" for row in rows.to_dicts()]
    if parts:
        yield f"{bokmaal.stor(bokmaal.ramse(parts))} av forløpene."


def _types_by_month(data: pl.DataFrame) -> Iterator[str]:
    """The most common state of each type in some months."""
    for number, name in _named(data):
        parts = []
        for month in WHEN:
            rows = data.filter(type_nr=number, maaned_nr=month).sort("verdi", "mal", descending=[True, False])
            if rows.height:
                state, share = rows["mal"][0].split("=")[1], rows["verdi"][0]
                parts.append(f"måned {month}: {_share(share, _is(state))}")
        if parts:
            yield f"{bokmaal.stor(_type(number, name))} – {'; '.join(parts)}."


def _types_by_group(data: pl.DataFrame) -> Iterator[str]:
    """In which group each type is most common."""
    for number, name in _named(data):
        rows = data.filter(pl.col("type_nr") == number, pl.col("gruppering") != "alle").sort("verdi", "gruppe")
        if rows.height:
            most = rows.row(-1, named=True)
            group = navn(most["gruppe"], most["gruppering"])
            group = f"dem som startet i {group}" if most["gruppering"] == "startaar" else _low(group)
            share = bokmaal.prosent(most["verdi"])
            yield f"{bokmaal.stor(_type(number, name))} er vanligst for {group} med {share}."


def _named(data: pl.DataFrame) -> Sequence[tuple[int, str]]:
    return data.select("type_nr", "navn").unique().sort("type_nr").rows()


def _type(number: int, name: str) -> str:
    return f"type {number} («{name}»)"


def _state(code: str) -> str:
    return "uten aktivitet" if code == PASSIVE else _low(NAMES[code])


def _is(code: str) -> str:
    """A state as a predicate."""
    return {PASSIVE: "er uten registrert aktivitet", UTE: "har sluttet på AAP"}.get(code, f"er i {_low(NAMES[code])}")


def _share(share: float, said: str, desimaler: int = 1) -> str:
    return f"{bokmaal.prosent(share, desimaler)} {said}"


def _first_number(code: str) -> int:
    return int(code.rstrip("+").split("-")[0])


def _low(name: str) -> str:
    return name[:1].lower() + name[1:]


SAYS: dict[str, Callable[[pl.DataFrame], Iterator[str]]] = {
    "forlop_tilstand": _states,
    "forlop_tilstand_aldersgruppe": _groups,
    "forlop_tilstand_diagnosegruppe": _groups,
    "forlop_noensinne": _ever,
    "forlop_insidens": _curves,
    "forlop_passiv": _passive,
    "forlop_overganger_1": _transitions,
    "forlop_overganger_6": _transitions,
    "forlop_vanligste": _common,
    "forlop_typer": _types,
    "forlop_typer_tilstand": _types_by_month,
    "forlop_typer_bakgrunn": _types_by_group,
}
"""Figure → what says it."""
