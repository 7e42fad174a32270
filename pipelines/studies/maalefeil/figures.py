"""Register and truth side by side, month by month: what `statistikk.maalefeil` says of a synthetic register."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipelines.base import bokmaal
from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, NEUTRAL, colour, strong
from pipelines.drawing.source import coverage_of, register, run, span
from pipelines.drawing.style import BODY, SMALL, percent, text_width

MEASURES = ("mottaker", "gyldig_plan", "tiltak", "arbeid", "behandling", "passiv")
NAMES = {"mottaker": "Mottaker, av alle i leveransen", "passiv": "Ingen aktivitet"}
PANEL, ROW = 1.35, 2.05  # inches
TITLE = "Hva registeret fanger av det som var sant"
SUBTITLE = "Andel av mottakerne hver måned, prosent. Mottakere: andel av alle i leveransen."
NOTE = (
    "Sensitivitet: andelen registeret fanger av dem som var det. Spesifisitet: andelen det lar være å telle av dem som"
    " ikke var det. Hvor mye registeret fanger, følger av hvor ofte simuleringen antar at noe blir registrert; det er"
    " ikke målt på et virkelig register."
)


def draw(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write `maalefeil.svg`, `.png` and `.csv` into `folder`; returns the paths.

    Nothing goes through the disclosure door: only simulated persons have a known truth (`evaluate` sees to it).
    """
    data = con.sql("from statistikk.maalefeil where gruppering = 'alle' order by maaned, mal").pl()
    months = data["maaned"].unique().sort().to_list()
    line = style.source_line(
        *span(months[0], months[-1]),
        run(data),
        coverage_of(con, months),
        NOTE,
        register=register(con, months[0], months[-1]),
    )
    return style.save(figure(data, line), folder, "maalefeil", data)


def figure(data: pl.DataFrame, source: str) -> Figure:
    """A panel for each measure, a line for the register's share and one for the true share of the recipients.

    `data` are rows of `statistikk.maalefeil` for all; under each panel what the last month's sensitivity and
    specificity were.
    """
    rows_of_panels = (len(MEASURES) + 1) // 2
    with style.house_style():
        page = style.sheet(TITLE, SUBTITLE, source, rows_of_panels * ROW + 0.15)
        _key(page.canvas(), page.height - 0.1)
        width = (page.width - 0.9) / 2
        for place, mal in enumerate(MEASURES):
            left, bottom = 0.4 + (place % 2) * (width + 0.5), (rows_of_panels - 1 - place // 2) * ROW + 0.3
            rows = data.filter(pl.col("mal") == mal).sort("maaned")
            _panel(page.axes(left, bottom, width, PANEL), mal, rows)
    return page.figure


def _key(canvas: Axes, y: float) -> None:
    x = 0.0
    for name, ink, line in (("Registeret", INK, "-"), ("Det som var sant", MUTED, "--")):
        canvas.plot([x, x + 0.3], [y, y], color=ink, linestyle=line, linewidth=1.8)
        canvas.text(x + 0.38, y, name, size=BODY, color=INK, va="center")
        x += 0.38 + text_width(name) + 0.35


def _panel(axes: Axes, mal: str, rows: pl.DataFrame) -> None:
    ink = strong(colour(mal, "mal") if mal not in NAMES else NEUTRAL, 3.0)
    days = [month.year + (month.month - 1) / 12 for month in rows["maaned"]]
    shares = [rows[column].to_list() for column in ("andel_register", "andel_sann")]
    marker = "o" if len(days) == 1 else None
    for values, line in zip(shares, ("-", "--"), strict=True):
        known = [float("nan") if value is None else value for value in values]
        axes.plot(days, known, color=ink, linestyle=line, linewidth=1.8, marker=marker, markersize=5)
    top = max([value for values in shares for value in values if value is not None] + [0.01])
    axes.set_ylim(0, top * 1.15)
    style.axes_style(axes, grid="y", spines=("bottom",))
    axes.yaxis.set_major_locator(style.few_ticks())
    axes.yaxis.set_major_formatter(style.percent_ticks(axes))
    if len(days) > 24:
        years = sorted({month.year for month in rows["maaned"] if month.month == 1})
        axes.set_xticks(years, [str(year) for year in years])
    else:
        every = max(len(days) // 3, 1)
        names = [bokmaal.maaned_kort(month) for month in rows["maaned"]]
        axes.set_xticks(days, [name if k % every == 0 else "" for k, name in enumerate(names)])
    axes.tick_params(labelsize=SMALL)
    axes.tick_params(axis="x", pad=6)
    last = rows.row(-1, named=True)
    name = NAMES.get(mal) or style.navn(mal, "mal")
    axes.set_title(name, loc="left", size=BODY, weight="bold", color=INK, pad=14)
    caught, left = percent(last["sensitivitet"]), percent(last["spesifisitet"])
    told = f"sensitivitet {caught}, spesifisitet {left} ({bokmaal.maaned(last['maaned'])})"
    axes.text(0, 1.03, told, transform=axes.transAxes, size=SMALL, color=MUTED, va="bottom")
