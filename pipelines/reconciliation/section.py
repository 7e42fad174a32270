"""Published against reproduced, as a chapter: how many printed numbers are inside, and each with a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipelines import disclosure
from pipelines.document.blocks import Column, Paragraph, Section, Table, Value
from pipelines.reconciliation import html_page, tally
from pipelines.reconciliation.reconcile import TABLE


def frame(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The reconciliation as it may be shown; empty where it is not built."""
    tables = "select 1 from duckdb_tables() where schema_name = 'kontroll' and table_name = 'avstemming'"
    if not con.execute(tables).fetchall():
        return pl.DataFrame({"status": []}, schema={"status": pl.String})
    return disclosure.published(con, TABLE)


def write(rows: pl.DataFrame, folder: Path) -> list[Path]:
    """The page and the table of the reconciliation, where it is built; returns their paths."""
    return [] if rows.is_empty() else html_page.write(rows, folder)


def sentence(rows: pl.DataFrame) -> str:
    """How many are inside by the print, by the margin, and outside."""
    nothing = "Ingen av de trykte tallene kan testes mot dette øyeblikksbildet."
    return nothing if rows.is_empty() else tally.sentence(rows)


def section(rows: pl.DataFrame) -> list[Section]:
    """The chapter. Numbers that cannot be tested are counted here; each stands with its reason in avstemming.csv."""
    chapter = Section("avstemming", "Publisert mot reprodusert", [Paragraph(sentence(rows)), Paragraph(LEAD)])
    if rows.is_empty():
        return [chapter]
    studies = html_page.sections(rows)
    status = tally.statuses(rows["andel_av_befolkning"].to_list()[0])
    verdicts = [Column(title, "count") for _, title in status.values()]
    counted: list[Sequence[Value]] = [(study.title, *(study.counts[code] for code in status)) for study in studies]
    tables = [Table("avstemming", "Trykte tall etter utfall", [Column("Studie"), *verdicts], counted)]
    if parts_apart := tally.apart(rows):
        told: list[Sequence[Value]] = [(title, *(part[code] for code in status)) for title, part in parts_apart.items()]
        heading = "Trykte tall etter hva det syntetiske registeret var for dem"
        tables.insert(0, Table("avstemming_tilpasning", heading, [Column("Registeret er"), *verdicts], told))
    parts = [Section("avstemming-sum", "Oversikt", [*tables], 3)]
    for number, study in enumerate(studies, 1):
        if study.tested:
            lines = [
                (
                    line.measure,
                    line.period,
                    line.printed,
                    line.accepted,
                    line.derived,
                    f"±{line.margin}" if line.margin else "",
                    line.deviation,
                    f"{line.symbol} {line.verdict}",
                    line.use,
                )
                for line in study.tested
            ]
            table = Table(f"avstemming_{number}", f"{study.title}: tall som kan testes", TESTED, lines)
            parts.append(Section(f"avstemming-{number}", study.title, [table], 3))
    return [chapter, *parts]


TESTED = [
    Column(heading)
    for heading in (
        *("Tall", "Periode", "Publisert", "Godtatt", "Reprodusert", "Utvalgsmargin", "Avvik", "Vurdering"),
        "Registeret er",
    )
]
LEAD = (
    "Hvert tall studiene og statistikken har trykt, er holdt mot det som er beregnet av leveransene; de som er utenfor,"
    " står først. På et syntetisk register er det sagt for seg hva som bare er innenfor med utvalgsmarginen, og hva"
    " registeret er tilpasset etter. Tallene som ikke kan testes, står med grunn i avstemming.csv."
)
