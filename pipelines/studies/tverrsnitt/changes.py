"""What changed between two months, or two tertials: the numbers, the noise, and what was delivered."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.document.blocks import Column, Table, Value
from pipelines.drawing.labels import navn, order
from pipelines.studies.tverrsnitt import counts, words
from pipelines.studies.tverrsnitt.counts import Count, Counts, difference, either

NOISE = (
    "Støyen er 1,96 standardfeil av forskjellen mellom to uavhengige grupper av denne størrelsen. Stort sett er det de"
    " samme personene begge ganger, så grensen er heller for vid enn for trang. Endringer som er større, er merket."
)
MARK = "større enn støyen"
ALL = "Andel av mottakerne"
COMPARED = [*words.MEASURES, *(f"innsatsgruppe={code}" for code in ("spesielt_tilpasset", "varig_tilpasset"))]


def persons(name: str, now: Count, before: Count, heads: Sequence[str], times: Sequence[str]) -> Table:
    """The number of recipients then and now; `times` are the two in running text."""
    change = either(now, before, difference(now.antall, before.antall, 0))
    noise = either(now, before, counts.count_noise(now, before))
    marked = words.beyond_noise("mottakere", now, before)
    columns = [
        Column("Antall"),
        *(Column(head, "count") for head in heads),
        Column("Endring", "signed"),
        Column("Støy", "count"),
        Column("Merknad"),
    ]
    row: list[Value] = ["Mottakere", before.shown_antall, now.shown_antall, change, noise, MARK if marked else ""]
    return Table(
        name,
        f"Antall mottakere i {times[0]} og {times[1]}",
        columns,
        [row],
        marked=frozenset({0} if marked else ()),
    )


def shares(
    name: str,
    caption: str,
    pairs: Sequence[tuple[str, Count, Count]],
    heads: Sequence[str],
    first: str = ALL,
    note: str = NOISE,
) -> Table:
    """Shares then and now, by name, with the noise and a mark where the change is larger."""
    rows: list[Sequence[Value]] = []
    marked = set()
    for title, now, before in pairs:
        change = either(now, before, difference(now.andel, before.andel, 3))
        noise = counts.share_noise(now, before)
        large = words.beyond_noise("", now, before)
        if large:
            marked.add(len(rows))
        said = MARK if large else ""
        rows.append((title, before.shown_andel, now.shown_andel, change, either(now, before, _points(noise)), said))
    columns = [
        *(Column(first), Column(heads[0], "percent"), Column(heads[1], "percent")),
        *(Column("Endring, prosentpoeng", "points"), Column("Støy, prosentpoeng", "decimal"), Column("Merknad")),
    ]
    return Table(name, caption, columns, rows, note=note, marked=frozenset(marked))


def measures(now: Counts, before: Counts) -> list[tuple[str, Count, Count]]:
    """Every compared share of everyone, now and before."""
    found = []
    for mal in COMPARED:
        if mal != "mottakere":
            found.append((navn(mal, None if "=" in mal else "mal"), counts.of(now, mal), counts.of(before, mal)))
    return found


def by_group(now: Counts, before: Counts, mal: str) -> list[tuple[str, Count, Count]]:
    """One measure in every group, now and before."""
    found = []
    for gruppering in ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning"):
        for gruppe in order(gruppering):
            if (mal, gruppering, gruppe) in now or (mal, gruppering, gruppe) in before:
                place = (mal, gruppering, gruppe)
                found.append((navn(gruppe, gruppering), counts.of(now, *place), counts.of(before, *place)))
    return found


def sentences(now: Counts, before: Counts, since: str) -> list[str]:
    """What changed more than the noise, in words; if nothing did, that."""
    moved = [
        words.change(mal, counts.of(now, mal), counts.of(before, mal), since)
        for mal in words.MEASURES
        if words.beyond_noise(mal, counts.of(now, mal), counts.of(before, mal))
    ]
    return moved or [f"Ingen av tallene har endret seg mer enn støyen siden {since}."]


def _points(noise: float | None) -> float | None:
    return None if noise is None else 100 * noise
