"""What all sums give away when they are taken together, where each of them alone gives nothing away.

The audit of cell suppression, as the handbook of τ-ARGUS and de Wolf and Giessing have it: every sum a reader can do
is a linear equation, every hidden cell an unknown. A cell that is the same in every solution is *determined*: no
vector of the null space of the equations moves it. A further cell is then hidden, the cheapest shown one that the
combination of equations that gives the cell away has to know, and the audit is done again.

Which cells are determined depends on which are hidden, and on coefficients that are −1, 0 and 1; no count takes part,
so means that are not whole do no harm. The null space of thousands of sparse equations is never written down. One
random vector is projected on it, by conjugate gradients, for all periods at once: what is determined becomes zero, to
about 10⁻⁸, and what is not hardly ever less than 10⁻⁵. The cell alone, projected in the same way, is the proof, and its
solution the combination.

That counts are not negative is not used: of hidden cells that add up to a zero, a reader knows that all are zero, and
of others that none is more than all together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from pipelines.sums import NO_CELL, NOISE, SMALLEST_SHOWN, Bools, Floats, Ints, Relation, small

SEED = 2017
ZERO = 1e-6
"""Of numbers around 1."""
CONVERGED = 1e-9
MOST_STEPS = 2000


@dataclass(frozen=True)
class System:
    """The equations between the hidden cells of some periods, unknowns and equations numbered from zero."""

    equation: Ints
    """Term after term, the equation it is in."""
    unknown: Ints
    sign: Floats
    size: tuple[int, int]
    """How many equations, and how many unknowns."""

    def turned(self) -> System:
        """The same with unknowns for equations."""
        return System(self.unknown, self.equation, self.sign, self.size[::-1])

    def only(self, chosen: Ints) -> tuple[System, Ints, Ints]:
        """The equations whose number in `chosen` is not zero, and which these and their unknowns are."""
        here = chosen[self.equation] > 0
        equations, equation = _numbered(self.equation[here], self.size[0])
        unknowns, unknown = _numbered(self.unknown[here], self.size[1])
        return System(equation, unknown, self.sign[here], (len(equations), len(unknowns))), equations, unknowns

    def lots(self, found: Bools) -> tuple[Ints, Ints, Ints]:
        """One unknown that is `found` of every lot that equations bind to each other, and the lots.

        The lots are numbered from one in the order of these unknowns, per unknown and per equation; zero is in none.
        """
        lot = np.where(found, np.cumsum(found), 0)
        of_equation = np.zeros(self.size[0], dtype=np.int64)
        before = -1
        while before != (before := int(lot.sum())):
            np.maximum.at(of_equation, self.equation, lot[self.unknown])
            np.maximum.at(lot, self.unknown, of_equation[self.equation])
        last = np.unique(lot[found])
        new_number = np.zeros(1 + int(found.sum()), dtype=np.int64)
        new_number[last] = 1 + np.arange(len(last))
        return np.flatnonzero(found)[last - 1], new_number[lot], new_number[of_equation]

    def combination(self, wanted: Floats) -> tuple[Floats, Floats]:
        """How often each equation is taken to come as near to `wanted` as they can, and what is left of it.

        Of what is left, that is zero which the equations give and, but for an accident, nothing else. Conjugate
        gradients on the least squares (CGLS, Björck), with equations and unknowns brought to about the same length.
        """
        equations = np.sqrt(np.maximum(np.bincount(self.equation, minlength=self.size[0]), 1))
        unknowns = np.sqrt(np.maximum(np.bincount(self.unknown, minlength=self.size[1]), 1))
        even = replace(self, sign=self.sign / equations[self.equation] / unknowns[self.unknown])
        taken, left = even._nearest(wanted / unknowns)
        return taken / equations, left * unknowns

    def _nearest(self, wanted: Floats) -> tuple[Floats, Floats]:
        taken, left = np.zeros(self.size[0]), wanted.copy()
        slope = self._in_equations(left)
        step, steep = slope.copy(), float(slope @ slope)
        enough = CONVERGED**2 * max(steep, 1.0)
        for _ in range(MOST_STEPS):
            if steep <= enough:
                break
            moved = np.bincount(self.unknown, self.sign * step[self.equation], self.size[1])
            length = steep / float(moved @ moved)
            taken += length * step
            left -= length * moved
            slope = self._in_equations(left)
            before, steep = steep, float(slope @ slope)
            step = slope + steep / before * step
        return taken, left

    def _in_equations(self, values: Floats) -> Floats:
        found: Floats = np.bincount(self.equation, self.sign * values[self.unknown], self.size[0]).astype(np.float64)
        return found


class JointSums:
    """The relations of a table as equations: parts + what nobody prints = total.

    What nobody prints is an unknown of its own, to be protected when it is 1–4. From 5 on it may be anything, and
    the equation says nothing.
    """

    def __init__(self, relations: Iterable[Relation], count: Floats, dear: Bools) -> None:
        """`count` is periods × cells; `dear` marks the cells that are hidden only where nothing else helps."""
        self.relations = [one for one in relations if len(one.start) and not one.follows]
        self.count = count
        self.price = np.where(count > NOISE, count + np.where(dear, count.sum(), 0.0), np.inf)
        equation, cell, sign, first = [], [], [], 0
        for one in self.relations:
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
        rests = [one.rest for one in self.relations]
        self.rest = np.hstack(rests) if rests else np.zeros((len(count), 0))
        self.says = self.rest < SMALLEST_SHOWN - NOISE
        self.sound = np.zeros(count.shape, dtype=np.bool_)
        """What was hidden when it was last looked at; where nothing is, nothing is determined."""
        self.hopeless = np.zeros((len(count), count.shape[1] + first), dtype=np.bool_)
        """What is determined by zeros and by numbers that stand nowhere: there is nothing to hide."""

    def close(self, state: Bools) -> bool:
        """Hide, in `state`, one more cell for every lot of bound unknowns where one is determined. False when none is.

        Only the periods in which something was hidden since the last time are looked at.
        """
        periods = np.flatnonzero((state != self.sound).any(axis=1))
        self.sound = state.copy()
        hidden = np.hstack([state, small(self.rest)])
        system, equations, unknowns = self._system(hidden[periods], periods)
        left = system.combination(_noise(system.size[1]))[1]
        place = (periods[unknowns // hidden.shape[1]], unknowns % hidden.shape[1])
        found = (np.abs(left) < ZERO) & ~self.hopeless[place]
        changed = False
        while found.any():
            wanted, lot, lot_of_equation = system.lots(found)
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
            changed |= bool(helped.any())
        return changed

    def _cheapest(self, system: System, wanted: Ints, lot: Ints, equations: Ints, hidden: Bools, when: Ints) -> Ints:
        """The cell to hide for the sake of each unknown that is `wanted`, in the period `when`, or NO_CELL.

        The printed numbers that the unknown is worked out from are those that do not cancel out in the combination.
        """
        unit = np.zeros(system.size[1])
        unit[wanted] = 1.0
        combination, left = system.combination(unit)
        part = np.abs(self._of_cells(combination, lot, equations, len(wanted)))
        # What is worked out from printed numbers alone comes back when it is hidden, and helps only with others.
        redundant = system.turned().combination(_noise(system.size[0]))[1]
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
        taken = np.zeros((1 + lots, self.rest.shape[1]))
        taken[lot, equations] = times
        cells = self.count.shape[1]
        found = np.zeros((lots, cells))
        for number, one in enumerate(taken[1:]):
            found[number] = np.bincount(self.cell, self.sign * one[self.equation], cells)[:cells]
        return found

    def _system(self, hidden: Bools, periods: Ints) -> tuple[System, Ints, Ints]:
        """The equations of the periods, and which of them, and of their unknowns, the system has."""
        says = self.says[periods]
        period, term = np.nonzero(hidden[:, self.cell] & says[:, self.equation])
        equations, equation = _numbered(period * says.shape[1] + self.equation[term], says.size)
        unknowns, unknown = _numbered(period * hidden.shape[1] + self.cell[term], hidden.size)
        return System(equation, unknown, self.sign[term], (len(equations), len(unknowns))), equations, unknowns


def _noise(length: int) -> Floats:
    return np.random.default_rng(SEED).standard_normal(length)


def _numbered(values: Ints, of: int) -> tuple[Ints, Ints]:
    """The different values, sorted, and for each value its number among them; all are less than `of`."""
    there = np.zeros(of, dtype=np.bool_)
    there[values] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[values]
