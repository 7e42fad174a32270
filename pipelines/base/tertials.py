"""Tertials: the four months that begin in January, May and September, named `2015-T1` to `2015-T3`."""

from __future__ import annotations

import re
from datetime import date

MONTHS = 4


def name(first: date) -> str:
    """«2015-T1», of the tertial that begins in the month `first`: what it is called and where its report lies."""
    return f"{first.year}-T{(first.month - 1) // MONTHS + 1}"


def parse(text: str) -> date:
    """The first month of a tertial written as `2015-T1`. Raises ValueError for what is not one."""
    found = re.fullmatch(r"(\d{4})-T([123])", text)
    if not found or found[1] == "0000":
        raise ValueError(f"{text!r} is not a tertial (YYYY-T1, YYYY-T2 or YYYY-T3).")
    return date(int(found[1]), MONTHS * int(found[2]) - MONTHS + 1, 1)


def months(first: date) -> list[date]:
    """The four months of the tertial that begins in `first`."""
    return [first.replace(month=first.month + number) for number in range(MONTHS)]


def before(day: date) -> date:
    """The first month of the last tertial that had ended on `day`."""
    number = (day.month - 1) // MONTHS
    return date(day.year - (number == 0), (number - 1) % 3 * MONTHS + 1, 1)
