"""Courses drawn as rows of states: the twenty most common, and the typical course of each type."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, PAPER
from pipelines.drawing.layout import ROW, Row, draw_rows, name_width
from pipelines.drawing.style import BODY, SMALL, count, percent
from pipelines.studies.forlop.figure_parts import COLOURS, NAMES, STATES, cell, legend, legend_height

LINE = 0.24
STRIP = 0.5  # a type: its name over its course
BLOCK = 0.15


def common(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Rows `lop=a > b`: the courses as blocks of equal length, most common first, with how many follow them."""
    rows = frame.filter(pl.col("verdi").is_not_null()).sort("antall", "mal", descending=[True, False])
    courses = [(row["mal"].removeprefix("lop=").split(" > "), row) for row in rows.iter_rows(named=True)]
    there = {state for states, _ in courses for state in states}
    shown = {state: NAMES[state] for state in reversed(STATES) if state in there}
    with style.house_style():
        inner = style.WIDTH - 2 * style.MARGIN
        top = legend_height(shown, inner) + 0.2
        page = style.sheet(title, subtitle, source, top + (len(courses) + 1) * LINE)
        canvas = page.canvas()
        legend(canvas, page.height, shown, COLOURS)
        longest = max([len(states) for states, _ in courses] + [1])
        left, right = 0.35, 1.7
        block = min(0.9, (page.width - left - right) / longest)
        y = page.height - top - LINE / 2
        for x, text in ((page.width - 0.75, "Prosent"), (page.width, "Forløp")):
            canvas.text(x, y, text, size=SMALL, color=MUTED, ha="right", va="center_baseline")
        for number, (states, row) in enumerate(courses, 1):
            y -= LINE
            canvas.text(left - 0.12, y, str(number), size=SMALL, color=MUTED, ha="right", va="center_baseline")
            for place, state in enumerate(states):
                _block(canvas, left + place * block, y, block - 0.03, COLOURS[state])
            canvas.text(
                page.width - 0.75, y, percent(row["verdi"]), size=BODY, color=INK, ha="right", va="center_baseline"
            )
            canvas.text(page.width, y, count(row["antall"]), size=BODY, color=INK, ha="right", va="center_baseline")
    return page.figure


def _block(axes: Axes, x: float, y: float, width: float, colour: str) -> None:
    axes.add_patch(Rectangle((x, y - BLOCK / 2), width, BLOCK, facecolor=colour, edgecolor=MUTED, lw=0.4))


def typical(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Each type by its typical course, from rows `typisk=*`, `storrelse` and `tilstand=ute` of `forlop_typer`.

    A month whose most common state is shared by fewer than ten is left white.
    """
    types = sorted({(row["type_nr"], row["navn"]) for row in frame.iter_rows(named=True)})
    months = int(frame.filter(pl.col("mal").str.starts_with("typisk="))["maaned_nr"].max() or 1)  # type: ignore[arg-type]
    states = {state: NAMES[state] for state in reversed(STATES) if not frame.filter(mal=f"typisk={state}").is_empty()}
    with style.house_style():
        inner = style.WIDTH - 2 * style.MARGIN
        top = legend_height(states, inner) + 0.25
        page = style.sheet(title, subtitle, source, top + len(types) * STRIP + 0.55)
        canvas = page.canvas()
        legend(canvas, page.height, states, COLOURS)
        size, ended = page.width - 0.95, page.width
        wide = (size - 0.95) / months
        for x, text in ((size, "Prosent"), (ended, f"Ute, måned {months}")):
            canvas.text(x, page.height - top, text, size=SMALL, color=MUTED, ha="right", va="center_baseline")
        for line, (number, name) in enumerate(types):
            own = frame.filter(type_nr=number)
            upper = page.height - top - line * STRIP - 0.22
            canvas.text(0, upper, name, size=BODY, weight="bold", color=INK, va="center_baseline")
            y = upper - 0.2
            for start, length, state in _stretches(own):
                _block(canvas, (start - 1) * wide, y, length * wide, COLOURS[state] if state else PAPER)
            for x, row in ((size, _one(own, "storrelse", None)), (ended, _one(own, "tilstand=ute", months))):
                canvas.text(x, y, cell(row, 1), size=BODY, color=INK, ha="right", va="center_baseline")
        y = page.height - top - len(types) * STRIP - 0.22
        for month in (1, 12, 24, 36):
            if month <= months:
                canvas.text(
                    (month - 0.5) * wide, y, str(month), size=SMALL, color=MUTED, ha="center", va="center_baseline"
                )
        canvas.text(
            18 / 36 * months * wide, y - 0.16, "Måned i forløpet", size=SMALL, color=MUTED, ha="center", va="center"
        )
    return page.figure


def _one(rows: pl.DataFrame, mal: str, month: int | None) -> dict[str, Any] | None:
    found = rows.filter(pl.col("mal") == mal, pl.col("gruppering") == "alle", pl.col("maaned_nr").eq_missing(month))
    return found.row(0, named=True) if found.height else None


def _stretches(rows: pl.DataFrame) -> list[tuple[int, int, str | None]]:
    """First month, number of months, and the state, or None where too few share it."""
    months = rows.filter(pl.col("mal").str.starts_with("typisk=")).sort("maaned_nr").iter_rows(named=True)
    states = [None if row["verdi"] is None else row["mal"].removeprefix("typisk=") for row in months]
    found, start = [], 1
    for state, same in groupby(states):
        length = len(list(same))
        found.append((start, length, state))
        start += length
    return found


def background(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Who is in each type: rows `storrelse` by group, the types as columns."""
    types = sorted({(row["type_nr"], row["navn"]) for row in frame.iter_rows(named=True)})
    cells = {(row["gruppering"], row["gruppe"], row["type_nr"]): row for row in frame.iter_rows(named=True)}
    rows = [Row("Prosent av gruppen i hver type", [str(number) for number, _ in types], kind="head")]
    for grouping in ("alle", "kjonn", "aldersgruppe", "diagnosegruppe", "utdanning"):
        if grouping != "alle":
            rows.append(Row(style.navn(grouping, "gruppering"), [""] * len(types), kind="head"))
        for group in style.order(grouping):
            own = [cells.get((grouping, group, number)) for number, _ in types]
            if any(own):
                name = style.navn(group, grouping)
                kind = "total" if grouping == "alle" else "plain"
                rows.append(Row(name, [cell(row) for row in own], kind=kind))  # type: ignore[arg-type]
    with style.house_style():
        names = [f"{number}  {name}" for number, name in types]
        page = style.sheet(title, subtitle, source, (len(rows) + len(names)) * ROW + 0.3)
        canvas = page.canvas()
        for line, text in enumerate(names):
            canvas.text(0, page.height - (line + 0.5) * ROW, text, size=BODY, color=INK, va="center_baseline")
        left = name_width(rows) + 0.4
        columns = [left + (place + 0.5) * (page.width - left) / max(len(types), 1) for place in range(len(types))]
        draw_rows(canvas, len(rows) * ROW, rows, columns, "center")
    return page.figure
