"""Life tables of waiting times, and what is read off them, from rounded counts (rules.md §3 (d), §8).

Only three counts of each month are base cells: how many had begun by then, how many had left without, and how many were
at risk. Everything else in the life tables is computed from these.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.disclosure.life_table import Counts, LifeTable, from_risk, median_month

FEWEST_BEHIND = 10

BEGUN, LOW, HIGH, LEFT, RISK = (
    *("kumulativ_insidens", "kumulativ_insidens_nedre", "kumulativ_insidens_ovre"),
    *("ute_uten", "i_risiko"),
)
LEAVING = "ute"
MEDIAN, LENGTH, SHORTEST, LONGEST = "median_maaneder", "median_varighet", "korteste", "lengste"
LIFE = "levetabell"
KIND = "_slag"

Values = NDArray[np.float64]


def curves(rows: pl.DataFrame, table: list[str]) -> pl.DataFrame:
    """Values of the rows of life tables: `rows`, rounded, with the columns `table`, `mal`, `maaned_nr`, `antall`.

    Returns `*table, mal, maaned_nr, _kurve` (the value), a row for each of `rows` that a value can be computed for.
    """
    family, event = (pl.col("mal").str.split("=").list.get(at, null_on_oob=True) for at in (0, 1))
    named = rows.with_columns(_familie=family, _hendelse=event)
    monthly = named.filter(pl.col("_familie").is_in([BEGUN, LEFT, RISK]), pl.col("maaned_nr").is_not_null())
    if monthly.is_empty():
        return rows.clear().select(*table, "mal", "maaned_nr").with_columns(_kurve=pl.lit(None, pl.Float64))
    key = [*table, "_hendelse"]
    tables = monthly.select(key).unique().sort(key, nulls_last=False).with_row_index("_nr")
    placed = monthly.join(tables, on=key, nulls_equal=True)
    months = int(placed["maaned_nr"].to_numpy().max())
    begun, left, risk = (_grid(placed.filter(_familie=name), tables.height, months) for name in (BEGUN, LEFT, RISK))
    begun, left = (np.maximum.accumulate(grid, axis=1) for grid in (begun, left))  # what only grows
    events, leavings = (np.diff(grid, axis=1, prepend=0) for grid in (begun, left))
    found = from_risk(risk, events, leavings)
    competing = from_risk(risk, leavings, events)
    values = {BEGUN: found.insidens, LOW: found.nedre, HIGH: found.ovre, LEFT: competing.insidens}
    frames = [_long(tables, family, value) for family, value in values.items()]
    frames.append(_medians(tables, found, begun))
    frames += _lengths(tables, begun, risk)
    return pl.concat([frame.select(*table, "mal", "maaned_nr", "_kurve") for frame in frames])


def _grid(rows: pl.DataFrame, tables: int, months: int) -> Counts:
    grid = np.zeros((tables, months), dtype=np.int64)
    grid[rows["_nr"].to_numpy(), rows["maaned_nr"].to_numpy() - 1] = rows["antall"].to_numpy()
    return grid


def _long(tables: pl.DataFrame, family: str, value: Values) -> pl.DataFrame:
    months = value.shape[1]
    return tables[np.repeat(np.arange(tables.height), months)].with_columns(
        mal=pl.lit(f"{family}=") + pl.col("_hendelse"),
        maaned_nr=pl.Series(np.tile(np.arange(1, months + 1), tables.height)).cast(pl.Int32),
        _kurve=pl.Series(value.ravel()),
    )


def _medians(tables: pl.DataFrame, found: LifeTable, begun: Counts) -> pl.DataFrame:
    """Leaving: the length half do not get beyond, by Kaplan–Meier. The others: among those seen to begin."""
    started = begun[:, -1]
    among = (2 * begun >= started[:, None]).argmax(axis=1) + 1.0
    leaving = (tables["_hendelse"] == LEAVING).to_numpy()
    value = np.where(leaving, median_month(found) - 1, np.where(started > 0, among, np.nan))
    return tables.with_columns(
        mal=pl.when(pl.col("_hendelse") == LEAVING)
        .then(pl.lit(LENGTH))
        .otherwise(pl.lit(f"{MEDIAN}=") + pl.col("_hendelse")),
        maaned_nr=pl.lit(None, pl.Int32),
        _kurve=pl.Series(value).fill_nan(None),
    )


def _lengths(tables: pl.DataFrame, begun: Counts, risk: Counts) -> list[pl.DataFrame]:
    """The shortest and longest length that ten have: nobody's own length is told."""
    leaving = tables.with_columns(
        # Who has left by month k was k − 1 months there.
        _kort=_first(begun >= FEWEST_BEHIND) - 1,
        _lang=_last(risk >= FEWEST_BEHIND),
    ).filter(pl.col("_hendelse") == LEAVING)
    return [
        leaving.with_columns(
            mal=pl.lit(mal), maaned_nr=pl.lit(None, pl.Int32), _kurve=pl.col(column).cast(pl.Float64)
        ).filter(pl.col(column) > 0)
        for mal, column in ((SHORTEST, "_kort"), (LONGEST, "_lang"))
    ]


def _first(reached: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(np.where(reached.any(axis=1), reached.argmax(axis=1) + 1, 0))


def _last(reached: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(np.where(reached.any(axis=1), reached.shape[1] - reached[:, ::-1].argmax(axis=1), 0))
