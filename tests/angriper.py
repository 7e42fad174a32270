"""A reader who wants to know: everything that several reports print, and every relation they know, solved together.

Takes the base cells of each report, which is more than any of its pages shows. Unlike the audit, it solves reports
together, knows that a cell that has not changed is one number in all of them, and knows how rounding works: one
threshold for each label and block of five, whichever report the cell stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from pipelines.disclosure.audit import _targets
from pipelines.disclosure.bounds import Floats, Ints, printed_bounds, propagated, widths
from pipelines.disclosure.cells import Cells
from pipelines.disclosure.relations import Relations, relations
from pipelines.disclosure.rounding import BASE


@dataclass(frozen=True)
class Found:
    """How many values are left for every true count of 1–4, and every size that a count is 1–4 short of."""

    small: int
    exact: int
    narrowest: int
    candidates: dict[int, int]
    """How many of them have so many values (by their bounds)."""


def attack(reports: Sequence[Cells]) -> Found:
    """What all the reports together leave."""
    frames = [report.frame.with_columns(rapport=pl.lit(number)) for number, report in enumerate(reports)]
    every = pl.concat(frames)
    # A reader takes a cell that prints alike in two reports of the same deliveries to be one; so it is where it is.
    one = every.select("navn", "merke", "antall", "trykt").unique().sort("navn", "antall", "trykt", "merke")
    one = one.with_row_index("nr")
    every = every.join(one, on=["navn", "merke", "antall", "trykt"], how="left", maintain_order="left")
    truth = one["antall"].to_numpy().astype(np.float64)
    low, high = printed_bounds(one["trykt"].to_numpy())
    parts, targets = [], []
    for number, report in enumerate(reports):
        place = every.filter(rapport=number)["nr"].to_numpy()
        parts.append(_placed(relations(report), place, len(truth)))
        own = truth[place]
        targets += [
            type(target)(tuple(int(place[cell]) for cell in target.cells), target.signs)
            for target in _targets(report, own)
        ]
    together = _stacked(parts)
    low, high = _with_thresholds(one, low, high, together)
    assert ((low <= truth) & (truth <= high)).all(), "the attacker must not exclude the truth"
    sizes = np.flatnonzero(one["merke"].str.starts_with("n:").to_numpy())
    targets = sorted(set(targets), key=lambda target: (target.cells, target.signs))
    left = widths(truth, low, high, together, targets, sizes)
    small = (truth >= 1) & (truth < BASE)
    by_bounds = (high - low + 1)[small].astype(int)
    return Found(
        small=int(small.sum()),
        exact=int((left == 1).sum()),
        narrowest=int(left.min()) if len(left) else 2 * BASE - 1,
        candidates={int(width): int((by_bounds == width).sum()) for width in np.unique(by_bounds)},
    )


def _placed(found: Relations, place: Ints, cells: int) -> Relations:
    matrix = found.matrix.tocoo()
    moved = sparse.csr_array((matrix.data, (matrix.row, place[matrix.col])), shape=(matrix.shape[0], cells))
    moved.sum_duplicates()
    return Relations(moved, found.low, found.high)


def _stacked(parts: Sequence[Relations]) -> Relations:
    matrix = sparse.csr_array(sparse.vstack([part.matrix for part in parts]))
    matrix.eliminate_zeros()
    kept = np.diff(matrix.indptr) > 0
    low, high = (np.concatenate([getattr(part, end) for part in parts])[kept] for end in ("low", "high"))
    return Relations(sparse.csr_array(matrix[kept]), low, high)


def _with_thresholds(one: pl.DataFrame, low: Floats, high: Floats, sums: Relations) -> tuple[Floats, Floats]:
    """The bounds when every (label, block) also has a threshold: what is that far into the block is rounded up."""
    blocks = pl.concat(
        [one.select("merke", q=pl.col("trykt") // BASE - 1), one.select("merke", q=pl.col("trykt") // BASE)]
    ).unique().sort("merke", "q").with_row_index("terskel")  # fmt: skip
    cells = one.select("nr", "merke", "trykt", q=pl.col("trykt") // BASE)
    above = cells.join(blocks, on=["merke", "q"], how="left").sort("nr")
    below = cells.with_columns(q=pl.col("q") - 1).join(blocks, on=["merke", "q"], how="left").sort("nr")
    count, thresholds = one.height, blocks.height
    rows = np.arange(count)
    # x ≤ 5q + s(q) − 1, and x ≥ 5(q − 1) + s(q − 1)
    upper = sparse.coo_array(
        (np.r_[np.ones(count), -np.ones(count)], (np.r_[rows, rows], np.r_[rows, count + above["terskel"].to_numpy()])),
        shape=(count, count + thresholds),
    )
    lower = sparse.coo_array(
        (np.r_[-np.ones(count), np.ones(count)], (np.r_[rows, rows], np.r_[rows, count + below["terskel"].to_numpy()])),
        shape=(count, count + thresholds),
    )
    printed = one["trykt"].to_numpy().astype(np.float64)
    wide = sparse.csr_array(sparse.hstack([sums.matrix, sparse.csr_array((sums.matrix.shape[0], thresholds))]))
    everything = Relations(
        sparse.csr_array(sparse.vstack([wide, upper, lower])),
        np.r_[sums.low, np.full(2 * count, -np.inf)],
        np.r_[sums.high, printed - 1, -(printed - BASE)],
    )
    both = propagated(np.r_[low, np.ones(thresholds)], np.r_[high, np.full(thresholds, float(BASE))], everything)
    return both[0][:count], both[1][:count]
