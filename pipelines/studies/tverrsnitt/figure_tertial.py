"""Four months beside the same four a year before: a small plot for each measure, in one figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from matplotlib.figure import Figure

from pipelines.base import bokmaal
from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, NEUTRAL
from pipelines.drawing.labels import navn

MEASURES = ("arbeid_eller_tiltak", "tiltak", "arbeid", "behandling", "gyldig_plan", "aktivitetsstatus=ingen_plan")
HEIGHT, ROW, GAP = 4.4, 1.45, 0.75
COLUMNS = 3


def draw(data: pl.DataFrame, months: Sequence[date], title: str, source: str) -> Figure:
    """`data` has `mal`, `maaned`, `andel`, `skjult` for the months of both years; the earlier year is grey."""
    with style.house_style():
        words = (
            f"Prosent av mottakerne. Mørk strek er {months[-1].year}, grå strek samme måneder i {months[-1].year - 1}."
        )
        sheet = style.sheet(title, words, source, HEIGHT)
        width = (sheet.width - (COLUMNS - 1) * 0.5 - 0.4) / COLUMNS
        for number, mal in enumerate(MEASURES):
            row, column = divmod(number, COLUMNS)
            left, bottom = 0.4 + column * (width + 0.5), HEIGHT - 0.35 - ROW - row * (ROW + GAP)
            axes = style.axes_style(sheet.axes(left, bottom, width, ROW), grid="y")
            name = navn(mal, None if "=" in mal else "mal")
            axes.set_title(name, loc="left", fontsize=style.BODY, color=INK, pad=7)
            highest = 0.0
            for year, ink, wide in ((months[-1].year - 1, NEUTRAL, 2.2), (months[-1].year, INK, 2.2)):
                points = shares(data, mal, months, year)
                highest = max([highest, *(share for share in points if share is not None)])
                values = [float("nan") if share is None else share for share in points]
                axes.plot(range(len(months)), values, color=ink, linewidth=wide, marker="o", markersize=4)
            axes.set(xlim=(-0.3, len(months) - 0.7), ylim=(0, 1.25 * highest or 1))
            axes.set_xticks(range(len(months)), [bokmaal.MAANEDER_KORT[month.month - 1] for month in months])
            axes.yaxis.set_major_locator(style.few_ticks())
            axes.yaxis.set_major_formatter(style.percent_ticks(axes))
            axes.tick_params(labelsize=style.SMALL, labelcolor=MUTED)
        return sheet.figure


def shares(data: pl.DataFrame, mal: str, months: Sequence[date], year: int) -> list[float | None]:
    """One measure's share in each of the months, in `year`; None where it is hidden or not there."""
    found = dict(data.filter(pl.col("mal") == mal).select("maaned", "andel").iter_rows())
    return [found.get(month.replace(year=year)) for month in months]
