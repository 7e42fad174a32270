"""The audit of a publication: what a reader can conclude of every count of 1–4, from all that is printed and all that
was printed before, and the remedy where it is too much.

A count is safe when four values or more are left for it. Where fewer are, the largest other cell of the sum that says
so is rounded the other way. That is an override: written in the ledger, so that the same number prints alike for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import polars as pl
from scipy import sparse

from pipelines.base.errors import AktivitetError
from pipelines.disclosure.bounds import CANDIDATES, Floats, Ints, Target, printed_bounds, propagated, widths
from pipelines.disclosure.cells import Cells, Parts
from pipelines.disclosure.layout import SIZE, layouts
from pipelines.disclosure.relations import Relations, relations
from pipelines.disclosure.rounding import BASE, MOST, Rounding

TURNS = 100
"""How many times cells are rounded the other way before the audit gives up."""
CALENDAR = {"maaned", "leveranse", "aar"}
KNOWN = ["navn", "trykt", "nedre", "ovre"]


class Revealing(AktivitetError):
    """A publication would tell too closely of a few persons, and no rounding was found that does not."""


@dataclass(frozen=True)
class Audited:
    """What was found. `rounding` has the overrides the publication must be rounded with.

    `cells`: every base cell (navn, merke, trykt) with the least and greatest value a reader can leave it (nedre, ovre).
    `widths`: how many values each count of 1–4, and each size less 1–4, can have; no more than is needed to know.
    """

    rounding: Rounding
    cells: pl.DataFrame
    widths: Ints
    overrides: int

    @property
    def summary(self) -> pl.DataFrame:
        """One row for readers: nothing in it counts a person. `bredde` is told as far as it matters."""
        found = self.widths if len(self.widths) else np.array([2 * MOST + 1])
        return pl.DataFrame(
            {
                "celler": [self.cells.height],
                "minste_bredde": [int(min(found.min(), 2 * MOST + 1))],
                "median_bredde": [int(np.median(np.minimum(found, 2 * MOST + 1)))],
                "overstyringer": [self.overrides],
            }
        )


def audit(
    con: duckdb.DuckDBPyConnection, parts: Parts, rounding: Rounding, earlier: Sequence[pl.DataFrame] = ()
) -> Audited:
    """Audit what is published of `parts` of the snapshot, beside `earlier` publications (frames with `KNOWN`).

    Returns the rounding the publication must use. Raises Revealing when no override helps.
    """
    cells = Cells(con, parts, rounding)
    found = relations(cells)
    for _ in range(TURNS):
        truth = cells.frame["antall"].to_numpy().astype(np.float64)
        low, high = _known(cells, earlier)
        low, high = propagated(low, high, found)
        targets = list(_targets(cells, truth))
        revealed = _narrow(low, high, targets)
        counted: Ints = np.zeros(0, dtype=np.int64)
        if not revealed:
            sizes = np.flatnonzero(cells.frame["merke"].str.starts_with(SIZE).to_numpy())
            counted = widths(truth, low, high, found, targets, sizes)
            revealed = [targets[number] for number in np.flatnonzero(counted < CANDIDATES)]
        if not revealed:
            return Audited(rounding, _told(cells, low, high), counted, len(rounding.overrides))
        more = _remedy(cells, found, revealed, rounding)
        if not more:
            break
        rounding = replace(rounding, overrides={**rounding.overrides, **more})
        cells = cells.printed(rounding)
    names = cells.frame["merke"].gather([target.cells[0] for target in revealed[:3]]).to_list()
    raise Revealing(
        f"{len(revealed)} counts of 1–4 can be told too closely, and no rounding the other way hides them:"
        f" {'; '.join(names)}. Nothing was published. Publish fewer groups, or ask who keeps the rules."
    )


def _known(cells: Cells, earlier: Sequence[pl.DataFrame]) -> tuple[Floats, Floats]:
    """The bounds of what is printed, narrowed by what earlier publications left of cells that print alike.

    A cell of a calendar month is the same number as before, unless the month was delivered again; the earlier bounds
    may not hold it then. What is counted over the courses is another number whenever a month has been added.
    """
    dated = [table for table, layout in layouts().items() if CALENDAR & set(layout.perioder)]
    of_month = pl.col("navn").str.split("|").list.first().is_in(dated)
    low, high = printed_bounds(cells.frame["trykt"].to_numpy())
    truth = cells.frame["antall"].to_numpy()
    for frame in earlier:
        before = cells.frame.select("navn", "trykt").join(
            frame.filter(of_month).select(KNOWN).unique("navn", keep="first", maintain_order=True),
            on=["navn", "trykt"],
            how="left",
            maintain_order="left",
        )
        least, most = (before[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("nedre", "ovre"))
        holds = (least <= truth) & (truth <= most)
        low, high = np.where(holds, np.fmax(low, least), low), np.where(holds, np.fmin(high, most), high)
    return low, high


def _targets(cells: Cells, truth: Floats) -> Iterator[Target]:
    """Every count of 1–4, and every size that a count is 1–4 short of."""
    for cell in np.flatnonzero((truth >= 1) & (truth < BASE)):
        yield Target((int(cell),), (1.0,))
    for rows in cells.rows.values():
        if "storrelse" not in rows.columns:
            continue
        pairs = rows.select("celle", "storrelse").drop_nulls().unique().sort("celle", "storrelse").to_numpy()
        rest = truth[pairs[:, 1]] - truth[pairs[:, 0]]
        for count, size in pairs[(rest >= 1) & (rest < BASE)]:
            yield Target((int(size), int(count)), (1.0, -1.0))


def _narrow(low: Floats, high: Floats, targets: Sequence[Target]) -> list[Target]:
    """Those whose bounds alone leave too few values."""
    found = []
    for target in targets:
        signed = zip(target.cells, target.signs, strict=True)
        ends = [(low[cell], high[cell]) if sign > 0 else (-high[cell], -low[cell]) for cell, sign in signed]
        most, least = sum(end for _, end in ends), max(sum(end for end, _ in ends), 0)
        if most - least + 1 < CANDIDATES:
            found.append(target)
    return found


def _remedy(
    cells: Cells, found: Relations, revealed: Sequence[Target], rounding: Rounding
) -> Mapping[tuple[str, int], bool]:
    """For each revealed target, the block of the largest other cell that brings its sum nearer to adding up in print.

    A sum of printed numbers that is far from adding up is what tells: its cells are as far from the truth as they may.
    """
    truth, printed = (cells.frame[name].to_numpy() for name in ("antall", "trykt"))
    labels = cells.frame["merke"].to_list()
    equal = found.low == found.high
    rows = sparse.csr_array(found.matrix.tocsr()[equal])
    columns = rows.tocsc()
    gaps = rows @ printed.astype(np.float64)
    slack = MOST * np.diff(rows.indptr) - np.abs(gaps)
    more: dict[tuple[str, int], bool] = {}
    for target in revealed:
        near = _relations_of(columns, target.cells)
        further = _relations_of(columns, {int(cell) for row in near for cell in _cells_of(rows, row)})
        for row in [*sorted(near, key=lambda row: slack[row]), *sorted(further - near, key=lambda row: slack[row])]:
            if not gaps[row]:
                continue
            own = {(labels[c], int(truth[c] // BASE)) for c in _cells_of(rows, row)}
            if own & more.keys():
                break  # see first what that does
            block = _largest(rows, row, gaps[row], target.cells, truth, printed, labels, rounding)
            if block:
                more[block[0]] = block[1]
                break
    if more:
        return more
    # No gap can be closed: any cell of the same sums that is not yet turned, one at a time.
    for target in revealed:
        near = _relations_of(columns, target.cells)
        further = _relations_of(columns, {int(cell) for row in near for cell in _cells_of(rows, row)})
        others = {int(cell) for row in near | further for cell in _cells_of(rows, row)}
        for cell in sorted(others, key=lambda cell: (cell in target.cells, -truth[cell], labels[cell])):
            turned = (labels[cell], int(truth[cell] // BASE))
            if truth[cell] % BASE and turned not in rounding.overrides:
                return {turned: bool(printed[cell] < truth[cell])}
    return more


def _relations_of(columns: sparse.csc_array, cells: Iterable[int]) -> set[int]:
    return {int(row) for cell in cells for row in columns.indices[columns.indptr[cell] : columns.indptr[cell + 1]]}


def _cells_of(rows: sparse.csr_array, row: int) -> Ints:
    found: Ints = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
    return found


def _largest(
    rows: sparse.csr_array,
    row: int,
    gap: float,
    own: Sequence[int],
    truth: Ints,
    printed: Ints,
    labels: Sequence[str],
    rounding: Rounding,
) -> tuple[tuple[str, int], bool] | None:
    """The largest cell of a sum that can be rounded the other way and closes its gap; a target's own cell at last."""
    signs = rows.data[rows.indptr[row] : rows.indptr[row + 1]]
    pairs = zip(_cells_of(rows, row), signs, strict=True)
    for cell, sign in sorted(pairs, key=lambda pair: (pair[0] in own, -truth[pair[0]], labels[pair[0]])):
        block, up = (labels[cell], int(truth[cell] // BASE)), bool(printed[cell] < truth[cell])
        closes = gap * sign * (1 if up else -1) < 0
        if truth[cell] % BASE and closes and block not in rounding.overrides:
            return block, up
    return None


def _told(cells: Cells, low: Floats, high: Floats) -> pl.DataFrame:
    return cells.frame.select("navn", "merke", "trykt").with_columns(
        nedre=pl.Series(low).cast(pl.Int64), ovre=pl.Series(high).cast(pl.Int64)
    )
