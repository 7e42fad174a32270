"""Figures 1, 3, 6 and 7 of NAV-rapport 2017:1 chapter 2: yearly means of monthly counts.

Each takes rows of `statistikk.tverrsnitt_aar` for `gruppering = alle`, as `disclosure.published` gives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from pipelines.base import bokmaal
from pipelines.drawing import style
from pipelines.drawing.colours import INK, INNSATSGRUPPE, MUTED, NEUTRAL, colour, strong
from pipelines.drawing.layout import ROW, Row, draw_rows, name_width, segment_style, segments
from pipelines.drawing.style import BODY, SMALL, count, percent, text_width

SHARE_HEIGHT, COUNT_HEIGHT, STACK_HEIGHT = 1.5, 1.9, 2.2  # inches
SLOT = 0.64
"""The least room a year gets: a count of six digits and some air."""
FEW = 4
"""With fewer years than this, bars are no wider than they would be with so many."""
AXIS = 0.45
LABEL = SMALL * 1.35 / 72


def years(frame: pl.DataFrame) -> list[int]:
    """Every year from the first to the last, also one without months."""
    present = frame["aar"].to_list()
    return list(range(min(present), max(present) + 1)) if present else []


def part_years(frame: pl.DataFrame) -> dict[int, str]:
    """Year → the months it is the mean of, where that is not January to December: {2010: «mars–desember»}."""
    spans = frame.select("aar", "fra_maaned", "til_maaned", "maaneder").unique().sort("aar")
    found = {}
    for year, first, last, months in spans.iter_rows():
        text = bokmaal.MAANEDER[first.month - 1]
        if last.month != first.month:
            text += f"–{bokmaal.MAANEDER[last.month - 1]}"
        if months < last.month - first.month + 1:
            text += f", {bokmaal.antall(months, 'måneder')}"
        if months < 12:
            found[year] = text
    return found


def trend(frame: pl.DataFrame, mal: str, title: str, source: str) -> Figure:
    """Figures 1, 3 and 6: share of the recipients (line) above the counts of all and of those (bars)."""
    rows = {(row["aar"], row["mal"]): row for row in frame.iter_rows(named=True)}
    every = years(frame)
    with style.house_style():
        width = max(style.WIDTH, AXIS + len(every) * SLOT + 2 * style.MARGIN)
        page = style.sheet(title, _subtitle(frame), source, SHARE_HEIGHT + COUNT_HEIGHT + 1.2, width)
        across = page.width - AXIS
        upper = page.axes(AXIS, COUNT_HEIGHT + 0.8, across, SHARE_HEIGHT)
        lower = page.axes(AXIS, 0.3, across, COUNT_HEIGHT)
        names = page.canvas()
        head = page.height - 0.12
        names.text(0, head, "Andel av mottakerne, prosent", size=BODY, color=INK, va="center", weight="bold")
        _keys(names, COUNT_HEIGHT + 0.48, {"Mottakere": NEUTRAL, style.navn(mal, "mal"): colour(mal, "mal")})
        for axes in (upper, lower):
            axes.set_xlim(-0.5, len(every) - 0.5)
        _line(upper, [rows.get((year, mal)) for year in every], strong(colour(mal, "mal"), 3.0))
        _bars(lower, [(rows.get((year, "mottakere")), rows.get((year, mal))) for year in every], mal, across)
        upper.set_xticks([])
        _year_axis(lower, every, frame)
    return page.figure


def _subtitle(frame: pl.DataFrame) -> str:
    partial = [f"{year}: {months}." for year, months in part_years(frame).items()]
    return " ".join(["Årsgjennomsnitt av månedstall.", *partial])


def _keys(axes: Axes, y: float, keys: Mapping[str, str]) -> None:
    """Names of what the bars show, after a swatch each, on one line."""
    x = 0.0
    axes.text(x, y, "Antall", size=BODY, color=INK, va="center", weight="bold")
    x += text_width("Antall", weight="bold") + 0.25
    for name, fill in keys.items():
        axes.plot([x + 0.06], [y], marker="s", markersize=7, color=fill, markeredgecolor=MUTED, markeredgewidth=0.4)
        axes.text(x + 0.2, y, name, size=BODY, color=INK, va="center")
        x += 0.2 + text_width(name) + 0.3


def _line(axes: Axes, rows: list[dict[str, Any] | None], ink: str) -> None:
    shares = [row["andel"] if row else None for row in rows]
    known = [share for share in shares if share is not None]
    top = max([*known, 0.01]) * 1.35
    axes.set_ylim(0, top)
    style.axes_style(axes, grid="y", spines=("bottom",))
    axes.yaxis.set_major_locator(style.few_ticks() if known else NullLocator())
    axes.yaxis.set_major_formatter(style.percent_ticks(axes))
    gaps = [float("nan") if share is None else share for share in shares]
    axes.plot(range(len(gaps)), gaps, color=ink, marker="o", linewidth=1.8, markersize=5, clip_on=False)
    for x, (row, share) in enumerate(zip(rows, shares, strict=True)):
        beside = [s for s in shares[max(x - 1, 0) : x] + shares[x + 1 : x + 2] if s is not None]
        dip = share is not None and share > top / 4 and bool(beside) and share < min(beside)
        style.write(
            axes,
            x,
            (share or 0) + (-1 if dip else 1) * top * 0.05,
            percent(share, hidden=bool(row and row["skjult"])),
            ha="center",
            va="top" if dip else "bottom",
            weight="bold" if share is None else "normal",
        )


def _bars(axes: Axes, rows: list[tuple[dict[str, Any] | None, dict[str, Any] | None]], mal: str, width: float) -> None:
    """All recipients as a wide bar with the counted ones as a narrow bar in it, and a number on each."""
    values = [[row["antall"] if row else None for row in pair] for pair in rows]
    highest = max([value for pair in values for value in pair if value is not None] + [1])
    top = highest / (1 - 2.4 * LABEL / COUNT_HEIGHT)
    axes.set_ylim(0, top)
    style.axes_style(axes, grid="y", spines=("bottom",))
    axes.yaxis.set_major_locator(style.few_ticks(whole=True))
    axes.yaxis.set_major_formatter(lambda value, _: count(value))
    axes.tick_params(axis="y", labelsize=SMALL)
    fill = colour(mal, "mal")
    wide = 0.78 * min(1, len(rows) / FEW)
    inner = wide * 0.65
    line = LABEL * top / COUNT_HEIGHT
    gap = line * 0.25
    for x, (pair, (all_, part)) in enumerate(zip(rows, values, strict=True)):
        axes.bar(x, all_ or 0, width=wide, color=NEUTRAL)
        axes.bar(x, part or 0, width=inner, color=fill)
        texts = [count(v, hidden=bool(r and r["skjult"])) for v, r in zip((all_, part), pair, strict=True)]
        fits = text_width(texts[1], SMALL, "bold") < inner * width / len(rows)
        over, within = (all_ or 0) + gap, (part or 0) + gap
        place: dict[str, Any] = {
            "size": SMALL,
            "ha": "center",
            "va": "bottom",
            "weight": "bold",
            "color": strong(fill, 7),
        }
        if within + line < (all_ or 0):  # between the two tops
            axes.text(x, within, texts[1], **place)
        elif fits and (part or 0) > 1.5 * line:  # inside its own bar
            axes.text(x, (part or 0) - gap, texts[1], **{**place, "va": "top", "color": style.text_on(fill)})
        else:  # no room for it: above the bars, with the number of all on top
            style.write(axes, x, over, texts[1], **place)
            over += line
        style.write(axes, x, over, texts[0], size=SMALL, ha="center", va="bottom")


def _year_axis(axes: Axes, every: list[int], frame: pl.DataFrame) -> None:
    partial = part_years(frame)
    axes.set_xticks(range(len(every)), [f"{year}*" if year in partial else str(year) for year in every])


def innsatsbehov_data(frame: pl.DataFrame) -> pl.DataFrame:
    """Per year the shares of spesielt and varig tilpasset, and `annet`: everybody else, also those without any.

    `annet` is hidden when either of the others is. Columns as in `tverrsnitt_aar`, with `innsatsgruppe` for `mal`.
    """
    span = [name for name in ("aar", "fra_maaned", "til_maaned", "maaneder", "kjoring_id") if name in frame.columns]
    named = frame.filter(
        pl.col("mal").is_in(["innsatsgruppe=spesielt_tilpasset", "innsatsgruppe=varig_tilpasset"])
    ).select(*span, "antall", "nevner", "andel", "skjult", innsatsgruppe=pl.col("mal").str.split("=").list.last())
    rest = named.group_by(span, maintain_order=True).agg(
        antall=pl.when(~pl.col("skjult").any()).then((pl.col("nevner").first() - pl.col("antall").sum()).clip(0)),
        nevner=pl.col("nevner").first(),
        skjult=pl.col("skjult").any(),
        innsatsgruppe=pl.lit("annet"),
    )
    rest = rest.with_columns(andel=pl.when(pl.col("nevner") > 0).then((pl.col("antall") / pl.col("nevner")).round(3)))
    return pl.concat([named, rest.select(named.columns)], how="vertical_relaxed").select(
        *span, "innsatsgruppe", "antall", "nevner", "andel", "skjult"
    )


def innsatsbehov(data: pl.DataFrame, title: str, source: str) -> Figure:
    """Figure 7 from `innsatsbehov_data`: stacked shares by year over a table of the same numbers."""
    every, groups = years(data), list(INNSATSGRUPPE)
    cells = {(row["aar"], row["innsatsgruppe"]): row for row in data.iter_rows(named=True)}

    def number(year: int, group: str) -> str:
        row = cells.get((year, group))
        return percent(row["andel"] if row else None, hidden=bool(row and row["skjult"]))

    rows = [
        Row(style.navn(group, "innsatsgruppe"), [number(year, group) for year in every], INNSATSGRUPPE[group])
        for group in reversed(groups)
    ]
    sizes = [next((cells[y, g]["nevner"] for g in groups if (y, g) in cells), None) for y in every]
    hidden = [any(cells[y, g]["skjult"] for g in groups if (y, g) in cells) for y in every]
    rows.append(Row("Mottakere", [count(n, h) for n, h in zip(sizes, hidden, strict=True)], kind="total"))
    with style.house_style():
        left = name_width(rows) + 0.25
        width = max(style.WIDTH, left + len(every) * SLOT + 2 * style.MARGIN)
        below = len(rows) * ROW + 0.35
        page = style.sheet(title, "Prosent. " + _subtitle(data), source, STACK_HEIGHT + below, width)
        axes = page.axes(left, below, page.width - left, STACK_HEIGHT)
        style.axes_style(axes, grid="y", spines=("bottom",))
        axes.set(xlim=(-0.5, len(every) - 0.5), ylim=(0, 1.001))
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        _year_axis(axes, every, data)
        for x, year in enumerate(every):
            known = {g: cells[year, g]["andel"] for g in groups if (year, g) in cells}
            for part in segments(known):
                fill = INNSATSGRUPPE[part.code] if part.code else None
                axes.bar(x, part.length, bottom=part.start, width=0.7 * min(1, len(every) / FEW), **segment_style(fill))
        slot = (page.width - left) / max(len(every), 1)
        columns = [left + (x + 0.5) * slot for x in range(len(every))]
        draw_rows(page.canvas(), len(rows) * ROW, rows, columns, "center")
    return page.figure


def first_and_last(frame: pl.DataFrame) -> tuple[date | None, date | None]:
    """The first and the last month the years cover; None where there are none."""
    first, last = frame["fra_maaned"].min(), frame["til_maaned"].max()
    return (first, last) if isinstance(first, date) and isinstance(last, date) else (None, None)
