"""Small tables of counts, and what comes of them through the door: `:` is hidden, a number is shown.

                           alle    K    M
    mottakere              100     97   3
    tiltak                 40      40   0

Rows are measures, columns are groups, a cell is how many of the group; `mottakere` is the size of the group.
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from pipelines.disclosure import published

APRIL = date(2015, 4, 1)
COLUMNS = ["maaned", "mal", "gruppering", "gruppe", "antall", "nevner"]


def cells(text: str) -> dict[tuple[str, str], str]:
    """(measure, group) → what stands there."""
    head, *rows = [line.split() for line in text.strip().splitlines() if line.strip()]
    return {(mal, group): cell for mal, *row in rows for group, cell in zip(head, row, strict=True)}


def grouping(group: str) -> str:
    if "*" in group:
        return "kjonn*aldersgruppe"
    return {"alle": "alle", "K": "kjonn", "M": "kjonn"}.get(group, "aldersgruppe")


def counts(text: str, month: date = APRIL) -> pl.DataFrame:
    given_cells = cells(text)
    rows = [
        (month, mal, grouping(group), group, int(cell), int(given_cells["mottakere", group]))
        for (mal, group), cell in given_cells.items()
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").with_columns(
        andel=pl.col("antall") / pl.col("nevner"), kjoring_id=pl.lit("k1")
    )


def shown(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    return {
        (row["mal"], row["gruppe"]): ":" if row["skjult"] else str(row["antall"]) for row in frame.iter_rows(named=True)
    }


def store(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    con.register("frame", frame)
    con.execute(f"create or replace table {name} as from frame")


def spells(*rows: tuple[str, str, int | None, int, int]) -> pl.DataFrame:
    """Rows of (measure, group, month of the spell, antall, nevner)."""
    return pl.DataFrame(
        [("alle", mal, grouping(gruppe), gruppe, nr, n, of, n / of) for mal, gruppe, nr, n, of in rows],
        schema={
            **dict.fromkeys(["utvalg", "mal", "gruppering", "gruppe"], pl.String),
            "maaned_nr": pl.Int32,
            "antall": pl.Int64,
            "nevner": pl.Int64,
            "verdi": pl.Float64,
        },
        orient="row",
    )


def shown_spells(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, **filters) -> dict[tuple, str]:
    store(con, "statistikk.forlop", frame)
    out = published(con, "statistikk.forlop", **filters)
    return {
        (row["mal"], row["gruppe"], row["maaned_nr"]): ":" if row["skjult"] else str(row["antall"])
        for row in out.iter_rows(named=True)
    }


def types(*rows: tuple[int, str, str, int | None, int, int]) -> pl.DataFrame:
    """Rows of (type, measure, group, month, antall, nevner)."""
    without = spells(*(row for _, *row in rows)).drop("utvalg")
    return without.with_columns(type_nr=pl.Series([row[0] for row in rows], dtype=pl.Int32), navn=pl.lit("Type"))


def shown_types(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, **filters) -> dict[tuple, str]:
    store(con, "statistikk.forlop_typer", frame)
    out = published(con, "statistikk.forlop_typer", **filters)
    return {
        (row["mal"], row["gruppe"], row["type_nr"]): ":" if row["skjult"] else str(row["antall"])
        for row in out.iter_rows(named=True)
    }
