"""The choices (⟂) in the method appendix, and what the published measures say that each of them moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import duckdb

from pipelines import bokmaal, yaml_file
from pipelines.disclosure import published
from pipelines.home import ROOT
from pipelines.report import counts
from pipelines.report.counts import Counts
from pipelines.report.document import Column, Table, Value
from pipelines.report.forlop import NOTHING, Results

CHOICES = ROOT / "reports" / "templates" / "valg.yaml"
UNMEASURED = "Ikke målt"
UNKNOWN = "Kan ikke vises: tallene er skjult eller mangler"


@dataclass(frozen=True)
class Choice:
    """A choice, the SQL file that makes it (without `.sql`), and how what it moves is measured."""

    valg: str
    sql: str
    folsomhet: dict[str, Any] = field(default_factory=dict)


def choices() -> list[Choice]:
    """Every choice, in the order of `valg.yaml`."""
    return [Choice(**node) for node in yaml_file.read(CHOICES)]


def table(con: duckdb.DuckDBPyConnection, month: date, now: Counts, courses: Results) -> Table:
    """The choices with their sensitivity in `month`."""
    rows: list[Sequence[Value]] = []
    for choice in choices():
        rows.append((choice.valg, f"sql/{choice.sql}.sql", sensitivity(con, month, now, courses, choice.folsomhet)))
    columns = [Column("Valg (⟂)"), Column("Regel"), Column("Følsomhet")]
    caption = f"Valg der kildene tier, og hva de flytter, {bokmaal.maaned(month)}"
    return Table("valg", caption, columns, rows)


def sensitivity(
    con: duckdb.DuckDBPyConnection, month: date, now: Counts, courses: Results, measured: dict[str, Any]
) -> str:
    """What a choice moves, in words."""
    match measured:
        case {"mal": [chosen, otherwise]}:
            first, second = (counts.of(now, mal).andel for mal in (chosen, otherwise))
            return _two("{} med kravet, {} uten", first, second)
        case {"usikre": measures}:
            shares = [counts.of(now, mal).andel for mal in measures]
            known = [share for share in shares if share is not None]
            return f"Gjelder {bokmaal.prosent(sum(known))} av mottakerne" if len(known) == len(shares) else UNKNOWN
        case {"anslag": status}:
            frame = published(
                con, "statistikk.tverrsnitt_anslag", maaned=month, aktivitetsstatus=status, h_tolvdeler=[0, 6, 12]
            )
            shown: list[float] = frame.sort("h_tolvdeler")["andel"].drop_nulls().to_list()
            if len(shown) < 3:
                return UNKNOWN
            none, half, every = (bokmaal.prosent(share) for share in shown)
            return f"{half} uten aktivitet; mellom {every} når alle flyttes, og {none} når ingen flyttes"
        case {"lesninger": code}:
            by_length = courses.get((f"noensinne={code}", "lengde", "1-12", None), NOTHING).verdi
            by_time = courses.get((f"noensinne={code}", "alle", "alle", 12), NOTHING).verdi
            return _two("{} av forløpene på høyst tolv måneder, {} i de første tolv månedene", by_length, by_time)
    return UNMEASURED


def _two(pattern: str, first: float | None, second: float | None) -> str:
    if first is None or second is None:
        return UNKNOWN
    return pattern.format(bokmaal.prosent(first), bokmaal.prosent(second))
