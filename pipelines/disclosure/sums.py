"""Sums a reader can do, over periods × cells of counts, and what must be hidden so that none gives a cell away.

The arithmetic of `suppression`, which says which sums there are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

SMALLEST_SHOWN = 5
NOISE = 1e-6  # annual means are floats; a rest this small is none
NO_CELL = -1
LAST_RESORT = 1e18
NONE = np.array([], dtype=np.int64)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
"""Arrays are periods × cells where not said otherwise."""


@overload
def small(value: pl.Expr) -> pl.Expr: ...
@overload
def small(value: Floats) -> Bools: ...
def small(value: Any) -> Any:
    """1–4 persons. The mean of some months can be any number between 0 and 5."""
    return (value > NOISE) & (value < SMALLEST_SHOWN - NOISE)


@dataclass(frozen=True)
class Relation:
    """Many sums of one kind, each of some cells (its parts) that lie next to each other in `part`."""

    part: Ints
    """Cells, sum after sum."""
    start: Ints
    """Where in `part` each sum begins."""
    value: Floats
    """Periods × `part`: what each part counts."""
    sum_cell: Ints
    """The cell each sum is printed in, or NO_CELL."""
    total: Floats
    """Periods × sums: what the parts add up to, with what nobody prints but anyone can work out."""
    sign: Floats
    """How each part enters the equation: the parts, each with its sign, and the rest are what `sum_cell` prints."""
    adds_up: bool = True
    """False for parts that are bound to each other in some other way."""
    follows: bool = False
    """True for sums that follow from others, and so say nothing more when all are taken together."""

    @cached_property
    def rest(self) -> Floats:
        """Periods × sums: how many of the total are in no part."""
        return self.total - _add(self.value, self.start)

    @classmethod
    def sums(
        cls,
        parts: pl.DataFrame,
        totals: pl.DataFrame,
        on: list[str],
        also: list[str],
        counted: Floats,
        sizes: Floats | None = None,
    ) -> Relation:
        """Parts that agree in `on` and `also` add up to the total that agrees in `on`: its count in `counted`,
        or, where it is the group itself, the `sizes` of the parts."""
        of_parts = parts.join(totals, on=on, how="left").with_columns(fortegn=1)
        part, start, sum_cell, sign = _runs(parts, of_parts, [*on, *also])
        value = counted[:, part]
        if sizes is not None:
            # In a period where one part is not there, its size is not either.
            total = np.maximum.reduceat(sizes[:, part], start, axis=1) if len(start) else sizes[:, :0]
        else:
            total = _totals(value, start, sum_cell, counted)
        return cls(part, start, value, sum_cell, total, sign)

    def following(self, counted: Floats) -> Relation:
        """The same sums of numbers that add up because the others do."""
        value = counted[:, self.part]
        return replace(self, value=value, total=_totals(value, self.start, self.sum_cell, counted), follows=True)

    @classmethod
    def bound(cls, cells: pl.DataFrame, key: list[str], members: int, counted: Floats) -> Relation:
        """Cells of which each follows from the others, where all of them are there.

        With their signs (`fortegn`) they add up to `sum_celle`, where that is one, or to nothing.
        """
        part, start, sum_cell, sign = _runs(cells, cells.filter(pl.len().over(key) == members), key)
        value = counted[:, part]
        return cls(part, start, value, sum_cell, _add(value, start), sign, adds_up=False)

    @classmethod
    def differences(cls, inner: Ints, outer: Ints, counted: Floats) -> Relation:
        """Each cell of `inner` with a small rest is one of `outer`; with a rest that is not small, it says nothing."""
        few = small(counted[:, outer] - counted[:, inner])
        total = np.where(few, counted[:, outer], np.inf)
        return cls(inner, np.arange(len(inner)), counted[:, inner], outer, total, np.ones(len(inner)))

    def close(self, state: Bools, periods: Ints) -> None:
        """Hide, in `state`, one more cell of every sum that gives away a hidden cell or a sum of 1–4 persons.

        Only in the `periods` whose numbers are given.
        """
        if not len(self.start):
            return
        hidden = state[periods[:, None], self.part]
        sum_hidden = np.where(self.sum_cell >= 0, state[periods[:, None], self.sum_cell], False)
        rest = self.rest[periods]
        few_rest = small(rest)
        alone = _add(hidden, self.start) + few_rest + sum_hidden == 1
        exposed = alone
        if self.adds_up:
            together = _add(self.value[periods] * hidden, self.start) + rest * few_rest
            exposed |= small(together) & ~sum_hidden
        exposed &= rest < SMALLEST_SHOWN - NOISE  # a larger rest covers for what is hidden
        # A zero covers for nothing in a sum; of what is bound in another way it may be all there is to hide.
        no_cover = np.inf if self.adds_up else LAST_RESORT
        ends = np.append(self.start[1:], len(self.part))
        for number in np.flatnonzero(exposed.any(axis=0)):
            exposed_in = np.flatnonzero(exposed[:, number])
            when, of_sum = periods[exposed_in], slice(self.start[number], ends[number])
            value = self.value[when, of_sum]
            price = np.where(hidden[exposed_in, of_sum], np.inf, np.where(value <= NOISE, no_cover, value))
            cheapest = price.argmin(axis=1)
            found = np.isfinite(price[np.arange(len(when)), cheapest])
            state[when[found], self.part[self.start[number] + cheapest[found]]] = True
            if self.sum_cell[number] >= 0:  # no part is left to hide
                state[when[~found], self.sum_cell[number]] |= self.total[when[~found], number] > NOISE


def _add(values: Floats | Bools, start: Ints) -> Floats:
    """Sums of the runs that begin at `start`, per period."""
    if not len(start):
        return np.zeros((len(values), 0))
    return np.add.reduceat(values.astype(np.float64), start, axis=1)


def _totals(value: Floats, start: Ints, sum_cell: Ints, counted: Floats) -> Floats:
    """What each sum is printed as, or comes to where it is printed nowhere."""
    return np.where(sum_cell >= 0, counted[:, sum_cell], _add(value, start))


def _runs(cells: pl.DataFrame, rows: pl.DataFrame, key: list[str]) -> tuple[Ints, Ints, Ints, Floats]:
    """Cells of the rows that follow from `cells`, sorted by key; where each run of one key begins; its sum; signs."""
    if cells.is_empty():  # most kinds of sums are not in most tables
        return NONE, NONE, NONE, NONE.astype(np.float64)
    found = rows.sort(*key, "celle").select(
        pl.col("celle").cast(pl.Int64),
        pl.col("sum_celle").cast(pl.Int64).fill_null(NO_CELL),
        pl.col("fortegn").cast(pl.Float64),
        _forst=pl.struct(key).is_first_distinct(),
    )
    part, sum_cell, sign, first = (column.to_numpy() for column in found)
    start = np.flatnonzero(first)
    return part, start, sum_cell[start], sign
