"""What a choice (⟂) moves: the result as it is and as it would have been, from the files of `sql/folsomhet/`.

Part of `disclosure`, which is the door: two numbers that differ by a few persons tell of those few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import duckdb

from pipelines.disclosure.sums import SMALLEST_SHOWN
from pipelines.model import sql


@dataclass(frozen=True)
class Alternative:
    """A value with the choice and without it; None where it cannot be known, and both where they are hidden."""

    valgt: float | None = None
    ellers: float | None = None
    skjult: bool = False


def alternative(con: duckdb.DuckDBPyConnection, name: str, month: date) -> Alternative:
    """The two values of `sql/folsomhet/<name>.sql` in `month`.

    Hidden when 1–4 persons are counted or left out of either, or are what the two differ by. Without values when
    the snapshot lacks a table the file reads: one made before there was such a table, or without courses.
    """
    try:
        rows = sql.run(con, f"folsomhet/{name}", maaned=month).fetchall()
    except duckdb.CatalogException:
        return Alternative()
    if not rows:
        return Alternative()
    verdi, verdi_ellers, antall, antall_ellers, nevner, nevner_ellers = rows[0]
    told = (
        *(antall, antall_ellers, nevner, nevner_ellers),
        *(_apart(nevner, antall), _apart(nevner_ellers, antall_ellers)),
        *(_apart(antall, antall_ellers), _apart(nevner, nevner_ellers)),
    )
    if any(number is not None and 0 < number < SMALLEST_SHOWN for number in told):
        return Alternative(skjult=True)
    return Alternative(_known(verdi), _known(verdi_ellers))


def _known(value: float | None) -> float | None:
    """A share of nobody cannot be known; DuckDB makes it NaN."""
    return None if value is None or math.isnan(value) else value


def _apart(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else abs(first - second)
