"""One build of the warehouse, as its result rows name it (rules.md §4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One build: which code, of which months, from which deliveries. The id follows from these alone."""

    id: str
    code: str
    months: tuple[str, ...]
    deliveries: tuple[str, ...]
