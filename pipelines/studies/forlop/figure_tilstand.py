"""The state distribution by month of the course: for everybody, and in panels by group or type."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from matplotlib.figure import Figure

from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED
from pipelines.drawing.layout import ROW, Row, draw_rows, name_width
from pipelines.drawing.style import BODY, SMALL
from pipelines.studies.forlop.figure_parts import COLOURS, NAMES, STATES, cell, legend, legend_height, shares, stack

HEIGHT = 2.9
PANEL, COLUMNS, GAP = 1.35, 2, 0.4
SCALE, LINE = 0.4, 0.17
"""Inches: room for the scale left of a panel, and a line of its heading."""
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
    with style.house_style():
        inner = style.WIDTH - 2 * style.MARGIN
        width = (inner - GAP) / COLUMNS - SCALE
        heads = [style.wrap(name, width, BODY, "bold") for _, name in groups]
        head = (max(map(len, heads), default=1) + 1) * LINE
        shown = {state: NAMES[state] for state in reversed(STATES)}
        top = legend_height(shown, inner) + 0.15
        lines = -(-len(groups) // COLUMNS)
        page = style.sheet(title, subtitle, source, top + lines * (head + PANEL + GAP) + 0.1)
        canvas = page.canvas()
        legend(canvas, page.height, shown, COLOURS)
        for place, ((group, _), name) in enumerate(zip(groups, heads, strict=True)):
            line, column = divmod(place, COLUMNS)
            left = SCALE + column * (width + SCALE + GAP)
            upper = page.height - top - line * (head + PANEL + GAP)
            rows = frame.filter(pl.col("gruppe") == group)
            for number, text in enumerate(name):
                y = upper - (number + 0.5) * LINE
                canvas.text(left, y, text, size=BODY, weight="bold", color=INK, va="center_baseline")
            size = style.count(rows["nevner"].max())  # type: ignore[arg-type]
            y = upper - (len(name) + 0.5) * LINE
            canvas.text(left, y, f"{size} forløp", size=SMALL, color=MUTED, va="center_baseline")
            axes = page.axes(left, upper - head - PANEL, width, PANEL)
            stack(axes, shares(rows))
            axes.tick_params(labelsize=SMALL)
        canvas.text(page.width, 0.05, AXIS, size=SMALL, color=MUTED, ha="right", va="center")
    return page.figure
