"""Rows of a register as they stood on a given day: columns from arrays, and the versions a row goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pipelines.synthetic.noise import Bools, Floats, Ints, Whole

Days = NDArray[np.int32]
NIL = -(2**31)
"""No date."""
NONE = 255
"""No code."""
NEVER_DAY = 2**31 - 1


@dataclass(frozen=True)
class Dates:
    """Days since 1970-01-01; NIL is null."""

    days: Days


@dataclass(frozen=True)
class Codes:
    """Places in `names`; NONE is null."""

    places: NDArray[np.uint8]
    names: tuple[str, ...]


Column = Dates | Codes | pl.Series | NDArray[np.int64] | Days


def day(times: Floats | Whole) -> Days:
    """The date of a point in time; what lies beyond all horizons is NEVER_DAY."""
    return np.where(times >= 1e8, NEVER_DAY, np.floor(np.minimum(times, 1e8))).astype(np.int32)


def dates(days: Whole) -> Dates:
    return Dates(np.asarray(days, dtype=np.int32))


def codes(places: Whole | int, names: Sequence[str], size: int | None = None) -> Codes:
    """One place a row, or the same place `size` times."""
    if size is not None:
        return Codes(np.full(size, places, dtype=np.uint8), tuple(names))
    return Codes(np.asarray(places).astype(np.uint8), tuple(names))


def empty(size: int, type_: type[pl.DataType] = pl.String) -> pl.Series:
    """A column nobody fills in."""
    return pl.Series([None], dtype=type_).new_from_index(0, size)


def series(column: Column) -> pl.Series:
    """The column as polars has it: dates as Date, codes as an Enum of their names."""
    if isinstance(column, Dates):
        return _with_nulls(column.days, column.days == NIL).cast(pl.Date)
    if isinstance(column, Codes):
        return _enum(column)
    return column if isinstance(column, pl.Series) else pl.Series(column)


def _enum(column: Codes) -> pl.Series:
    enum, missing = pl.Enum(column.names), column.places == NONE
    if len(column.names) != 2:
        return _with_nulls(column.places, missing).cat.to(enum)
    # Yes or no: a choice between two is thirty times as fast as looking the name up.
    first, second, neither = (pl.Series([name], dtype=enum) for name in (*column.names, None))
    chosen = first.zip_with(pl.Series(column.places == 0), second)
    return chosen.zip_with(pl.Series(~missing), neither) if missing.any() else chosen


def _with_nulls(values: NDArray[np.int32] | NDArray[np.uint8], missing: Bools) -> pl.Series:
    return pl.Series(pa.array(values, mask=missing)) if missing.any() else pl.Series(values)


def frame(columns: Mapping[str, Column]) -> pl.DataFrame:
    return pl.DataFrame([series(column).alias(name) for name, column in columns.items()])


def take(column: Column, which: NDArray[np.int64]) -> Column:
    match column:
        case Dates(days):
            return Dates(days[which])
        case Codes(places, names):
            return Codes(places[which], names)
        case pl.Series():
            return column.gather(which)
        case _:
            return column[which]


@dataclass(frozen=True)
class Stage:
    """From `known` on (a day a row, NEVER_DAY for those it never reaches) these columns have these values."""

    known: Days
    changes: Mapping[str, Column]


@dataclass(frozen=True)
class Versions:
    """A state extract's rows: each is shown in deliveries whose last day lies in [known, until)."""

    frame: pl.DataFrame
    row: Ints
    """The person, as the place in `People`."""
    known: Days
    until: Days

    def shown(self, last_day: int, open_case: Bools) -> NDArray[np.int64]:
        """The rows as they stood on `last_day`, of persons with an open case."""
        return np.flatnonzero((self.known <= last_day) & (self.until > last_day) & open_case[self.row])


def versions(columns: Mapping[str, Column], row: Ints, stages: Sequence[Stage]) -> Versions:
    """Every version of every row, ordered by person, row and time. The first stage is when the row is made."""
    until = np.full(len(row), NEVER_DAY, dtype=np.int32)
    untils: list[Days] = []
    for stage in reversed(stages):
        untils.insert(0, until)
        until = np.minimum(until, stage.known)
    shown = [np.flatnonzero(s.known < u) for s, u in zip(stages, untils, strict=True)]
    at = np.concatenate(shown)
    known = np.concatenate([s.known[w] for s, w in zip(stages, shown, strict=True)])
    order = np.lexsort((known, at, row[at]))

    values: dict[str, pl.Series] = {}
    for name, first in columns.items():
        current, parts = first, []
        for stage, which in zip(stages, shown, strict=True):
            current = stage.changes.get(name, current)
            parts.append(series(take(current, which)))
        values[name] = pl.concat(parts).gather(order)
    until_all = np.concatenate([u[w] for u, w in zip(untils, shown, strict=True)])
    return Versions(pl.DataFrame(values), row[at][order], known[order], until_all[order])


def numbered(registered: Days, row: Ints, start: int) -> Ints:
    """Ids in order of registration, so a longer run gives the rows of a shorter one the same ids."""
    order = np.lexsort((np.arange(len(row)), row, registered))
    ids = np.empty(len(row), dtype=np.int64)
    ids[order] = start + np.arange(len(row))
    return ids
