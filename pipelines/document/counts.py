"""The published counts of months, as the report's sentences and tables ask for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.base import bokmaal
from pipelines.disclosure import published, told_share
from pipelines.document.blocks import SKJULT, Hidden, Value

STANDARD_ERRORS = 1.96


@dataclass(frozen=True)
class Count:
    """So many of a group's recipients. Without numbers it is hidden, or it cannot be known."""

    antall: float | None = None
    nevner: float | None = None
    andel: float | None = None
    skjult: bool = False

    @property
    def shown_antall(self) -> Value:
        return SKJULT if self.skjult and self.antall is None else self.antall

    @property
    def shown_andel(self) -> Value:
        return SKJULT if self.skjult and self.andel is None else self.andel


Counts = dict[tuple[str, str, str], Count]
"""Counts by `mal`, `gruppering`, `gruppe`."""
NOBODY = Count()


def months(con: duckdb.DuckDBPyConnection, wanted: Sequence[date]) -> dict[date, Counts]:
    """The counts of each wanted month there are results for."""
    frame = published(con, "statistikk.tverrsnitt", maaned=list(wanted))
    found: dict[date, Counts] = {}
    for row in frame.iter_rows(named=True):
        key = (row["mal"], row["gruppering"], row["gruppe"])
        of_month = found.setdefault(row["maaned"], {})
        of_month[key] = Count(row["antall"], row["nevner"], row["andel"], row["skjult"])
    return found


def of(counts: Counts, mal: str, gruppering: str = "alle", gruppe: str = "alle") -> Count:
    """One count; what is not there cannot be known."""
    return counts.get((mal, gruppering, gruppe), NOBODY)


def mean(counts: Sequence[Count]) -> Count:
    """The mean over months of rounded counts and denominators, the share their ratio (rules.md §2 and §8).

    Hidden where one of the counts is, or where there are too few for a share.
    """
    if any(count.skjult and count.antall is None for count in counts):
        return Count(skjult=True)
    values = [(count.antall, count.nevner) for count in counts if count.antall is not None and count.nevner is not None]
    if not values or len(values) < len(counts):
        return NOBODY
    antall, nevner = (sum(column) / len(values) for column in zip(*values, strict=True))
    andel = told_share(antall, nevner)
    return Count(antall, nevner, andel, skjult=andel is None)


def share_noise(now: Count, before: Count) -> float | None:
    """1,96 standard errors of the difference between two shares, as of independent persons.

    The same persons are in both, mostly, so this errs on the wide side. None where a share is missing.
    """
    terms = []
    for count in (now, before):
        if count.andel is None or not count.nevner:
            return None
        terms.append(count.andel * (1 - count.andel) / count.nevner)
    return STANDARD_ERRORS * math.sqrt(sum(terms))


def count_noise(now: Count, before: Count) -> float | None:
    """1,96 standard errors of the difference between two counts of independent events (Poisson)."""
    if now.antall is None or before.antall is None:
        return None
    return STANDARD_ERRORS * math.sqrt(now.antall + before.antall)


def difference(now: float | None, before: float | None, decimals: int) -> float | None:
    """The difference between two values as they are printed, so that a reader who subtracts gets the same."""
    if now is None or before is None:
        return None
    return float(bokmaal.avrundet(now, decimals) - bokmaal.avrundet(before, decimals))


def either(now: Count, before: Count, value: float | None) -> float | Hidden | None:
    """`value`, or why there is none."""
    return SKJULT if value is None and (now.skjult or before.skjult) else value
