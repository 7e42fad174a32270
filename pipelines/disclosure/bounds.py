"""What a reader can conclude of each cell from its printed number and the sums: bounds propagation, then linear
programs (HiGHS).

Every printed number leaves an interval. A relation narrows it: what is left of a sum when all others are at their
largest or smallest. Where intervals alone do not say how far apart the values of a cell can be, a linear program does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from pipelines.disclosure.relations import Relations
from pipelines.disclosure.rounding import MOST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CANDIDATES = 4
"""So many values must be left for a cell of 1–4, and for what all but 1–4 leave."""
ROUNDS = 60
EPSILON = 1e-6
SEED = 2017
TRIES = 6
"""Programs that are about all the targets of a component at once, before there is one for each of those left."""


@dataclass(frozen=True)
class Target:
    """What must not be known: the cells, and the sign each enters with (a count, or a size less a count)."""

    cells: tuple[int, ...]
    signs: tuple[float, ...]


def printed_bounds(printed: Ints) -> tuple[Floats, Floats]:
    """What a printed number says by itself: nine values, five where it is 0."""
    return np.maximum(printed - MOST, 0).astype(np.float64), (printed + MOST).astype(np.float64)


def propagated(low: Floats, high: Floats, relations: Relations) -> tuple[Floats, Floats]:
    """The bounds of the cells, narrowed by the relations until nothing moves (or `ROUNDS` times)."""
    low, high = low.copy(), high.copy()
    matrix = relations.matrix.tocsr()
    if not matrix.nnz:
        return low, high
    sign, cell = matrix.data, matrix.indices
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    for _ in range(ROUNDS):
        least = np.where(sign > 0, sign * low[cell], sign * high[cell])
        most = np.where(sign > 0, sign * high[cell], sign * low[cell])
        sum_least = np.add.reduceat(least, matrix.indptr[:-1])
        sum_most = np.add.reduceat(most, matrix.indptr[:-1])
        # a·x is at most what is left of the relation's upper end when all others are at their least, and so on.
        up = (relations.high[row] - (sum_least[row] - least)) / sign
        down = (relations.low[row] - (sum_most[row] - most)) / sign
        upper, lower = np.where(sign > 0, up, down), np.where(sign > 0, down, up)
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, cell, np.ceil(np.where(np.isfinite(lower), lower, -np.inf) - EPSILON))
        np.minimum.at(new_high, cell, np.floor(np.where(np.isfinite(upper), upper, np.inf) + EPSILON))
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            break
        low, high = new_low, new_high
    return low, high


def binding(low: Floats, high: Floats, relations: Relations) -> Relations:
    """The relations that say more than the bounds of their cells do."""
    matrix = relations.matrix.tocsr()
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    least, most = positive @ low + negative @ high, positive @ high + negative @ low
    kept = (most > relations.high + EPSILON) | (least < relations.low - EPSILON)
    return Relations(sparse.csr_array(matrix[kept]), relations.low[kept], relations.high[kept])


def _sums(relations: Relations) -> Relations:
    equal = relations.low == relations.high
    return Relations(sparse.csr_array(relations.matrix.tocsr()[equal]), relations.low[equal], relations.high[equal])


def without(relations: Relations, cells: Ints, low: Floats, high: Floats) -> Relations:
    """The relations with some cells taken out of each, and what these may be added to its ends."""
    if not len(cells):
        return relations
    taken = relations.matrix.tocsc()[:, cells]
    positive, negative = taken.maximum(0), taken.minimum(0)
    most = positive @ high[cells] + negative @ low[cells]
    least = positive @ low[cells] + negative @ high[cells]
    kept = np.ones(relations.matrix.shape[1])
    kept[cells] = 0
    matrix = sparse.csr_array(relations.matrix @ sparse.diags_array(kept))
    matrix.eliminate_zeros()
    return Relations(matrix, relations.low - most, relations.high - least)


def widths(truth: Floats, low: Floats, high: Floats, relations: Relations, targets: list[Target], sizes: Ints) -> Ints:
    """How many whole values each target can have, as far as is needed: at least so many, and exactly so where fewer
    than `CANDIDATES`.

    The relaxed problem is solved, in which cells need not be whole numbers, and sizes are as their bounds leave them in
    each sum by itself: one size stands in the sums of many months, which would make one program of all. Inequalities
    have done their work in the bounds.
    """
    found = np.zeros(len(targets), dtype=np.int64)
    relations = without(_sums(binding(low, high, relations)), sizes, low, high)
    together = sparse.csr_array(abs(relations.matrix).T @ abs(relations.matrix)) if relations.matrix.nnz else None
    part = np.arange(len(truth))
    if together is not None:
        _, part = connected_components(together, directed=False)
    by_part: dict[tuple[int, ...], list[int]] = {}
    for number, target in enumerate(targets):
        by_part.setdefault(tuple(sorted({int(part[cell]) for cell in target.cells})), []).append(number)
    members = np.argsort(part, kind="stable")
    starts = np.searchsorted(part[members], np.arange(part.max() + 2))
    for parts, these in by_part.items():
        cells = np.concatenate([members[starts[p] : starts[p + 1]] for p in parts])
        found[these] = _widths(truth, low, high, relations, cells, [targets[number] for number in these])
    return found


def _widths(truth: Floats, low: Floats, high: Floats, relations: Relations, cells: Ints, targets: list[Target]) -> Ints:
    """The same of targets whose cells are all among `cells`, which no relation leaves."""
    place = {int(cell): at for at, cell in enumerate(cells)}
    objectives = np.zeros((len(targets), len(cells)))
    for row, target in enumerate(targets):
        for cell, sign in zip(target.cells, target.signs, strict=True):
            objectives[row, place[cell]] += sign
    at = objectives @ truth[cells]
    least, most = at.copy(), at.copy()
    program = _program(low, high, relations, cells)
    if program is None:  # no relation: the bounds are all there is
        positive, negative = np.maximum(objectives, 0), np.minimum(objectives, 0)
        least = positive @ low[cells] + negative @ high[cells]
        most = positive @ high[cells] + negative @ low[cells]
        return _values(least, most)
    random = np.random.default_rng(SEED)
    for turn in _turns(random, len(targets)):
        left = np.flatnonzero(_values(least, most) < CANDIDATES)
        if not len(left):
            break
        solved = program(turn[left] @ objectives[left])
        least, most = np.minimum(least, objectives @ solved), np.maximum(most, objectives @ solved)
    for left_over in np.flatnonzero(_values(least, most) < CANDIDATES):
        for sign in (1.0, -1.0):
            solved = program(sign * objectives[left_over])
            least, most = np.minimum(least, objectives @ solved), np.maximum(most, objectives @ solved)
    return _values(least, most)


def _turns(random: np.random.Generator, targets: int) -> Iterator[Floats]:
    yield np.ones(targets)
    yield -np.ones(targets)
    for _ in range(TRIES):
        signs = random.choice([-1.0, 1.0], targets) * random.uniform(0.5, 1, targets)
        yield signs
        yield -signs


def _program(low: Floats, high: Floats, relations: Relations, cells: Ints):  # type: ignore[no-untyped-def]
    """A function from an objective to a solution that makes it least; None where no relation is among the cells."""
    inside = relations.matrix[:, cells]
    rows = np.flatnonzero(np.diff(inside.tocsr().indptr))
    if not len(rows):
        return None
    matrix = sparse.csr_array(inside.tocsr()[rows])
    least, most = relations.low[rows], relations.high[rows]
    equal = least == most
    bounds = np.stack([low[cells], high[cells]], axis=1)

    def solve(objective: Floats) -> Floats:
        found = linprog(
            objective,
            A_ub=sparse.vstack([matrix[~equal], -matrix[~equal]]) if (~equal).any() else None,
            b_ub=np.concatenate([most[~equal], -least[~equal]]) if (~equal).any() else None,
            A_eq=matrix[equal] if equal.any() else None,
            b_eq=most[equal] if equal.any() else None,
            bounds=bounds,
            method="highs",
        )
        if found.x is None:
            raise ArithmeticError(f"The program of the audit was not solved: {found.message}")
        solution: Floats = found.x
        return solution

    return solve


def _values(least: Floats, most: Floats) -> Ints:
    """How many whole numbers lie between."""
    return (np.floor(most + EPSILON) - np.ceil(least - EPSILON) + 1).astype(np.int64)
