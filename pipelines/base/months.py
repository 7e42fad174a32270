"""Months: their names (`YYYY-MM`), ranges and runs without a hole. A month is its first day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

AAP_BEGAN = date(2010, 3, 1)
"""The first month there can be a delivery of."""


MONTH_FOLDER = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def month_name(month: date) -> str:
    return month.strftime("%Y-%m")


def month_before(day: date) -> date:
    """The first of the month before the one `day` is in."""
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def parse_month(name: str) -> date:
    """The first of the month `YYYY-MM` names. Raises ValueError for anything else."""
    if not MONTH_FOLDER.fullmatch(name):
        raise ValueError(f"not a month (YYYY-MM): {name}")
    return date(int(name[:4]), int(name[5:]), 1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_range(first: date, last: date) -> list[date]:
    """Every month from `first` to `last`, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def blocks(months: Iterable[date]) -> list[list[date]]:
    """Months in runs without a hole between them."""
    found: list[list[date]] = []
    ordered = sorted(set(months))
    for previous, month in pairwise([None, *ordered]):
        if previous is not None and month == next_month(previous):
            found[-1].append(month)
        elif month is not None:
            found.append([month])
    return found
