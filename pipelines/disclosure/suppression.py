"""Which cells of a table of counts may not be shown.

A count of 1–4 persons is hidden, and so is a count that leaves 1–4 persons of its group. That is not enough:
a hidden cell comes back by subtraction when it is the only one hidden of cells whose sum is printed. So every
such sum (a *relation*) is checked, and its smallest shown cell hidden too, until no relation gives one away, nor all
of them taken together (`joint_sums`).

Zero is shown: it says nothing of one person more than of another. What is not protected: differences between measures
that overlap without adding up (`behandling` and `gyldig_plan`), between populations that lie inside each other
(`utvalg`), what follows from no count being below zero, and what a reader knows from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from pipelines.disclosure.joint_sums import JointSums
from pipelines.disclosure.sums import NO_CELL, SMALLEST_SHOWN, Bools, Floats, Ints, Relation, small

GROUP = ["gruppering", "gruppe"]
CELL = ["mal", *GROUP]
# Measures that say the same of one group, and the union: tiltak + arbeid = either + both.
SAME = {"plan_status=gyldig": "gyldig_plan", "aktivitetsstatus=arbeid_eller_tiltak": "arbeid_eller_tiltak"}
# Of courses: in one of the three, or in none.
COMPLEMENT = ["noensinne=aktivitet", "noensinne=ingen"]
UNIONS = (
    ["tiltak", "arbeid", "arbeid_eller_tiltak", "arbeid_og_tiltak"],
    ["noensinne=behandling", "noensinne=arbeidsrettet", "noensinne=aktivitet", "noensinne=begge"],
)
# Who are in the first are in the second too, so the difference is a number of persons.
INSIDE = {
    "behandling": ["behandling_inkl_utlopt_plan"],
    "behandling_inkl_utlopt_plan": ["behandling_uten_plankrav"],
    "noensinne=samtidig": ["noensinne=begge"],
    "noensinne=samtidig_tiltak": ["noensinne=samtidig"],
    "noensinne=samtidig_arbeid": ["noensinne=samtidig"],
    "noensinne=begge": ["noensinne=behandling", "noensinne=arbeidsrettet"],
    "noensinne=behandling": ["noensinne=aktivitet"],
    "noensinne=tiltak": ["noensinne=arbeidsrettet"],
    "noensinne=arbeid": ["noensinne=arbeidsrettet"],
    "noensinne=arbeidsrettet": ["noensinne=aktivitet"],
}
BEHIND = "personer"
OF_MONTHS = "^(overgang_|passiv_varighet=|maaned)"
"""Measures of months and periods, of which one person has many."""
OWN_SIZE = "nevner"
"""Name of the size of a group in a table that has no measure for it."""

WHOLE = pl.col("mal").str.extract(r"^[^=]*=(?:[^>]*>)?", 0).fill_null(pl.col("mal"))
"""What measures with one denominator have in common, in such a table: `variable=`, or `variable=from>`."""


@dataclass(frozen=True)
class Layout:
    """How a long table of counts is laid out: columns `mal`, `gruppering`, `gruppe`, `antall`, `nevner`."""

    period: tuple[str, ...]
    """The columns that set one closed table of counts apart from the next."""
    partition: tuple[str, ...] = ("aktivitetsstatus", "innsatsgruppe", "plan_status", "meldekort_status")
    """The variables whose values (`mal` = `variable=value`) add up to `nevner`."""
    size: str | None = "mottakere"
    """The measure that is everyone's `nevner`; None where measures have denominators of their own, the same for
    all `variable=value`, or for all `variable=from>to`."""


def suppress(frame: pl.DataFrame, layout: Layout, hidden: pl.Series | None = None) -> pl.DataFrame:
    """The frame that may be shown, with `skjult` (never null) added.

    `frame` has one row per period, `mal`, `gruppering`, `gruppe`, with `antall` persons of `nevner`; it must be
    whole, for what is left out cannot be protected. `hidden` marks rows that must be hidden for some other
    reason. Where `skjult`, `antall`, `andel`, `verdi` and `personer` are null; and `nevner` too where the size of the
    group itself is hidden. Rows and their order are the same as in `frame`.
    """
    if layout.size is None:
        return _suppress_by_size(frame, layout, hidden)
    place = frame.select(
        period=pl.struct(layout.period).rank("dense").cast(pl.Int64) - 1,
        cell=pl.struct(CELL).rank("dense").cast(pl.Int64) - 1,
    )
    at = (place["period"].to_numpy(), place["cell"].to_numpy())
    cells = frame.select(*CELL, place["cell"].alias("celle")).unique("celle").sort("celle").select(CELL)
    periods = 1 + (int(at[0].max()) if len(frame) else -1)

    def spread(values: pl.Series) -> Floats:
        """A column as periods × cells; a row that is not there is nobody."""
        spread_out = np.zeros((periods, cells.height))
        spread_out[at] = values.cast(pl.Float64).fill_null(0).to_numpy()
        return spread_out

    table = Table(cells, spread(frame["antall"]), spread(frame["nevner"]), layout)
    state = small(table.count) | small(table.size) | small(table.rest) | table.all_but_few()
    if hidden is not None:
        state |= spread(hidden) > 0
    # The sizes of groups first: a group whose size is hidden is hidden whole, and may cover for others.
    state[:, table.is_size] = table.sizes_only().closed(state[:, table.is_size])
    state = table.closed(state)
    without_size = table.whole_groups(state & table.is_size) | small(table.size)

    values = [name for name in ("antall", "andel", "verdi", BEHIND) if name in frame.columns]
    return (
        frame.with_columns(skjult=pl.Series(state[at]), _uten=pl.Series(without_size[at]))
        .with_columns(
            pl.when("_uten").then(None).otherwise(pl.col("nevner")).alias("nevner"),
            *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in values),
        )
        .drop("_uten")
    )


def _suppress_by_size(frame: pl.DataFrame, layout: Layout, hidden: pl.Series | None) -> pl.DataFrame:
    """Measures that share a denominator at a time, with the denominator as a measure beside them.

    `personer`, where the frame has it, is how many persons there at least are behind `antall`.
    """
    place = [*layout.period, *GROUP]
    if BEHIND not in frame.columns:
        return _suppress_by_size(frame.with_columns(pl.col("antall").alias(BEHIND)), layout, hidden).drop(BEHIND)
    frame = frame.with_columns(_skjul=pl.lit(False) if hidden is None else hidden)
    shown = []
    for of_one in frame.with_row_index("_rad").with_columns(_variabel=WHOLE).partition_by("_variabel"):
        # Spells are of as many persons where every row says so; of months it is known only of each row.
        as_many = (pl.col("antall") == pl.col(BEHIND)).all() & ~pl.col("mal").first().str.contains(OF_MONTHS)
        sizes = of_one.group_by(place).agg(
            pl.col("nevner").max(),
            pl.when(as_many).then(pl.col("nevner").max()).otherwise(pl.col(BEHIND).max()).alias(BEHIND),
            mal=pl.lit(OWN_SIZE),
            antall=pl.col("nevner").max(),
        )
        both = pl.concat([of_one, sizes], how="diagonal")
        # Five months or spells may be of one person; so may all that a group has.
        few = both.select(
            (pl.col("antall").gt(0) & pl.col(BEHIND).lt(SMALLEST_SHOWN)) | pl.col("_skjul").fill_null(False)
        ).to_series()
        shown.append(suppress(both, replace(layout, size=OWN_SIZE), few).drop_nulls("_rad").drop("_variabel", "_skjul"))
    if not shown:
        return frame.with_columns(skjult=pl.lit(False)).drop("_skjul")
    return pl.concat(shown).sort("_rad").drop("_rad")


class Table:
    """Counts of the same cells in several periods, and the sums of them a reader can do."""

    def __init__(self, cells: pl.DataFrame, count: Floats, size: Floats, layout: Layout) -> None:
        """`cells` names the columns of `count` and `size` (persons, and persons in the group) in order."""
        self.cells = cells.with_row_index("celle")
        self.count, self.size, self.layout = count, size, layout
        self.is_size = (cells["mal"] == layout.size).to_numpy()
        # What is left of the group; of its size there is nothing left.
        self.rest = np.where(self.is_size, 0.0, size - count)
        self.sizes = self.cells.filter(self.is_size).select(*GROUP, sum_celle="celle")
        of_group = self.cells.join(self.sizes, on=GROUP, how="left", maintain_order="left")["sum_celle"]
        self.size_cell = of_group.cast(pl.Int64).fill_null(NO_CELL).to_numpy()
        self.inside = self._inside()
        """Pairs of cells, the first inside the second."""

    def _inside(self) -> Ints:
        place = {tuple(key): number for number, *key in self.cells.iter_rows()}
        pairs = [
            (number, place[outer, *group])
            for (mal, *group), number in place.items()
            for outer in INSIDE.get(mal, ())
            if (outer, *group) in place
        ]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def all_but_few(self) -> Bools:
        """The cells that leave 1–4 of a measure they lie inside: the two together would tell of these."""
        found = np.zeros(self.count.shape, dtype=np.bool_)
        for inner, outer in self.inside:
            found[:, inner] |= small(self.count[:, outer] - self.count[:, inner])
        return found

    def sizes_only(self) -> Table:
        """The table of the groups' sizes."""
        chosen = self.is_size
        return Table(self.cells.filter(chosen).select(CELL), self.count[:, chosen], self.size[:, chosen], self.layout)

    def whole_groups(self, sizes_hidden: Bools) -> Bools:
        """The cells of every group whose size is hidden: each has that size as its `nevner`."""
        if not self.is_size.any():
            return np.zeros_like(sizes_hidden)
        return np.where(self.size_cell >= 0, sizes_hidden[:, self.size_cell], False)

    def closed(self, state: Bools) -> Bools:
        """`state` (hidden or not) and every further cell that must be hidden for its sake."""
        relations = list(self.relations())
        together = JointSums([*relations, self.differences()], self.count, self.is_size)
        state, changed = state.copy(), np.arange(len(state))
        while len(changed):
            # Periods have no sums in common: one in which nothing more was hidden has nothing more to hide.
            while len(changed):
                before = state[changed]
                # A row that is not there in a period is nobody, and covers for nothing.
                state[changed] |= self.whole_groups(before) & (self.size[changed] > 0)
                for relation in relations:
                    relation.close(state, changed)
                changed = changed[(state[changed] != before).any(axis=1)]
            changed = together.close(state)
        return state

    def relations(self) -> Iterator[Relation]:
        """Every kind of sum a reader can do."""
        cells = self.cells
        is_crossed = pl.col("gruppering").str.contains("*", literal=True)

        # The values of one variable add up to the group.
        variable = pl.col("mal").str.extract("^([^=]+)=", 1)
        values = cells.with_columns(_variabel=variable).filter(pl.col("_variabel").is_in(self.layout.partition))
        yield Relation.sums(values, self.sizes, GROUP, ["_variabel"], self.count, self.size)

        # What says the same of a group; one thing and its opposite; and the union of two measures.
        name = pl.col("mal")
        in_no_cell = cells.with_columns(sum_celle=pl.lit(None, pl.Int64))
        same = in_no_cell.filter(name.is_in([*SAME, *SAME.values()]))
        same = same.with_columns(name.replace(SAME), fortegn=pl.when(name.is_in(list(SAME))).then(1).otherwise(-1))
        yield Relation.bound(same, [*GROUP, "mal"], 2, self.count)
        opposite = cells.filter(name.is_in(COMPLEMENT)).join(self.sizes, on=GROUP, how="left")
        yield Relation.bound(opposite.with_columns(fortegn=1), GROUP, 2, self.count)
        for one, other, either, both in UNIONS:
            of_union = in_no_cell.filter(name.is_in([one, other, either, both]))
            signed = of_union.with_columns(fortegn=pl.when(name.is_in([one, other])).then(1).otherwise(-1))
            yield Relation.bound(signed, GROUP, 4, self.count)

        # Groups add up to everyone, crossed groups to each of their margins; so do those who are *not* counted.
        margins = cells.filter(~is_crossed).rename({"celle": "sum_celle"})
        everyone = margins.filter(pl.col("gruppering") == "alle").drop(GROUP)
        plain = cells.filter(pl.col("gruppering") != "alle", ~is_crossed)
        crossed = cells.filter(is_crossed).with_columns(_kryss="gruppering")
        of_groups = [Relation.sums(plain, everyone, ["mal"], ["gruppering"], self.count)]
        for side in (0, 1):
            one_side = crossed.with_columns(pl.col(name).str.split("*").list.get(side) for name in GROUP)
            of_groups.append(Relation.sums(one_side, margins, ["mal", *GROUP], ["_kryss"], self.count))
        yield from of_groups
        yield from (one.following(self.rest) for one in of_groups)

    def differences(self) -> Relation:
        """What is left of each group, and of a measure around another: to be protected where it is 1–4."""
        inner = np.append(np.flatnonzero(self.size_cell >= 0), self.inside[:, 0])
        outer = np.append(self.size_cell[self.size_cell >= 0], self.inside[:, 1])
        return Relation.differences(inner, outer, self.count)
