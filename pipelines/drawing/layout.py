"""Pieces several figures are put together from: rows of a small table, and the segments of a stacked bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipelines.drawing.colours import GRID, INK, MUTED, PAPER
from pipelines.drawing.style import BODY, SMALL, text_width

ROW = 0.23  # inches from one row of text to the next
SWATCH = 0.12
INDENT = 0.2
"""Where a row's name begins, right of its swatch."""


@dataclass(frozen=True)
class Row:
    """One row: its name at the left, its cells under the columns."""

    name: str
    cells: Sequence[str]
    colour: str | None = None
    """Of the swatch before the name."""
    kind: Literal["plain", "head", "total"] = "plain"


def name_width(rows: Sequence[Row]) -> float:
    """Inches the widest name takes, swatch included."""
    return INDENT + max(text_width(row.name, weight="bold" if row.kind == "total" else "normal") for row in rows)


def draw_rows(
    axes: Axes, top: float, rows: Sequence[Row], columns: Sequence[float], align: str = "right", left: float = 0.0
) -> None:
    """Write the rows downwards from `top` on a canvas; `columns` are where cells are aligned, in inches."""
    for number, row in enumerate(rows):
        y = top - (number + 0.5) * ROW
        weight = "bold" if row.kind == "total" else "normal"
        ink, size = (MUTED, SMALL) if row.kind == "head" else (INK, BODY)
        if row.colour:
            axes.add_artist(
                Rectangle((left, y - SWATCH / 2), SWATCH, SWATCH, facecolor=row.colour, edgecolor=MUTED, lw=0.4)
            )
        if row.kind == "total":
            right = max(columns, default=left) + (0.0 if align == "right" else 0.3)
            axes.plot([left, right], [y + ROW / 2] * 2, color=GRID, linewidth=0.8)
        axes.text(left + INDENT, y, row.name, size=size, color=ink, weight=weight, va="center_baseline")
        for x, cell in zip(columns, row.cells, strict=True):
            axes.text(x, y, cell, size=size, color=ink, weight=weight, ha=align, va="center_baseline")


def signs(frame: pl.DataFrame) -> str:
    """What `:` and `..` mean, as a sentence, when the frame has something that is shown as one of them."""
    hidden = pl.col("skjult")
    found = []
    if frame.select(hidden.any()).item():
        found.append("«:» er skjult av hensyn til personvernet")
    if frame.select((pl.col("andel").is_null() & ~hidden).any()).item():
        found.append("«..» kan ikke vites")
    return f"{', '.join(found)}." if found else ""


@dataclass(frozen=True)
class Segment:
    """A part of a whole, from `start` to `start + length`, both 0..1. `code` None: hidden parts together."""

    code: str | None
    start: float
    length: float
    share: float | None = None
    """What is told of it, which is not always its length."""


def segments(shares: dict[str, float | None]) -> list[Segment]:
    """Parts of one whole after each other in the order given; what is hidden or unknown is one part at the end.

    Rounded parts need not add up to the whole: where all are shown, and where they are more than it, they are scaled.
    """
    found, start = [], 0.0
    total = sum(share for share in shares.values() if share is not None)
    scale = 1 / total if total and (None not in shares.values() or total > 1) else 1.0
    for code, share in shares.items():
        if share is not None and share > 0:
            found.append(Segment(code, start, share * scale, share))
            start += share * scale
    if None in shares.values() and start < 1:
        found.append(Segment(None, start, 1 - start))
    return found


def segment_style(colour: str | None) -> dict[str, Any]:
    """Fill of a segment: its colour, or hatching where the parts are hidden."""
    if colour is None:
        return {"facecolor": PAPER, "edgecolor": MUTED, "hatch": "////", "linewidth": 0.6}
    return {"facecolor": colour, "edgecolor": PAPER, "linewidth": 0.8}
