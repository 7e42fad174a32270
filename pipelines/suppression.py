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
# Measures that say the same of one group, and the union: tiltak + arbeid = either + both.
SAME = {"plan_status=gyldig": "gyldig_plan", "aktivitetsstatus=arbeid_eller_tiltak": "arbeid_eller_tiltak"}
UNION = ["tiltak", "arbeid", "arbeid_eller_tiltak", "arbeid_og_tiltak"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def small(value: pl.Expr) -> pl.Expr:
    """1–4 persons. The mean of some months can be any number between 0 and 5."""
    return (value > NOISE) & (value < SMALLEST_SHOWN - NOISE)


def suppress(frame: pl.DataFrame, period: Sequence[str], hidden: pl.Series | None = None) -> pl.DataFrame:
    """The frame that may be shown, with `skjult` (never null) added.

    `frame` holds counts: one row per `period`, `mal`, `gruppering`, `gruppe`, with `antall` persons of
    `nevner`; it must be whole, for what is left out cannot be protected. `hidden` marks rows that must be
    hidden for some other reason. Where `skjult`, `antall`, `andel` and `verdi` are null; and `nevner` too
    where the size of the group itself is hidden. Rows and their order are the same as in `frame`.
    """
    key = list(period)
    cells = frame.with_columns(
        # What is left of the group; of `mottakere`, which is the group, there is nothing left.
        rest=pl.when(pl.col("mal") == "mottakere").then(0).otherwise(pl.col("nevner") - pl.col("antall")),
        _gruppe=pl.struct(*key, *GROUP).rank("dense").cast(pl.Int64) - 1,
    )
    few = cells.select(pl.any_horizontal(small(pl.col(c)) for c in ("antall", "nevner", "rest")).fill_null(False))
    state = few.to_series().to_numpy() | (False if hidden is None else hidden.to_numpy())
    # The sizes of groups first: a group whose size is hidden is hidden whole, and may cover for others.
    is_size = (cells["mal"] == "mottakere").to_numpy()
    state[is_size] = _closed(cells.filter(is_size), key, state[is_size])
    state = _closed(cells, key, state)

    number = cells["_gruppe"].to_numpy()
    few_in_all = cells.select(small(pl.col("nevner")).fill_null(False)).to_series().to_numpy()
    without_size = (np.bincount(number, few_in_all | (state & is_size)) > 0)[number]
    values = [name for name in ("antall", "andel", "verdi") if name in frame.columns]
    return (
        frame.with_columns(skjult=pl.Series(state), _uten=pl.Series(without_size))
        .with_columns(
            pl.when("_uten").then(None).otherwise(pl.col("nevner")).alias("nevner"),
            *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in values),
        )
        .drop("_uten")
    )


def _closed(cells: pl.DataFrame, period: list[str], state: Bools) -> Bools:
    """`state` (hidden or not, per row) and every further row that must be hidden for its sake."""
    relations = list(_relations(cells.with_row_index("celle"), period))
    number = cells["_gruppe"].to_numpy()
    is_size = (cells["mal"] == "mottakere").to_numpy()
    while True:
        before = state.sum()
        size_hidden = np.bincount(number, state & is_size) > 0
        state = state | size_hidden[number]
        for relation in relations:
            state = relation.close(state)
        if state.sum() == before:
            return state


@dataclass(frozen=True)
class Relation:
    """Many sums of one kind. One entry per member; within a sum those come first that are hidden first: parts
    before the sum itself, small before large."""

    number: Ints
    """Which sum the member belongs to."""
    cell: Ints
    """Row number of the member in the frame; -1 for the rest nobody prints, which anyone can work out."""
    value: Floats
    is_part: Bools
    is_sum: Bools
    """Neither a part nor the sum: bound to the others in some other way."""

    @classmethod
    def of(cls, members: pl.DataFrame, key: list[str]) -> Relation:
        """From `key`, `celle`, `verdi`, `rolle` (`del`, `sum` or `lik`)."""
        rows = members.select(
            pl.struct(key).rank("dense").cast(pl.Int64).alias("relasjon") - 1,
            pl.col("celle").cast(pl.Int64).fill_null(-1),
            pl.col("verdi").cast(pl.Float64),
            "rolle",
        ).sort("relasjon", pl.col("rolle") == "sum", "verdi", "celle", nulls_last=True)
        role = rows["rolle"]
        return cls(
            rows["relasjon"].to_numpy(),
            rows["celle"].to_numpy(),
            rows["verdi"].to_numpy(),
            (role == "del").to_numpy(),
            (role == "sum").to_numpy(),
        )

    def close(self, state: Bools) -> Bools:
        """Hide one more cell of every sum that gives a hidden cell, or a sum of 1–4 persons, away."""
        printed = self.cell >= 0
        few = (self.value > NOISE) & (self.value < SMALLEST_SHOWN - NOISE)
        hidden = np.where(printed, state[self.cell], few)
        alone = np.bincount(self.number, hidden) == 1
        sum_hidden = np.bincount(self.number, self.value * (hidden & self.is_part))
        few_hidden = (sum_hidden > NOISE) & (sum_hidden < SMALLEST_SHOWN - NOISE)
        few_hidden &= np.bincount(self.number, hidden & self.is_sum) == 0
        covered = np.bincount(self.number, ~printed & ~hidden) > 0  # a larger rest hides what is hidden
        exposed = (alone | few_hidden) & ~covered
        may_hide = np.flatnonzero(exposed[self.number] & printed & ~hidden & (self.value > NOISE))
        _, smallest = np.unique(self.number[may_hide], return_index=True)
        closed = state.copy()
        closed[self.cell[may_hide[smallest]]] = True
        return closed


def _relations(cells: pl.DataFrame, period: list[str]) -> Iterator[Relation]:
    """Every kind of sum a reader can do."""
    of_group, of_mal = [*period, *GROUP], [*period, "mal"]
    is_crossed = pl.col("gruppering").str.contains("*", literal=True)

    # The values of one variable add up to the group.
    sizes = cells.filter(pl.col("mal") == "mottakere").select(*of_group, sum_celle="celle")
    values = cells.filter(pl.col("mal").str.contains("=", literal=True)).with_columns(
        _familie=pl.col("mal").str.split("=").list.first(), total="nevner"
    )
    yield _sums(values, sizes, of_group, ["_familie"])

    # What says the same of a group, and the union of two measures.
    same = cells.with_columns(pl.col("mal").replace(SAME))
    yield _bound(same.filter(pl.col("mal").is_in(list(SAME.values()))), [*of_group, "mal"], members=2)
    yield _bound(cells.filter(pl.col("mal").is_in(UNION)), of_group, members=len(UNION))

    # Groups add up to everyone, crossed groups to each of their margins; so do those who are *not* counted.
    for value in ("antall", "rest"):
        counted = cells.with_columns(antall=pl.col(value))
        margins = counted.filter(~is_crossed).select(*of_mal, *GROUP, sum_celle="celle", total="antall")
        everyone = margins.filter(pl.col("gruppering") == "alle").drop(GROUP)
        plain = counted.filter(pl.col("gruppering") != "alle", ~is_crossed)
        yield _sums(plain, everyone, of_mal, ["gruppering"])
        crossed = counted.filter(is_crossed).with_columns(_kryss="gruppering")
        for side in (0, 1):
            one_side = crossed.with_columns(pl.col(name).str.split("*").list.get(side) for name in GROUP)
            yield _sums(one_side, margins, [*of_mal, *GROUP], ["_kryss"])


def _sums(parts: pl.DataFrame, totals: pl.DataFrame, on: list[str], also: list[str]) -> Relation:
    """Parts, what they add up to, and the rest that is not printed but can be had by subtraction."""
    key = [*on, *also]
    joined = parts.join(totals, on=on, how="left", nulls_equal=True)
    sums = joined.group_by(key).agg(
        pl.col("sum_celle").first(),
        pl.col("total").first(),
        left=pl.col("total").first() - pl.col("antall").sum(),
    )
    members = [
        parts.select(*key, "celle", verdi=pl.col("antall").cast(pl.Float64), rolle=pl.lit("del")),
        sums.drop_nulls("sum_celle").select(
            *key, celle="sum_celle", verdi=pl.col("total").cast(pl.Float64), rolle=pl.lit("sum")
        ),
        sums.filter(pl.col("left") > NOISE).select(
            *key, celle=pl.lit(None, pl.UInt32), verdi=pl.col("left").cast(pl.Float64), rolle=pl.lit("del")
        ),
    ]
    return Relation.of(pl.concat(members), key)


def _bound(cells: pl.DataFrame, key: list[str], members: int) -> Relation:
    """Cells of which each follows from all the others, where all are there."""
    whole = cells.filter(pl.len().over(key) == members)
    return Relation.of(whole.select(*key, "celle", verdi="antall", rolle=pl.lit("lik")), key)
