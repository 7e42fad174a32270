"""Figures 2, 4 and 5 of NAV-rapport 2017:1 chapter 2: the share of each group in one measure, in one month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipelines.drawing import style
from pipelines.drawing.colours import GRID, INK, MUTED, colour, strong
from pipelines.drawing.labels import NAMES
from pipelines.drawing.layout import ROW
from pipelines.drawing.style import BODY, SMALL, count, percent, text_width

COLUMNS = (("kjonn", "aldersgruppe"), ("diagnosegruppe", "utdanning"))
"""The four facets, in two columns of about the same height."""
BETWEEN = 0.45  # inches between the columns
HEAD = 0.34  # inches of a facet's heading
GAP = 0.1  # inches below it
VALUE, SIZE = 0.45, 0.6  # inches the longest share takes, «100,0», and the number of a group
REST = ("annet", "uoppgitt")


def groups_data(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the four facets and `alle`, in the order they are drawn.

    A group for what does not fit elsewhere (`annet`, `uoppgitt`) is left out when nobody is in it.
    """
    facets = ["alle", *(name for column in COLUMNS for name in column)]
    places = {
        (facet, group): number
        for number, (facet, group) in enumerate(
            (facet, group) for facet in facets for group in NAMES.get(facet, {facet: facet})
        )
    }
    rest_of_nobody = pl.col("gruppe").is_in(REST) & (pl.col("nevner").fill_null(1) == 0)
    rows = frame.filter(pl.col("gruppering").is_in(facets), ~rest_of_nobody.fill_null(False))
    place = [places.get(key, len(places)) for key in rows.select("gruppering", "gruppe").iter_rows()]
    return rows.with_columns(_plass=pl.Series(place, dtype=pl.Int64)).sort("_plass", "gruppe").drop("_plass")


def groups(data: pl.DataFrame, mal: str, title: str, source: str) -> Figure:
    """Horizontal bars from `groups_data` of one measure: share, and how many recipients the group has.

    All facets share one scale; the line through them is the share of all recipients.
    """
    facets = {facet: data.filter(pl.col("gruppering") == facet).to_dicts() for column in COLUMNS for facet in column}
    everyone = data.filter(pl.col("gruppering") == "alle").to_dicts()
    alle: dict[str, Any] = everyone[0] if everyone else {"andel": None, "skjult": False}
    largest = max([row["andel"] for row in data.iter_rows(named=True) if row["andel"] is not None] + [0.01])
    heights = [sum(HEAD + max(len(facets[f]), 1) * ROW for f in column) + GAP for column in COLUMNS]
    with style.house_style():
        subtitle = "Prosent av mottakerne i hver gruppe."
        if alle["andel"] is not None:
            subtitle += f" Alle: {percent(alle['andel'])} (stiplet linje)."
        page = style.sheet(title, subtitle, source, max(heights))
        canvas = page.canvas()
        names = [
            0.1 + max((text_width(style.navn(r["gruppe"], f)) for f in column for r in facets[f]), default=1.0)
            for column in COLUMNS
        ]
        # What the names leave is shared equally, so that a percent is as long on the left as on the right.
        room = (page.width - BETWEEN - sum(names)) / 2
        scale = (room - VALUE - SIZE) / largest
        left = 0.0
        for name, column in zip(names, COLUMNS, strict=True):
            y = page.height
            for facet in column:
                place = Place(left, left + name, left + name + room, scale)
                y = _facet(canvas, y, facet, facets[facet], place, colour(mal, "mal"), alle["andel"])
            left += name + room + BETWEEN
    return page.figure


@dataclass(frozen=True)
class Place:
    """Where a facet's rows lie, in inches: names from `left`, bars from `start`, sizes up to `right`."""

    left: float
    start: float
    right: float
    scale: float
    """Inches of bar for a share of 1."""


def _facet(
    canvas: Axes,
    top: float,
    facet: str,
    rows: list[dict[str, Any]],
    place: Place,
    fill: str,
    everyone: float | None,
) -> float:
    """Draw one facet downwards from `top` (inches); returns where the next one may begin."""
    head, first = top - HEAD * 0.55, top - HEAD
    bottom = first - max(len(rows), 1) * ROW
    canvas.text(place.left, head, style.navn(facet, "gruppering"), size=BODY, weight="bold", color=INK, va="center")
    if not rows:
        canvas.text(place.left, bottom + ROW / 2, "Ingen tall", size=BODY, color=MUTED, va="center")
        return bottom - GAP
    canvas.text(place.right, head, "Mottakere", size=SMALL, color=MUTED, ha="right", va="center")
    canvas.plot([place.start] * 2, [first, bottom], color=MUTED, linewidth=0.8)
    for number, row in enumerate(rows):
        _row(canvas, first - (number + 0.5) * ROW, style.navn(row["gruppe"], facet), row, place, fill, everyone)
    return bottom - GAP


def _row(
    canvas: Axes, y: float, name: str, row: dict[str, Any], place: Place, fill: str, everyone: float | None
) -> None:
    end = place.start + (row["andel"] or 0) * place.scale
    height = ROW * 0.72
    bar = Rectangle((place.start, y - height / 2), end - place.start, height, facecolor=fill, edgecolor="none")
    canvas.add_artist(bar)
    canvas.text(place.left, y, name, size=BODY, color=INK, va="center_baseline")
    share, at = percent(row["andel"], hidden=row["skjult"]), end + 0.05
    ink = strong(fill, 7) if row["andel"] is not None else INK
    canvas.text(at, y, share, size=BODY, va="center_baseline", weight="bold", color=ink)
    size = count(row["nevner"], hidden=row["nevner"] is None)
    canvas.text(place.right, y, size, size=SMALL, color=MUTED, ha="right", va="center_baseline")
    canvas.plot([place.left, place.right], [y - ROW / 2] * 2, color=GRID, linewidth=0.5, zorder=0)
    if everyone is None:
        return
    x = place.start + everyone * place.scale
    if not at - 0.03 < x < at + text_width(share, weight="bold") + 0.03:  # it would look like a digit
        canvas.plot([x, x], [y - ROW / 2, y + ROW / 2], color=MUTED, linewidth=0.8, linestyle=(0, (3, 2)))
