"""Sums a reader can do, over periods × cells of counts, and what must be hidden so that none gives a cell away.

The arithmetic of `suppression`, which says which sums there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import polars as pl
from numpy.typing import NDArray

SMALLEST_SHOWN = 5
NOISE = 1e-6  # annual means are floats; a rest this small is none
NO_CELL = -1
LAST_RESORT = 1e18

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

    @property
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
        *,
        follows: bool = False,
    ) -> Relation:
        """Parts that agree in `on` and `also` add up to the total that agrees in `on`: its count in `counted`,
        or, where it is the group itself, the `sizes` of the parts."""
        rows = parts.join(totals, on=on, how="left").sort(*on, *also, "celle")
        part, start, first = _runs(rows, [*on, *also])
        sum_cell = first["sum_celle"].cast(pl.Int64).fill_null(NO_CELL).to_numpy()
        value = counted[:, part]
        if sizes is not None:
            # In a period where one part is not there, its size is not either.
            total = np.maximum.reduceat(sizes[:, part], start, axis=1) if len(start) else sizes[:, :0]
        else:
            total = np.where(sum_cell >= 0, counted[:, sum_cell], _add(value, start))
        return cls(part, start, value, sum_cell, total, np.ones(len(part)), follows=follows)

    @classmethod
    def bound(cls, cells: pl.DataFrame, key: list[str], members: int, counted: Floats) -> Relation:
        """Cells of which each follows from the others, where all of them are there.

        With their signs (`fortegn`) they add up to `sum_celle`, where that is one, or to nothing.
        """
        rows = cells.filter(pl.len().over(key) == members).sort(*key, "celle")
        part, start, first = _runs(rows, key)
        value = counted[:, part]
        sum_cell = first["sum_celle"].cast(pl.Int64).fill_null(NO_CELL).to_numpy()
        sign = rows["fortegn"].cast(pl.Float64).to_numpy()
        return cls(part, start, value, sum_cell, _add(value, start), sign, adds_up=False)

    @classmethod
    def differences(cls, inner: Ints, outer: Ints, counted: Floats) -> Relation:
        """Each cell of `inner` with a small rest is one of `outer`; with a rest that is not small, it says nothing."""
        few = small(counted[:, outer] - counted[:, inner])
        total = np.where(few, counted[:, outer], np.inf)
        return cls(inner, np.arange(len(inner)), counted[:, inner], outer, total, np.ones(len(inner)))

    def close(self, state: Bools) -> None:
        """Hide, in `state`, one more cell of every sum that gives away a hidden cell or a sum of 1–4 persons."""
        if not len(self.start):
            return
        hidden = state[:, self.part]
        sum_hidden = np.where(self.sum_cell >= 0, state[:, self.sum_cell], False)
        rest = self.rest
        few_rest = small(rest)
        alone = _add(hidden, self.start) + few_rest + sum_hidden == 1
        exposed = alone & (rest < SMALLEST_SHOWN - NOISE)  # a larger rest covers for what is hidden
        if self.adds_up:
            together = _add(self.value * hidden, self.start) + rest * few_rest
            exposed |= small(together) & ~sum_hidden & (rest < SMALLEST_SHOWN - NOISE)
        # A zero covers for nothing in a sum; of what is bound in another way it may be all there is to hide.
        no_cover = np.inf if self.adds_up else LAST_RESORT
        price = np.where(hidden, np.inf, np.where(self.value <= NOISE, no_cover, self.value))
        ends = np.append(self.start[1:], len(self.part))
        for number in np.flatnonzero(exposed.any(axis=0)):
            when = np.flatnonzero(exposed[:, number])
            prices = price[when, self.start[number] : ends[number]]
            cheapest = prices.argmin(axis=1)
            found = np.isfinite(prices[np.arange(len(when)), cheapest])
            state[when[found], self.part[self.start[number] + cheapest[found]]] = True
            if self.sum_cell[number] >= 0:  # no part is left to hide
                state[when[~found], self.sum_cell[number]] |= self.total[when[~found], number] > NOISE


def _add(values: Floats | Bools, start: Ints) -> Floats:
    """Sums of the runs that begin at `start`, per period."""
    if not len(start):
        return np.zeros((len(values), 0))
    return np.add.reduceat(values.astype(np.float64), start, axis=1)


def _runs(rows: pl.DataFrame, key: list[str]) -> tuple[Ints, Ints, pl.DataFrame]:
    """Cells of the sorted rows, where each run of one key begins, and the first row of each."""
    first = rows.with_row_index("_rad").unique(key, keep="first", maintain_order=True)
    return rows["celle"].cast(pl.Int64).to_numpy(), first["_rad"].cast(pl.Int64).to_numpy(), first
