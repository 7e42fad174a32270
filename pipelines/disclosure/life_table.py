"""Life tables on the monthly grid: Kaplan–Meier and Aalen–Johansen, from counts that are exact or rounded.

A table is an array with one place a month, from month 1: how many had the event in the month, how many left
before they had it (the competing end), and how many were seen for the last time. Whoever is counted in a month
was at risk in it and in every month before; within a month events come before censoring. Tables may be stacked
along leading axes, and are then all computed at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Values = NDArray[np.float64]

Z = 1.959963984540054  # the normal distribution's 97.5 percent point


@dataclass(frozen=True)
class LifeTable:
    """Per month: at risk, the share that has had the event by then, its variance and 95 percent interval."""

    i_risiko: Counts
    insidens: Values
    varians: Values
    nedre: Values
    ovre: Values


def aalen_johansen(inntraff: Counts, ute: Counts, sensurert: Counts) -> LifeTable:
    """Cumulative incidence of the event when leaving is a competing end (Aalen & Johansen 1978).

    The variance is Greenwood's carried over to competing ends by the delta method (Marubini & Valsecchi 1995,
    §10.3; Collett 2015, §12.3), the interval that of log(−log F), so it stays within 0 and 1. Without competing
    ends (`ute` = 0) this is 1 − Kaplan–Meier, and the variance is Greenwood's own.
    """
    return from_risk(np.flip(np.cumsum(np.flip(inntraff + ute + sensurert, -1), -1), -1), inntraff, ute)


def from_risk(at_risk: Counts, inntraff: Counts, ute: Counts) -> LifeTable:
    """The same from how many were at risk in each month, which need not add up with how many the months took.

    So it is when the counts are rounded; more than were at risk cannot be taken, so that many were.
    """
    n = np.maximum(np.maximum(at_risk, inntraff + ute), 1).astype(np.float64)
    event, both = inntraff / n, (inntraff + ute) / n
    still = np.cumprod(1 - both, axis=-1)
    before = np.concatenate([np.ones_like(still[..., :1]), still[..., :-1]], axis=-1)
    incidence = np.cumsum(before * event, axis=-1)

    # The variance in month k (the last axis but one) is a sum over the months up to k (the last axis).
    since = incidence[..., :, None] - incidence[..., None, :]
    left = n - (inntraff + ute)
    greenwood = np.divide(both, left, out=np.zeros_like(n), where=left > 0)  # nobody left: nothing comes after
    terms = (
        since**2 * greenwood[..., None, :]
        + (before**2 * event * (1 - event) / n)[..., None, :]
        - 2 * since * (before * event / n)[..., None, :]
    )
    up_to = np.tri(incidence.shape[-1], dtype=bool)
    variance = np.maximum(np.where(up_to, terms, 0).sum(axis=-1), 0)
    return LifeTable(at_risk, incidence, variance, *log_log_interval(incidence, variance))


def log_log_interval(share: Values, variance: Values) -> tuple[Values, Values]:
    """The 95 percent interval about a share that is symmetric in log(−log share); the share itself at 0 and 1."""
    inside = (share > 0) & (share < 1)
    p = np.where(inside, share, 0.5)
    with np.errstate(over="ignore"):  # so wide about a share near 0 or 1 that it reaches all the way
        reach = np.exp(Z * np.sqrt(variance) / (p * -np.log(p)))
    return np.where(inside, p**reach, share), np.where(inside, p ** (1 / reach), share)


def median_month(table: LifeTable) -> Values:
    """The first month by which half have had the event; NaN where fewer than half do within the table."""
    reached = table.insidens >= 0.5 - 1e-12
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1.0, np.nan)
