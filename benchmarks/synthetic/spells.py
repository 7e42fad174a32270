"""Spells of AAP by the official statistics' rule (rules.md §3), read from a panel."""

from __future__ import annotations

import numpy as np

from benchmarks.synthetic.panel import Flags, Panel

SEEN_TO_START = 2
"""The panel's first month with two before it: what starts then, or later, is seen to start."""


class Spells:
    """The first spell of each new recipient within the panel's first `followed` months (rules.md §3).

    `since`: the first month a spell may start in. 0 is March 2010, when AAP began and nobody not converted was on it
    before (`pipelines/studies/forlop/delrapport2.py`).
    """

    def __init__(self, panel: Panel, followed: int, since: int = SEEN_TO_START) -> None:
        paid = panel.recipient[:followed]
        first = paid.argmax(axis=0)
        new = paid.any(axis=0) & ~panel.world.people.converted & (first >= since)
        self.rows = np.flatnonzero(new)
        self.start = first[new]
        gap = np.zeros(len(self.rows), dtype=np.int64)
        last, running = self.start.copy(), np.ones(len(self.rows), dtype=bool)
        for m in range(followed):
            begun = m >= self.start
            here = paid[m, self.rows]
            gap = np.where(here, 0, gap + 1)
            running &= ~begun | (gap < 2)
            last = np.where(running & begun & here, m, last)
        self.last, self.length = last, last - self.start + 1
        self._followed = followed
        self._panel = panel
        months = np.arange(followed)[:, None]
        self._inside = (months >= self.start) & (months <= self.last)

    def ever(self, flags: Flags) -> Flags:
        return np.asarray((flags[: self._followed, self.rows] & self._inside).any(axis=0))

    def on_aap_after(self, months: int) -> Flags:
        """Paid in that month counted from the start, in this spell or another; of those who started early enough."""
        return np.asarray(self._panel.recipient[np.minimum(self.start + months, self._followed - 1), self.rows])

    def both(self) -> Flags:
        return self.ever(self._panel.treatment) & self.ever(self._panel.active)


def median_length(paid: Flags) -> float:
    """Months that half of the spells seen to start, a person's first or later, do not get beyond, by Kaplan and Meier.

    Whoever is paid in one of the last two months is followed for as long as it is certain that the spell went on, and
    whoever has left has done so in the first month outside (rules.md §3). NaN when fewer than half are seen to leave.
    """
    months = len(paid)
    nobody = np.zeros((2, paid.shape[1]), dtype=bool)
    around = np.vstack([nobody, paid, nobody])
    first = np.nonzero((paid & ~around[1:-3] & ~around[:-4]).T)[1]
    last = np.nonzero((paid & ~around[3:-1] & ~around[4:]).T)[1]
    seen = first >= SEEN_TO_START
    first, last = first[seen], last[seen]
    going_on = last >= months - 2
    followed = np.where(going_on, months - 1 - first, last - first + 2)
    at_risk = np.cumsum(np.bincount(followed, minlength=months)[::-1])[::-1]
    left = np.bincount(followed[~going_on], minlength=months)
    staying = np.cumprod(1 - left / np.maximum(at_risk, 1))
    return float((staying <= 0.5).argmax() - 1) if staying.min() <= 0.5 else float("nan")
