"""Which counts of `kontroll` may be shown: attrition (`frafall`) and the rows of deliveries (`leveranse`).

Counts of 1–4 are hidden, and so is what gives one away by subtraction. Part of `disclosure`, which is the door.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from pipelines.disclosure.sums import SMALLEST_SHOWN

# The recipients are printed by every table; the outermost steps say most of the rest.
FIRST = ("mottakere", "i_leveransen", "aktive")
PARTS = ("duplikat", "skjermet", "karantene")
COUNTS = ("lest", "lastet", *PARTS)


def frafall(frame: pl.DataFrame, known: dict[Any, list[int]]) -> pl.DataFrame:
    """`kontroll.frafall` with `skjult`: no step shown is 1–4, nor 1–4 away from another number that is shown.

    The steps of a population lie inside each other, so a difference is a number of persons. `known` has, per
    month, the counts of recipients that are printed elsewhere.
    """
    place = ["maaned", "populasjon"]
    rows = frame.sort(*place, "steg_nr").to_dicts()
    shown: dict[Any, list[int]] = {}
    for row in sorted(rows, key=_turn):
        against = shown.setdefault((row["maaned"], row["populasjon"]), [0, *known.get(row["maaned"], [])])
        row["skjult"] = any(0 < abs(row["personer"] - other) < SMALLEST_SHOWN for other in against)
        if row["skjult"]:
            row["personer"] = None
        else:
            against.append(row["personer"])
    return pl.DataFrame(rows, schema={**frame.schema, "skjult": pl.Boolean})


def _turn(row: dict[str, Any]) -> int:
    """When a step is considered: what is shown first decides what comes after."""
    return FIRST.index(row["steg"]) if row["steg"] in FIRST else len(FIRST) + int(row["steg_nr"])


def leveranse(frame: pl.DataFrame) -> pl.DataFrame:
    """`kontroll.leveranse` with small counts hidden; `skjult` where a row has any.

    Rows read are those loaded and the three kinds left out, so one hidden alone, or hidden ones whose sum is
    small, are covered by the smallest of the others, and at last by what was read.
    """
    rows = [_delivered(row) for row in frame.sort("leveranse", "uttrekk").to_dicts()]
    return pl.DataFrame(rows, schema={**frame.schema, "skjult": pl.Boolean})


def _delivered(row: dict[str, Any]) -> dict[str, Any]:
    hidden = {name for name in COUNTS if 0 < (row[name] or 0) < SMALLEST_SHOWN}

    def gives_away() -> bool:
        return bool(hidden) and "lest" not in hidden and (len(hidden) == 1 or sum(row[name] for name in hidden) < 5)

    for name in sorted(PARTS, key=lambda part: row[part] or 0):
        if gives_away() and row[name]:
            hidden.add(name)
    if gives_away():
        hidden.add("lest")
    return {**row, **dict.fromkeys(hidden), "skjult": bool(hidden)}


RULES: dict[str, Callable[[pl.DataFrame, dict[Any, list[int]]], pl.DataFrame]] = {
    "kontroll.frafall": frafall,
    "kontroll.leveranse": lambda frame, _: leveranse(frame),
}
