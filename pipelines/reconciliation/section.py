"""Published against reproduced, as a chapter: how many printed numbers are inside, and each that can be tested."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipelines.base import bokmaal
from pipelines.document.blocks import Column, Paragraph, Section, Table, Value
from pipelines.reconciliation import html_page
from pipelines.reconciliation.line import STATUS
from pipelines.reconciliation.readers import for_readers


def frame(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The reconciliation as it may be shown; empty where it is not built."""
    tables = "select 1 from duckdb_tables() where schema_name = 'kontroll' and table_name = 'avstemming'"
    if not con.execute(tables).fetchall():
        return pl.DataFrame({"status": []}, schema={"status": pl.String})
    return for_readers(con)


def write(rows: pl.DataFrame, folder: Path) -> list[Path]:
    """The page and the table of the reconciliation, where it is built; returns their paths."""
    return [] if rows.is_empty() else html_page.write(rows, folder)


def sentence(rows: pl.DataFrame) -> str:
    """«Av 164 trykte tall som kan testes, er 41 innenfor trykkets nøyaktighet, og 79 til når utvalgsmarginen regnes
    med.»"""
    tested = rows.filter(pl.col("status").is_in(["innenfor", "utenfor"]))
    if tested.is_empty():
        return "Ingen av de trykte tallene kan testes mot dette øyeblikksbildet."
    inside = tested.filter(status="innenfor")
    by_print = inside.filter(BY_PRINT).height
    said = f"Av {bokmaal.tall(tested.height)} trykte tall som kan testes, er {bokmaal.tall(by_print)} innenfor trykkets"
    more = inside.height - by_print
    return f"{said} nøyaktighet{f', og {bokmaal.tall(more)} til når utvalgsmarginen regnes med' if more else ''}."


def section(rows: pl.DataFrame) -> list[Section]:
    """The chapter. Numbers that cannot be tested are counted here; each stands with its reason in avstemming.csv."""
    chapter = Section("avstemming", "Publisert mot reprodusert", [Paragraph(sentence(rows)), Paragraph(LEAD)])
    if rows.is_empty():
        return [chapter]
    studies = html_page.sections(rows)
    columns = [Column("Studie"), *(Column(title, "count") for _, title in STATUS.values())]
    counted: list[Sequence[Value]] = [(study.title, *(study.counts[code] for code in STATUS)) for study in studies]
    summary = Table("avstemming", "Trykte tall etter utfall", columns, counted)
    parts = [Section("avstemming-sum", "Oversikt", [summary], 3)]
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
                )
                for line in study.tested
            ]
            table = Table(f"avstemming_{number}", f"{study.title}: tall som kan testes", TESTED, lines)
            parts.append(Section(f"avstemming-{number}", study.title, [table], 3))
    return [chapter, *parts]


TESTED = [
    Column(heading)
    for heading in ("Tall", "Periode", "Publisert", "Godtatt", "Reprodusert", "Utvalgsmargin", "Avvik", "Vurdering")
]
BY_PRINT = pl.col("reprodusert").is_between(
    pl.col("nedre").fill_null(float("-inf")), pl.col("ovre").fill_null(float("inf"))
)
LEAD = (
    "Hvert tall studiene og statistikken har trykt, er holdt mot det som er beregnet av leveransene. På et syntetisk"
    " register er det godtatte området utvidet med utvalgsmarginen, og alltid med det avrundingen til nærmeste fem kan"
    " gjøre. Tallene som ikke kan testes, står med grunn i"
    " avstemming.csv."
)
