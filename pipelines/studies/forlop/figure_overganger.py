"""Transitions between states as a heat map: where those in each state are one or six months later."""

from __future__ import annotations

import polars as pl
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, PAPER, TILSTAND, text_on
from pipelines.drawing.layout import INDENT
from pipelines.drawing.style import BODY, SMALL
from pipelines.studies.forlop.figure_parts import COLOURS, NAMES, STATES, UTE, swatch

CELL_HEIGHT = 0.36
SHORT = {
    **{state: "+".join(word[0].upper() for word in state.split("+")) for state in TILSTAND},
    "passiv": "Ingen",
    UTE: "Sluttet",
}
"""T, A and B for tiltak, arbeid and behandling, where a full name has no room."""
SCALE = LinearSegmentedColormap.from_list(
    "andel", [(0, PAPER), (0.25, "#C9D8EE"), (0.54, "#8DB1DF"), (0.58, "#4270B3"), (1, "#152B78")]
)
"""Steep where neither ink nor paper would read well on it: about a third."""


def transitions(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """From rows `overgang_<months>=from>to` of one group; a row of the map adds up to 100."""
    cells = {row["mal"].split("=")[1]: row for row in frame.iter_rows(named=True)}
    sizes = {key.split(">")[0]: row["nevner"] for key, row in cells.items()}
    froms = [state for state in reversed(STATES) if state in TILSTAND]
    tos = [*froms, UTE]
    labels = {state: NAMES[state] if SHORT[state] == "Ingen" else f"{NAMES[state]} ({SHORT[state]})" for state in froms}
    with style.house_style():
        page = style.sheet(title, subtitle, source, (len(froms) + 1) * CELL_HEIGHT + 0.25)
        canvas = page.canvas()
        left = INDENT + max(style.text_width(label) for label in labels.values()) + 0.15
        months = 0.72  # the column of person-months at the right
        width = (page.width - left - months) / len(tos)
        top = page.height - 0.3
        canvas.text(0, page.height - 0.1, "Fra", size=SMALL, color=MUTED, va="center")
        canvas.text(left, page.height - 0.1, "Til, prosent", size=SMALL, color=MUTED, va="center")
        canvas.text(page.width, page.height - 0.1, "Måneder", size=SMALL, color=MUTED, va="center", ha="right")
        for column, state in enumerate(tos):
            x, y = left + (column + 0.5) * width, top - CELL_HEIGHT / 2
            swatch(canvas, x - 0.06, y + 0.1, COLOURS[state])
            canvas.text(x, y - 0.07, SHORT[state], size=SMALL, color=INK, ha="center", va="center")
        for line, start in enumerate(froms):
            y = top - (line + 1.5) * CELL_HEIGHT
            swatch(canvas, 0, y, COLOURS[start])
            canvas.text(INDENT, y, labels[start], size=BODY, color=INK, va="center_baseline")
            size = style.count(sizes.get(start))
            canvas.text(page.width, y, size, size=SMALL, color=MUTED, va="center_baseline", ha="right")
            for column, end in enumerate(tos):
                moved = cells.get(f"{start}>{end}")
                value = moved["verdi"] if moved else (0.0 if start in sizes else None)
                hidden = bool(moved and moved["skjult"])
                fill = to_hex(SCALE((value or 0.0) ** 0.5))  # small shares must differ too
                place = (left + column * width, y - CELL_HEIGHT / 2)
                canvas.add_patch(Rectangle(place, width, CELL_HEIGHT, facecolor=fill, edgecolor=PAPER, lw=1.5))
                text = style.percent(value, 1 if value and value < 0.0995 else 0, hidden)
                middle = (place[0] + width / 2, y)
                canvas.text(*middle, text, size=BODY, color=text_on(fill), ha="center", va="center_baseline")
    return page.figure
