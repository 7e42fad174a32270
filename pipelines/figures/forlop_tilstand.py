"""The state distribution by month of the course: for everybody, and in panels by group or type."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.figure import Figure

from pipelines.figures import style
from pipelines.figures.colours import INK, MUTED
from pipelines.figures.forlop_parts import COLOURS, NAMES, STATES, cell, legend, legend_height, shares, stack
from pipelines.figures.parts import ROW, Row, draw_rows, name_width
from pipelines.figures.style import BODY, SMALL

HEIGHT = 2.9
PANEL, COLUMNS, GAP = 1.35, 2, 0.35
SAID = (1, 6, 12, 24, 36, 48, 60)
"""The months the table under the figure says in numbers."""
AXIS = "Måned i forløpet"


def tilstand(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Stacked shares month by month over a table of some of the months, from rows `tilstand=*` of one group."""
    months = shares(frame)
    said = [month for month in SAID if month in months]
    cells = {(row["maaned_nr"], row["mal"].split("=")[1]): row for row in frame.iter_rows(named=True)}
    rows = [Row("Prosent i måned", [str(month) for month in said], kind="head")]
    rows += [
        Row(NAMES[state], [cell(cells.get((month, state))) for month in said], COLOURS[state])
        for state in reversed(STATES)
    ]
    sizes = {month: cells[month, "passiv"]["nevner"] for month in said}
    rows.append(Row("Forløp fulgt så lenge", [style.count(sizes[month]) for month in said], kind="total"))
    with style.house_style():
        below = len(rows) * ROW + 0.55
        page = style.sheet(title, subtitle, source, HEIGHT + below + 0.25)
        axes = page.axes(0.4, below, page.width - 0.4, HEIGHT)
        stack(axes, months)
        axes.set_xlabel(AXIS, size=SMALL, color=MUTED)
        canvas = page.canvas()
        canvas.text(0, page.height - 0.1, "Prosent av forløpene", size=SMALL, color=MUTED, va="center")
        left = name_width(rows) + 0.5
        columns = [left + (place + 0.5) * (page.width - left) / max(len(said), 1) for place in range(len(said))]
        draw_rows(canvas, len(rows) * ROW, rows, columns, "center")
    return page.figure


def panels(frame: pl.DataFrame, title: str, subtitle: str, source: str, groups: Sequence[tuple[str, str]]) -> Figure:
    """The same for several groups, a panel each: `groups` are (gruppe, its name) in order; rows `tilstand=*`."""
    parts = {group: frame.filter(pl.col("gruppe") == group) for group, _ in groups}
    lines = -(-len(groups) // COLUMNS)
    with style.house_style():
        inner = style.WIDTH - 2 * style.MARGIN
        shown = {state: NAMES[state] for state in reversed(STATES)}
        top = legend_height(shown, inner) + 0.15
        page = style.sheet(title, subtitle, source, top + lines * (PANEL + GAP + ROW) + 0.15)
        canvas = page.canvas()
        legend(canvas, page.height, shown, COLOURS)
        width = (page.width - 0.4 * COLUMNS - GAP) / COLUMNS
        for place, (group, name) in enumerate(groups):
            line, column = divmod(place, COLUMNS)
            left = 0.4 + column * (width + 0.4 + GAP)
            bottom = page.height - top - (line + 1) * (PANEL + GAP + ROW) + GAP
            months = shares(parts[group])
            axes = page.axes(left, bottom, width, PANEL)
            stack(axes, months)
            axes.tick_params(labelsize=SMALL)
            size = style.count(parts[group]["nevner"].max())  # type: ignore[arg-type]
            canvas.text(left, bottom + PANEL + ROW / 2, name, size=BODY, weight="bold", color=INK, va="center")
            canvas.text(
                left + width,
                bottom + PANEL + ROW / 2,
                f"{size} forløp",
                size=SMALL,
                color=MUTED,
                va="center",
                ha="right",
            )
        canvas.text(page.width, 0.05, AXIS, size=SMALL, color=MUTED, ha="right", va="center")
    return page.figure
