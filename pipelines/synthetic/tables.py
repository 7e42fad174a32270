"""Rows of a register as they stood on a given day: columns from arrays, and the versions a row goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.synthetic.noise import Bools, Ints

NIL = -(2**31)
"""No date."""
NONE = 255
"""No code."""
NEVER_DAY = 2**31 - 1


@dataclass(frozen=True)
class Dates:
    """Days since 1970-01-01; NIL is null."""

    days: NDArray[np.int32]


@dataclass(frozen=True)
class Codes:
    """Places in `names`; NONE is null."""

    places: NDArray[np.uint8]
    names: tuple[str, ...]


Column = Dates | Codes | pl.Series | NDArray[np.int64] | NDArray[np.int32]


def day(times: NDArray[np.float64] | NDArray[np.int64]) -> NDArray[np.int32]:
    """The date of a point in time; what lies beyond the horizon is NEVER_DAY."""
    return np.minimum(np.floor(times), NEVER_DAY).astype(np.int32)


def dates(days: NDArray[np.int32] | Ints) -> Dates:
    return Dates(np.asarray(days, dtype=np.int32))


def codes(places: Ints | int, names: Sequence[str], size: int | None = None) -> Codes:
    if size is not None:
        return Codes(np.full(size, places, dtype=np.uint8), tuple(names))
    return Codes(np.asarray(places).astype(np.uint8), tuple(names))


def series(column: Column) -> pl.Series:
    if isinstance(column, Dates):
        frame = pl.DataFrame({"d": column.days})
        return frame.select(pl.when(pl.col("d") > NIL).then(pl.col("d")).cast(pl.Date)).to_series()
    if isinstance(column, Codes):
        frame = pl.DataFrame({"c": column.places}).select(pl.when(pl.col("c") < NONE).then(pl.col("c")))
        return frame.to_series().cat.to(pl.Enum(column.names))
    return column if isinstance(column, pl.Series) else pl.Series(column)


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

    known: NDArray[np.int32]
    changes: Mapping[str, Column]


@dataclass(frozen=True)
class Versions:
    """A state extract's rows: each is shown in deliveries whose last day lies in [known, until)."""

    frame: pl.DataFrame
    row: Ints
    known: NDArray[np.int32]
    until: NDArray[np.int32]

    def at(self, last_day: int, open_case: Bools) -> pl.DataFrame:
        """The rows as they stood on `last_day`, of persons with an open case."""
        shown = (self.known <= last_day) & (self.until > last_day) & open_case[self.row]
        return self.frame[np.flatnonzero(shown)]


def versions(columns: Mapping[str, Column], row: Ints, stages: Sequence[Stage]) -> Versions:
    """Every version of every row, ordered by person, row and time. The first stage is when the row is made."""
    size = len(row)
    until = np.full(size, NEVER_DAY, dtype=np.int32)
    untils = []
    for stage in reversed(stages):
        untils.append(until)
        until = np.minimum(until, stage.known)
    untils.reverse()
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


def numbered(registered: NDArray[np.int32], row: Ints, start: int) -> NDArray[np.int64]:
    """Ids in order of registration, so a longer run gives the rows of a shorter one the same ids."""
    order = np.lexsort((np.arange(len(row)), row, registered))
    ids = np.empty(len(row), dtype=np.int64)
    ids[order] = start + np.arange(len(row))
    return ids
