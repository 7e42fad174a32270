"""What all sums give away when they are taken together, where each of them alone gives nothing away.

The audit of cell suppression, as the handbook of τ-ARGUS and de Wolf and Giessing have it: every sum a reader can do
is a linear equation, every hidden cell an unknown. A cell that is the same in every solution is *determined*: no
vector of the null space of the equations moves it. A further cell is then hidden, the cheapest shown one that the
combination of equations that gives the cell away has to know, and the audit is done again.

Which cells are determined depends on which are hidden, and on coefficients that are −1, 0 and 1; no count takes part,
so means that are not whole do no harm. The null space of thousands of sparse equations is never written down. One
random vector is projected on it, by least squares (LSMR, Fong and Saunders), for all periods at once: what is
determined becomes zero, to about 10⁻⁷, and what is not hardly ever less than 10⁻⁵. The cell alone, projected in the
same way, is the proof, and its solution the combination.

That counts are not negative is not used: of hidden cells that add up to a zero, a reader knows that all are zero, and
of others that none is more than all together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import lsmr
from threadpoolctl import ThreadpoolController

from pipelines.disclosure.sums import NO_CELL, NOISE, NONE, SMALLEST_SHOWN, Bools, Floats, Ints, Relation, small

SEED = 2017
ZERO = 1e-6
"""Of numbers around 1."""
CONVERGED = 1e-10
STEPS_PER_UNKNOWN = 4
NOT_SOLVED = 7
"""LSMR's word for having come to no end."""


@dataclass(frozen=True)
class System:
    """Linear equations whose right sides nobody needs: equations × unknowns of signs."""

    signs: csr_array

    def turned(self) -> System:
        """The same with unknowns for equations."""
        return System(self.signs.T.tocsr())

    def only(self, chosen: Ints) -> tuple[System, Ints, Ints]:
        """The equations whose number in `chosen` is not zero, and which these and their unknowns are."""
        equations = np.flatnonzero(chosen)
        some = self.signs[equations]
        unknowns = np.unique(some.indices)
        return System(some[:, unknowns]), equations, unknowns

    def bound(self) -> tuple[Ints, Ints]:
        """The lot of each equation and of each unknown: those that terms bind to each other have the same number."""
        _, lot = connected_components(block_array([[None, self.signs], [self.signs.T, None]]), directed=False)
        return lot[: self.signs.shape[0]], lot[self.signs.shape[0] :]

    def combination(self, wanted: Floats) -> tuple[Floats, Floats]:
        """How often each equation is taken to come as near to `wanted` as they can, and what is left of it.

        Of what is left, that is zero which the equations give and, but for an accident, nothing else. Equations and
        unknowns are brought to about the same length first. Raises ArithmeticError when they come to no end.
        """
        equations, unknowns = (
            diags_array(1 / np.sqrt(np.maximum(self.signs.count_nonzero(axis=axis), 1))) for axis in (1, 0)
        )
        even = (equations @ self.signs @ unknowns).T.tocsr()
        wanted = unknowns @ wanted
        # Vectors this short are added up ten times slower by threads that wait for each other.
        with _threads().limit(limits=1, user_api="blas"):
            steps = STEPS_PER_UNKNOWN * max(even.shape)
            taken, ended, *_ = lsmr(even, wanted, atol=CONVERGED, btol=CONVERGED, conlim=0, maxiter=steps)
        if ended == NOT_SOLVED:
            raise ArithmeticError(
                f"{len(taken)} sums were not solved in {steps} steps, so nothing of them may be shown."
            )
        left = wanted - even @ taken
        return equations @ taken, left / unknowns.diagonal()


class JointSums:
    """The relations of a table as equations: parts + what nobody prints = total.

    What nobody prints is an unknown of its own, to be protected when it is 1–4. From 5 on it may be anything, and
    the equation says nothing.
    """

    def __init__(self, relations: Iterable[Relation], count: Floats, dear: Bools) -> None:
        """`count` is periods × cells; `dear` marks the cells that are hidden only where nothing else helps."""
        used = [one for one in relations if len(one.start) and not one.follows]
        self.count = count
        self.price = np.where(count > NOISE, count + np.where(dear, count.sum(), 0.0), np.inf)
        equation, cell, sign, first = [], [], [], 0
        for one in used:
            of_part = first + np.repeat(np.arange(len(one.start)), np.diff(one.start, append=len(one.part)))
            printed = np.flatnonzero(one.sum_cell >= 0)
            equation += [of_part, first + printed]
            cell += [one.part, one.sum_cell[printed]]
            sign += [one.sign, np.full(len(printed), -1.0)]
            first += len(one.start)
        numbers = np.arange(first)
        self.equation = np.concatenate([*equation, numbers]).astype(np.int64)
        self.cell = np.concatenate([*cell, count.shape[1] + numbers]).astype(np.int64)
        """Cells, and after them what nobody prints, one per equation."""
        self.sign = np.concatenate([*sign, np.ones(first)])
        self.terms = csr_array((self.sign, (self.equation, self.cell)), shape=(first, count.shape[1] + first))
        rests = [one.rest for one in used]
        self.rest = np.hstack(rests) if rests else np.zeros((len(count), 0))
        self.says = self.rest < SMALLEST_SHOWN - NOISE
        self.sound = np.zeros(count.shape, dtype=np.bool_)
        """What was hidden when it was last looked at; where nothing is, nothing is determined."""
        self.noise = np.random.default_rng(SEED).standard_normal(count.shape[1] + first)
        """The same in every period: whatever falls out of it by accident does, alone as together with others."""
        self.hopeless = np.zeros((len(count), count.shape[1] + first), dtype=np.bool_)
        """What is determined by zeros and by numbers that stand nowhere: there is nothing to hide. And what looked
        determined by accident: it stays open, for what is hidden only grows."""

    def close(self, state: Bools) -> Ints:
        """Hide, in `state`, one more cell for every lot of bound unknowns where one is determined.

        Only the periods in which something was hidden since the last time are looked at. Returns those in which
        something was hidden now.
        """
        periods = np.flatnonzero((state != self.sound).any(axis=1))
        self.sound = state.copy()
        hidden = np.hstack([state, small(self.rest)])
        system, equations, unknowns = self._system(hidden[periods], periods)
        if not len(equations):
            return NONE
        left = system.combination(self.noise[unknowns % hidden.shape[1]])[1]
        place = (periods[unknowns // hidden.shape[1]], unknowns % hidden.shape[1])
        found = (np.abs(left) < ZERO) & ~self.hopeless[place]
        if not found.any():
            return NONE
        bound, changed = system.bound(), NONE
        while found.any():
            wanted, lot_of_equation, lot = _one_of_each(found, *bound)
            when, what = place[0][wanted], place[1][wanted]
            part, of_part, in_part = system.only(lot_of_equation)
            of_table = equations[of_part] % self.rest.shape[1]
            cell = self._cheapest(
                part, np.searchsorted(in_part, wanted), lot_of_equation[of_part], of_table, hidden[when], when
            )
            helped = cell != NO_CELL
            state[when[helped], cell[helped]] = True
            self.hopeless[when[~helped], what[~helped]] = True
            found[wanted] = False
            found &= ~np.append(False, helped)[lot]
            changed = np.union1d(changed, when[helped])
        return changed

    def _cheapest(self, system: System, wanted: Ints, lot: Ints, equations: Ints, hidden: Bools, when: Ints) -> Ints:
        """The cell to hide for the sake of each unknown that is `wanted`, in the period `when`, or NO_CELL.

        The printed numbers that the unknown is worked out from are those that do not cancel out in the combination.
        """
        unit = np.zeros(system.signs.shape[1])
        unit[wanted] = 1.0
        combination, left = system.combination(unit)
        part = np.abs(self._of_cells(combination, lot, equations, len(wanted)))
        # What is worked out from printed numbers alone comes back when it is hidden, and helps only with others.
        redundant = system.turned().combination(self.noise[equations])[1]
        comes_back = np.abs(self._of_cells(redundant, lot, equations, len(wanted))) > ZERO
        proven = np.abs(left[wanted]) < ZERO
        free = ~hidden[:, : part.shape[1]] & (part > ZERO) & proven[:, None]
        price = np.where(free, self.price[when], np.inf)
        enough = np.where(comes_back, np.inf, price)
        much = np.where(np.isfinite(price), part, 0.0)
        some = np.where(much > much.max(axis=1, keepdims=True) / 2, price, np.inf)
        price = np.where(np.isfinite(enough).any(axis=1, keepdims=True), enough, some)
        return np.where(np.isfinite(price).any(axis=1), price.argmin(axis=1), NO_CELL)

    def _of_cells(self, times: Floats, lot: Ints, equations: Ints, lots: int) -> Floats:
        """Lots × cells: how often a cell is taken, printed or not, when each equation is taken so many `times`."""
        taken = csr_array((times, (lot - 1, equations)), shape=(lots, self.rest.shape[1]))
        found: Floats = (taken @ self.terms)[:, : self.count.shape[1]].toarray()
        return found

    def _system(self, hidden: Bools, periods: Ints) -> tuple[System, Ints, Ints]:
        """The equations of the periods, and which of them, and of their unknowns, the system has."""
        says = self.says[periods]
        period, term = np.nonzero(hidden[:, self.cell] & says[:, self.equation])
        equations, equation = _numbered(period * says.shape[1] + self.equation[term], says.size)
        unknowns, unknown = _numbered(period * hidden.shape[1] + self.cell[term], hidden.size)
        signs = csr_array((self.sign[term], (equation, unknown)), shape=(len(equations), len(unknowns)))
        return System(signs), equations, unknowns


@cache
def _threads() -> ThreadpoolController:
    """Of the libraries that are loaded: to look for them takes as long as to solve a small system."""
    return ThreadpoolController()


def _one_of_each(found: Bools, lot_of_equation: Ints, lot: Ints) -> tuple[Ints, Ints, Ints]:
    """One unknown that is `found` of every lot that has any, and the lots, numbered anew in the order of these.

    From one, per equation and per unknown; zero is a lot without any.
    """
    last = np.full(1 + lot.max(initial=0), NO_CELL)
    np.maximum.at(last, lot[found], np.flatnonzero(found))
    wanted = np.sort(last[last >= 0])
    number = np.zeros(len(last), dtype=np.int64)
    number[lot[wanted]] = 1 + np.arange(len(wanted))
    return wanted, number[lot_of_equation], number[lot]


def _numbered(values: Ints, of: int) -> tuple[Ints, Ints]:
    """The different values, sorted, and for each value its number among them; all are less than `of`."""
    there = np.zeros(of, dtype=np.bool_)
    there[values] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[values]
