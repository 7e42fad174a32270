"""The choices (⟂) in the method appendix, and what each of them moves, worked out from the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb
import polars as pl

from pipelines import disclosure
from pipelines.base import bokmaal, yaml_file
from pipelines.base.home import ROOT
from pipelines.document import counts
from pipelines.document.blocks import SKJULT, Column, Table, Value
from pipelines.document.counts import Counts
from pipelines.reconciliation.reconcile import TABLE
from pipelines.studies.forlop.section import NOTHING, Results

CHOICES = ROOT / "reports" / "templates" / "valg.yaml"
UNKNOWN = "Kan ikke vises: tallene er skjult eller mangler"
FEW = "Kan ikke vises: det er for få"
NO_TYPES = "Kan ikke vises: det er for få forløp til å danne typer"
PRINTED: dict[str, Callable[[float], str]] = {
    "andel": bokmaal.prosent,
    "antall": bokmaal.tall,
    "dager": lambda value: bokmaal.antall(value, "dager", 0 if value == int(value) else 1),
    "indeks": lambda value: bokmaal.tall(value, 3),
}
"""How the values of a variant are printed."""


@dataclass(frozen=True)
class Place:
    """What a choice is measured on: a snapshot, a month, and the published numbers of the month and the courses."""

    con: duckdb.DuckDBPyConnection
    month: date
    now: Counts
    courses: Results
    printed: pl.DataFrame
    """The reconciliation as it may be shown."""


@dataclass(frozen=True)
class Choice:
    """A choice, the SQL file that makes it (without `.sql`), and how what it moves is measured."""

    valg: str
    sql: str
    folsomhet: dict[str, Any] = field(default_factory=dict)


def choices() -> list[Choice]:
    """Every choice, in the order of `valg.yaml`."""
    return [Choice(**node) for node in yaml_file.read(CHOICES)]


def table(con: duckdb.DuckDBPyConnection, month: date, now: Counts, courses: Results, printed: pl.DataFrame) -> Table:
    """The choices with their sensitivity in `month`."""
    place = Place(con, month, now, courses, printed)
    rows: list[Sequence[Value]] = [
        (choice.valg, f"sql/{choice.sql}.sql", sensitivity(place, choice.folsomhet)) for choice in choices()
    ]
    columns = [Column("Valg (⟂)"), Column("Regel"), Column("Følsomhet")]
    caption = f"Valg der kildene tier, og hva de flytter, {bokmaal.maaned(month)}"
    return Table("valg", caption, columns, rows)


def sensitivity(place: Place, measured: dict[str, Any]) -> str:
    """What a choice moves, in words. Raises KeyError for a way to measure it that there is none of."""
    kind = next(iter(measured))
    return MEASURED[kind](place, measured[kind], measured)


def _with_and_without(place: Place, measures: Any, _: dict[str, Any]) -> str:
    first, second = (counts.of(place.now, mal).andel for mal in measures)
    return _two("{} med kravet, {} uten", first, second)


def _uncertain(place: Place, measures: Any, _: dict[str, Any]) -> str:
    shares = [counts.of(place.now, mal).andel for mal in measures]
    known = [share for share in shares if share is not None]
    return f"Gjelder {bokmaal.prosent(sum(known))} av mottakerne" if len(known) == len(shares) else UNKNOWN


def _estimate(place: Place, status: Any, _: dict[str, Any]) -> str:
    table, twelfths = "statistikk.tverrsnitt_anslag", [0, 6, 12]
    frame = disclosure.published(place.con, table, maaned=place.month, aktivitetsstatus=status, h_tolvdeler=twelfths)
    shown: list[float] = frame.sort("h_tolvdeler")["andel"].drop_nulls().to_list()
    if len(shown) < len(twelfths):
        return UNKNOWN
    none, half, every = (bokmaal.prosent(share) for share in shown)
    return f"{half} uten aktivitet; mellom {every} når alle flyttes, og {none} når ingen flyttes"


def _readings(place: Place, code: Any, _: dict[str, Any]) -> str:
    by_length = place.courses.get((f"noensinne={code}", "lengde", "1-12", None), NOTHING).verdi
    by_time = place.courses.get((f"noensinne={code}", "alle", "alle", 12), NOTHING).verdi
    return _two("{} av forløpene på høyst tolv måneder, {} i de første tolv månedene", by_length, by_time)


def _variant(place: Place, name: Any, measured: dict[str, Any]) -> str:
    if _hidden(place, measured.get("celle", [])):
        return UNKNOWN
    given = {TABLE: place.printed} if place.printed.height else {}
    found = disclosure.alternative(place.con, name, place.month, measured["enhet"], given)
    pattern: str = measured["tekst"]
    printed = PRINTED[measured["enhet"]]
    if found.skjult:
        return FEW
    values = {"valgt": found.valgt, "ellers": found.ellers}
    said = {name: printed(value) for name, value in values.items() if value is not None}
    if any(f"{{{name}}}" in pattern and name not in said for name in values):
        return UNKNOWN
    part = "av {ellers}" in pattern  # some of all, not with and without
    same = "{ellers}" in pattern and not part and said["valgt"] == said["ellers"]
    return pattern.format(**said) + (" (ingen forskjell)" if same else "")


def _stability(place: Place, mal: Any, _: dict[str, Any]) -> str:
    rows = disclosure.published(place.con, "statistikk.forlop_typer", mal=mal) if place.courses else None
    values = [] if rows is None else rows["verdi"].drop_nulls().to_list()
    return f"Justert Rand-indeks mot et annet utvalg: {bokmaal.tall(values[0], 2)}" if values else NO_TYPES


def _reason(_: Place, why: Any, __: dict[str, Any]) -> str:
    return str(why)


def _hidden(place: Place, cell: Sequence[Any]) -> bool:
    """Whether the published number that a choice moves is hidden in the report."""
    match cell:
        case [mal]:
            return counts.of(place.now, mal).shown_andel is SKJULT
        case [mal, gruppering, gruppe, maaned_nr]:
            return place.courses.get((mal, gruppering, gruppe, maaned_nr), NOTHING).shown is SKJULT
    return False


def _two(pattern: str, first: float | None, second: float | None) -> str:
    if first is None or second is None:
        return UNKNOWN
    return pattern.format(bokmaal.prosent(first), bokmaal.prosent(second))


MEASURED: dict[str, Callable[[Place, Any, dict[str, Any]], str]] = {
    "mal": _with_and_without,
    "usikre": _uncertain,
    "anslag": _estimate,
    "lesninger": _readings,
    "variant": _variant,
    "stabilitet": _stability,
    "grunn": _reason,
}
"""The ways to measure a choice that `valg.yaml` may name."""
