"""Which cells of a table of counts may not be shown.

A count of 1–4 persons is hidden, and so is a count that leaves 1–4 persons of its group. That is not enough:
a hidden cell comes back by subtraction when it is the only one hidden of cells whose sum is printed. So every
such sum (a *relation*) is checked, and its smallest shown cell hidden too, until no relation gives one away.

Zero is shown: it says nothing of one person more than of another. What is not protected: differences between
measures that overlap without adding up (`behandling` and `gyldig_plan`), and what a reader knows from
elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

SMALLEST_SHOWN = 5
NOISE = 1e-6  # annual means are floats; a rest this small is none
GROUP = ["gruppering", "gruppe"]
NO_CELL = -1
# Measures that say the same of one group, and the union: tiltak + arbeid = either + both.
SAME = {"plan_status=gyldig": "gyldig_plan", "aktivitetsstatus=arbeid_eller_tiltak": "arbeid_eller_tiltak"}
UNION = ["tiltak", "arbeid", "arbeid_eller_tiltak", "arbeid_og_tiltak"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
"""Arrays are periods × cells where not said otherwise."""


def small(value: pl.Expr) -> pl.Expr:
    """1–4 persons. The mean of some months can be any number between 0 and 5."""
    return (value > NOISE) & (value < SMALLEST_SHOWN - NOISE)


def _small(value: Floats) -> Bools:
    return (value > NOISE) & (value < SMALLEST_SHOWN - NOISE)


def suppress(frame: pl.DataFrame, period: Sequence[str], hidden: pl.Series | None = None) -> pl.DataFrame:
    """The frame that may be shown, with `skjult` (never null) added.

    `frame` holds counts: one row per `period`, `mal`, `gruppering`, `gruppe`, with `antall` persons of
    `nevner`; it must be whole, for what is left out cannot be protected. `hidden` marks rows that must be
    hidden for some other reason. Where `skjult`, `antall`, `andel` and `verdi` are null; and `nevner` too
    where the size of the group itself is hidden. Rows and their order are the same as in `frame`.
    """
    cell = ["mal", "gruppering", "gruppe"]
    place = frame.select(
        period=pl.struct(period).rank("dense").cast(pl.Int64) - 1,
        cell=pl.struct(cell).rank("dense").cast(pl.Int64) - 1,
    )
    at = (place["period"].to_numpy(), place["cell"].to_numpy())
    cells = frame.select(*cell, place["cell"].alias("celle")).unique("celle").sort("celle")
    periods = 1 + (int(at[0].max()) if len(frame) else -1)

    def spread(values: pl.Series) -> Floats:
        """A column as periods × cells; a row that is not there is nobody."""
        spread_out = np.zeros((periods, cells.height))
        spread_out[at] = values.cast(pl.Float64).fill_null(0).to_numpy()
        return spread_out

    table = Table(cells, spread(frame["antall"]), spread(frame["nevner"]))
    state = _small(table.count) | _small(table.size) | _small(table.rest)
    if hidden is not None:
        state |= spread(hidden) > 0
    # The sizes of groups first: a group whose size is hidden is hidden whole, and may cover for others.
    is_size = (cells["mal"] == "mottakere").to_numpy()
    state[:, is_size] = table.only(is_size).closed(state[:, is_size])
    state = table.closed(state)
    without_size = table.whole_groups(state & is_size) | _small(table.size)

    values = [name for name in ("antall", "andel", "verdi") if name in frame.columns]
    return (
        frame.with_columns(skjult=pl.Series(state[at]), _uten=pl.Series(without_size[at]))
        .with_columns(
            pl.when("_uten").then(None).otherwise(pl.col("nevner")).alias("nevner"),
            *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in values),
        )
        .drop("_uten")
    )


class Table:
    """Counts of the same cells in several periods, and the sums of them a reader can do."""

    def __init__(self, cells: pl.DataFrame, count: Floats, size: Floats) -> None:
        """`cells` names the columns of `count` and `size` (persons, and persons in the group) in order."""
        self.cells = cells.drop("celle", strict=False).with_row_index("celle")
        self.count, self.size = count, size
        mal = self.cells["mal"]
        # What is left of the group; of `mottakere`, which is the group, there is nothing left.
        self.rest = np.where((mal == "mottakere").to_numpy(), 0.0, size - count)
        sizes = self.cells.filter(mal == "mottakere").select(*GROUP, size_celle="celle")
        self.size_cell = (
            self.cells.join(sizes, on=GROUP, how="left", maintain_order="left")["size_celle"]
            .cast(pl.Int64)
            .fill_null(NO_CELL)
            .to_numpy()
        )

    def only(self, chosen: Bools) -> Table:
        """The table of some of the cells."""
        return Table(self.cells.filter(chosen), self.count[:, chosen], self.size[:, chosen])

    def whole_groups(self, sizes_hidden: Bools) -> Bools:
        """The cells of every group whose size is hidden: each has that size as its `nevner`."""
        return np.where(self.size_cell >= 0, sizes_hidden[:, self.size_cell], False)

    def closed(self, state: Bools) -> Bools:
        """`state` (hidden or not) and every further cell that must be hidden for its sake."""
        relations = list(self.relations())
        while True:
            before = state.sum()
            state = state | self.whole_groups(state)
            for relation in relations:
                relation.close(state)
            if state.sum() == before:
                return state

    def relations(self) -> Iterator[Relation]:
        """Every kind of sum a reader can do."""
        cells = self.cells
        is_crossed = pl.col("gruppering").str.contains("*", literal=True)

        # The values of one variable add up to the group.
        values = cells.filter(pl.col("mal").str.contains("=", literal=True)).with_columns(
            _familie=pl.col("mal").str.split("=").list.first()
        )
        sizes = cells.filter(pl.col("mal") == "mottakere").select(*GROUP, sum_celle="celle")
        yield Relation.sums(values, sizes, GROUP, ["_familie"], self.count, self.size)

        # What says the same of a group, and the union of two measures.
        same = cells.with_columns(pl.col("mal").replace(SAME)).filter(pl.col("mal").is_in(list(SAME.values())))
        yield Relation.bound(same, [*GROUP, "mal"], 2, self.count)
        yield Relation.bound(cells.filter(pl.col("mal").is_in(UNION)), GROUP, len(UNION), self.count)

        # Groups add up to everyone, crossed groups to each of their margins; so do those who are *not* counted.
        margins = cells.filter(~is_crossed).rename({"celle": "sum_celle"})
        everyone = margins.filter(pl.col("gruppering") == "alle").drop(GROUP)
        plain = cells.filter(pl.col("gruppering") != "alle", ~is_crossed)
        crossed = cells.filter(is_crossed).with_columns(_kryss="gruppering")
        for counted in (self.count, self.rest):
            yield Relation.sums(plain, everyone, ["mal"], ["gruppering"], counted)
            for side in (0, 1):
                one_side = crossed.with_columns(pl.col(name).str.split("*").list.get(side) for name in GROUP)
                yield Relation.sums(one_side, margins, ["mal", *GROUP], ["_kryss"], counted)


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
    adds_up: bool = True
    """False for parts that are bound to each other in some other way."""

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
        rows = parts.join(totals, on=on, how="left").sort(*on, *also, "celle")
        part, start, first = _runs(rows, [*on, *also])
        sum_cell = first["sum_celle"].cast(pl.Int64).fill_null(NO_CELL).to_numpy()
        value = counted[:, part]
        if sizes is not None:
            # In a period where one part is not there, its size is not either.
            total = np.maximum.reduceat(sizes[:, part], start, axis=1) if len(start) else sizes[:, :0]
        else:
            total = np.where(sum_cell >= 0, counted[:, sum_cell], _add(value, start))
        return cls(part, start, value, sum_cell, total)

    @classmethod
    def bound(cls, cells: pl.DataFrame, key: list[str], members: int, counted: Floats) -> Relation:
        """Cells of which each follows from the others, where all of them are there."""
        rows = cells.filter(pl.len().over(key) == members).sort(*key, "celle")
        part, start, _ = _runs(rows, key)
        value = counted[:, part]
        return cls(part, start, value, np.full(len(start), NO_CELL), _add(value, start), adds_up=False)

    def close(self, state: Bools) -> None:
        """Hide, in `state`, one more cell of every sum that gives away a hidden cell or a sum of 1–4 persons."""
        if not len(self.start):
            return
        hidden = state[:, self.part]
        sum_hidden = np.where(self.sum_cell >= 0, state[:, self.sum_cell], False)
        rest = self.total - _add(self.value, self.start)
        few_rest = _small(rest)
        alone = _add(hidden, self.start) + few_rest + sum_hidden == 1
        exposed = alone & (rest < SMALLEST_SHOWN - NOISE)  # a larger rest covers for what is hidden
        if self.adds_up:
            together = _add(self.value * hidden, self.start) + rest * few_rest
            exposed |= _small(together) & ~sum_hidden & (rest < SMALLEST_SHOWN - NOISE)
        price = np.where(hidden | (self.value <= NOISE), np.inf, self.value)
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
