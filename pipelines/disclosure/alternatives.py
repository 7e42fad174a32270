"""What a choice (⟂) moves: the result as it is and as it would have been, from the files of `sql/folsomhet/`.

Each answer is computed from counts rounded with labels of their own, so that the difference between the two tells no
more of the few they differ by than they do themselves (rules.md §8).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from pipelines.disclosure import values
from pipelines.disclosure.classes import median
from pipelines.disclosure.layout import layouts
from pipelines.disclosure.rounding import Rounding, current
from pipelines.disclosure.tables import rounded
from pipelines.model import sql

READS = re.compile(r"(?:from|join)\s+((?:statistikk|kontroll|klargjort|kilde)\.\w+)")
ANSWERS = {"valgt": "", "ellers": "_ellers"}
SHARE, COUNT, INDEX, DAYS = "andel", "antall", "indeks", "dager"
CLASS = 30


@dataclass(frozen=True)
class Alternative:
    """A value with the choice and without it; None where it cannot be known, and both where there are too few."""

    valgt: float | None = None
    ellers: float | None = None
    skjult: bool = False


def alternative(
    con: duckdb.DuckDBPyConnection,
    name: str,
    month: date,
    unit: str,
    given: Mapping[str, pl.DataFrame] | None = None,
) -> Alternative:
    """The two values of `sql/folsomhet/<name>.sql` in `month`.

    `unit` says what they are: `andel` and `antall` of the counts in the row, `indeks` a mean over them, `dager` the
    median of its classes. A file that reads only published tables reads them as they are published; `given` has those
    that `published` does not know. Without values when the snapshot lacks a table the file reads: one made before there
    was such a table, or without courses. Hidden where there are too few.
    """
    statement = sql.read(f"folsomhet/{name}")
    tables = set(READS.findall(statement))
    inside = tables - layouts().keys() - (given or {}).keys()
    try:
        if inside:
            row = _row(con, statement, month)
        else:
            with duckdb.connect() as room:
                for table in tables:
                    frame = given[table] if given and table in given else rounded(con, table)
                    room.execute(f"create schema if not exists {table.split('.')[0]}")
                    room.register("_ramme", frame)
                    room.execute(f"create table {table} as from _ramme")
                row = _row(room, statement, month)
    except duckdb.CatalogException:
        return Alternative()
    if row is None:
        return Alternative()
    if row["antall"] is None:  # of no persons
        return Alternative(_known(row["verdi"]), _known(row["verdi_ellers"]))
    found = {answer: _value(row, name, answer, unit, current()) for answer in ANSWERS}
    if any(hidden for _, hidden in found.values()):
        return Alternative(skjult=True)
    return Alternative(found["valgt"][0], found["ellers"][0])


def _row(con: duckdb.DuckDBPyConnection, statement: str, month: date) -> dict[str, Any] | None:
    found = sql.execute(con, statement, maaned=month)
    names = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _value(row: dict[str, Any], name: str, answer: str, unit: str, rounding: Rounding) -> tuple[float | None, bool]:
    """One answer, computed from rounded counts, and whether there are too few to tell it."""
    suffix, label = ANSWERS[answer], f"folsomhet|{name}|{answer}"

    def told(column: str, count: float | None = None) -> float | None:
        number = row[f"{column}{suffix}"] if count is None else count
        if number is None or math.isnan(number):
            return None
        series = pl.Series([number], dtype=pl.Float64 if isinstance(number, float) else pl.Int64)
        return float(rounding.rounded(pl.Series([f"{label}|{column}"]), series)[0])

    count, size, exact = told("antall"), told("nevner"), row[f"verdi{suffix}"]
    if count is None or exact is None or math.isnan(exact):
        return None, False
    fewest = 0 if rounding.exact else values.FEWEST_FOR_SHARE
    if unit == COUNT:
        return count, False
    if unit == SHARE:
        size = count if size is None else size
        shown = pl.select(values.share(pl.lit(count), pl.lit(size))).item()
        return shown, size < fewest
    if unit == INDEX:
        total = told("sum", float(exact) * row[f"antall{suffix}"])
        return (None if not count or total is None else round(total / count, values.TENTHS)), count < fewest
    classes = {int(fra): told(f"fra {fra}", number) for fra, number in (row[f"klasser{suffix}"] or {}).items()}
    return median({fra: number for fra, number in classes.items() if number}, CLASS), count < fewest


def _known(value: float | None) -> float | None:
    """A share of nobody cannot be known; DuckDB makes it NaN."""
    return None if value is None or math.isnan(value) else value
