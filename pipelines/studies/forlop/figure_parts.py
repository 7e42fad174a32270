"""What the figures of the courses share: states with `ute`, legends, stacked months, and what is too few to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, PAPER, TILSTAND
from pipelines.drawing.layout import INDENT, ROW, SWATCH
from pipelines.drawing.style import BODY, text_width

UTE = "ute"
# From the bottom of a stack: most work-directed first, then treatment alone, none, and those who have left.
STATES = (
    *("tiltak+arbeid+behandling", "tiltak+arbeid", "tiltak+behandling", "tiltak"),
    *("arbeid+behandling", "arbeid", "behandling", "passiv", UTE),
)
COLOURS = {**TILSTAND, UTE: "#F3F4F6"}
HIDDEN: dict[str, Any] = {"facecolor": PAPER, "edgecolor": "#B8BDC4", "hatch": "//////", "linewidth": 0}
NAMES = {**{state: style.navn(state, "tilstand") for state in TILSTAND}, UTE: "Har sluttet på AAP"}


def shares(frame: pl.DataFrame, states: Sequence[str] = STATES) -> dict[int, dict[str, float | None]]:
    """Month → state → share (None: hidden), of rows `tilstand=*`; states in stacking order, and only those known of."""
    found: dict[int, dict[str, float | None]] = {}
    rows = {(row["maaned_nr"], row["mal"].split("=")[1]): row["verdi"] for row in frame.iter_rows(named=True)}
    for month in sorted({month for month, _ in rows}):
        found[month] = {state: rows[month, state] for state in states if (month, state) in rows}
    return found


def stack(axes: Axes, months: Mapping[int, Mapping[str, float | None]]) -> None:
    """Stacked shares in steps, month by month; what is hidden is hatched, with all whose place follows from it."""
    numbers = sorted(months)
    edges = [*(number - 0.5 for number in numbers), (numbers[-1] if numbers else 1) + 0.5]
    bottom = [0.0] * len(numbers)

    def layer(heights: Sequence[float], **fill: Any) -> None:
        top = [low + height for low, height in zip(bottom, heights, strict=True)]
        if any(heights):
            axes.fill_between(edges, [*bottom, *bottom[-1:]], [*top, *top[-1:]], step="post", **fill)
        bottom[:] = top

    drawn = [_in_place(months[number]) for number in numbers]
    for state in STATES[:-1]:
        layer([of_month.get(state, 0.0) for of_month in drawn], color=COLOURS[state], linewidth=0)
        layer([of_month.get(f"fra {state}", 0.0) for of_month in drawn], **HIDDEN)
    layer([of_month[UTE] for of_month in drawn], color=COLOURS[UTE], linewidth=0)
    axes.set(xlim=(edges[0] if numbers else 0.5, edges[-1]), ylim=(0, 1))
    style.axes_style(axes, spines=("bottom",))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
    ticks = [number for number in (1, 12, 24, 36, 48, 60) if number in months]
    axes.set_xticks(ticks, [str(number) for number in ticks])


def _in_place(shares: Mapping[str, float | None]) -> dict[str, float]:
    """The heights of a month's states whose place is known: those below all that is hidden, and those above it.

    Between them stands what is left, hatched: `fra <state>`, where that state would begin.
    """
    order = STATES[:-1]
    hidden = [place for place, state in enumerate(order) if state not in shares or shares[state] is None]
    if UTE in shares and shares[UTE] is None:
        hidden.append(len(order))
    first, last = (hidden[0], hidden[-1]) if hidden else (len(order), -1)
    found = {state: shares[state] or 0.0 for place, state in enumerate(order) if place < first or place > last}
    found[UTE] = shares.get(UTE) or 0.0
    total = sum(found.values())
    if total and (not hidden or total > 1):  # rounded parts need not add up to the whole
        found = {state: share / total for state, share in found.items()}
    rest = 1 - sum(found.values())
    if rest > 1e-9:
        found[f"fra {order[min(first, len(order) - 1)]}"] = rest
    return found


def legend(canvas: Axes, top: float, names: Mapping[str, str], colours: Mapping[str, str]) -> float:
    """Swatches with names from the left, on as many lines as they need; returns where the lines end."""
    right, x, y = canvas.get_xlim()[1], 0.0, top - ROW / 2
    for code, text in names.items():
        width = INDENT + text_width(text) + 0.25
        if x and x + width - 0.25 > right:
            x, y = 0.0, y - ROW
        swatch(canvas, x, y, colours[code])
        canvas.text(x + INDENT, y, text, size=BODY, color=INK, va="center_baseline")
        x += width
    return y - ROW / 2


def legend_height(names: Mapping[str, str], width: float) -> float:
    """How high `legend` becomes on a canvas that is so wide."""
    lines, x = 1, 0.0
    for text in names.values():
        needed = INDENT + text_width(text) + 0.25
        if x and x + needed - 0.25 > width:
            lines, x = lines + 1, 0.0
        x += needed
    return lines * ROW


def swatch(axes: Axes, x: float, y: float, colour: str) -> None:
    axes.add_artist(Rectangle((x, y - SWATCH / 2), SWATCH, SWATCH, facecolor=colour, edgecolor=MUTED, lw=0.4))


def cell(row: Mapping[str, Any] | None, decimals: int = 0) -> str:
    """A share as percent for a table: `:` where hidden, `..` where there is nothing to know."""
    if row is None:
        return style.percent(None)
    return style.percent(row["verdi"], decimals, hidden=row["skjult"])


def unknown(frame: pl.DataFrame) -> str:
    """What hidden numbers are, as a sentence, where there are any."""
    if not frame["skjult"].any():
        return ""
    return "Andeler av færre enn tjue forløp er skjult («:» eller skravert) av hensyn til personvernet."
