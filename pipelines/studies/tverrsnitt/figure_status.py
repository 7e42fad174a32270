"""Figures 8 and 9 of NAV-rapport 2017:1 chapter 2: the five activity statuses, counted and estimated."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from pipelines.drawing import style
from pipelines.drawing.colours import AKTIVITETSSTATUS, INK, MUTED, NEUTRAL, PAPER, strong, text_on
from pipelines.drawing.layout import ROW, Row, draw_rows, segment_style, segments
from pipelines.drawing.style import BODY, SMALL, count, percent, text_width

BAR = 0.55  # inches
Cells = dict[str, Any]
"""One row of a result table, by column."""
STATUSES = list(AKTIVITETSSTATUS)
HALF, TWO_THIRDS = 6, 8
"""In twelfths: what the chapter chose (fn. 15) and what the survey found."""
MARKS = {0: "0", HALF: "½", TWO_THIRDS: "⅔", 12: "1"}
MARK_NAMES = {0: "registrert", HALF: "rapporten", TWO_THIRDS: "spørre-\nundersøkelsen", 12: "alle"}
BAND = {
    "uten_aktivitet_inkl_varig_tilpasset": strong(AKTIVITETSSTATUS["varig_tilpasset"], 3.0),
    "uten_aktivitet": AKTIVITETSSTATUS["ingen_plan"],
}
"""The two edges of the band, upper first, and the colour of each."""


def _cell(row: Cells | None, name: str) -> str:
    if row is None:
        return count(None)
    return percent(row[name], hidden=row["skjult"]) if name == "andel" else count(row[name], row["skjult"])


def _bar(axes: Axes, rows: dict[str, Cells], top: float, width: float) -> None:
    """One stacked bar; a share is written in its segment where it has room."""
    known = {code: rows[code]["andel"] for code in STATUSES if code in rows}
    for part in segments(known):
        fill = AKTIVITETSSTATUS[part.code] if part.code else None
        place = Rectangle((part.start * width, top - BAR), part.length * width, BAR, **segment_style(fill))
        axes.add_artist(place)
        text = percent(part.share) if part.code else ":"
        if text_width(text, weight="bold") + 0.08 < part.length * width:
            ink, back = (text_on(fill), None) if fill else (INK, {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5})
            x, y = (part.start + part.length / 2) * width, top - BAR / 2
            axes.text(x, y, text, size=BODY, weight="bold", color=ink, ha="center", va="center", bbox=back)


def status(frame: pl.DataFrame, title: str, source: str) -> Figure:
    """Figure 8 from the rows `aktivitetsstatus=*` of one month, `gruppering = alle`."""
    rows = {row["mal"].split("=")[1]: row for row in frame.iter_rows(named=True)}
    table = [Row("", ["Antall", "Prosent"], kind="head")]
    table += [
        Row(
            style.navn(code, "aktivitetsstatus"),
            [_cell(rows.get(code), "antall"), _cell(rows.get(code), "andel")],
            fill,
        )
        for code, fill in AKTIVITETSSTATUS.items()
    ]
    table.append(Row("Mottakere i alt", _total(rows), kind="total"))
    with style.house_style():
        page = style.sheet(title, _finding(rows), source, BAR + 0.2 + len(table) * ROW)
        canvas = page.canvas()
        _bar(canvas, rows, page.height, page.width)
        draw_rows(canvas, page.height - BAR - 0.15, table, [4.6, 5.6])
    return page.figure


def _total(rows: dict[str, Cells]) -> list[str]:
    sizes = {row["nevner"] for row in rows.values()}
    size = next(iter(sizes), None)
    hidden = bool(rows) and size is None
    return [count(size, hidden), percent(1.0 if size else None, hidden=hidden)]


def _finding(rows: dict[str, Cells]) -> str:
    """Who is in something and who is in nothing, in words, of the shares that may be told."""

    def together(*codes: str) -> float | None:
        shares = [rows[code]["andel"] if code in rows else None for code in codes]
        return None if None in shares else sum(share for share in shares if share is not None)

    active, passive = together("arbeid_eller_tiltak", "kun_behandling"), together("gyldig_plan", "ingen_plan")
    parts = ["Prosent av mottakerne."]
    if active is not None:
        parts.append(f"I arbeid, tiltak eller behandling: {percent(active)}.")
    if passive is not None:
        parts.append(f"Uten registrert aktivitet og ikke varig tilpasset: {percent(passive)}.")
    return " ".join(parts)


def estimate(frame: pl.DataFrame, title: str, source: str) -> Figure:
    """Figure 9 from `tverrsnitt_anslag` of one month.

    Above, the chapter's own form: the five statuses when half of those without registered activity are taken to
    be in treatment. Below, what the register can say at all: the share without activity when none, half, two
    thirds or all of them are.
    """
    rows = {(row["h_tolvdeler"], row["aktivitetsstatus"]): row for row in frame.iter_rows(named=True)}
    half = {code: rows[HALF, code] for code in STATUSES if (HALF, code) in rows}
    table = [Row("", ["Registrert", "Anslag", "Antall, anslag"], kind="head")]
    table += [
        Row(
            style.navn(code, "aktivitetsstatus"),
            [_cell(rows.get((0, code)), "andel"), _cell(half.get(code), "andel"), _cell(half.get(code), "antall")],
            fill,
        )
        for code, fill in AKTIVITETSSTATUS.items()
    ]
    size, whole = _total(half)
    table.append(Row("Mottakere i alt", [whole, whole, size], kind="total"))
    with style.house_style():
        upper = BAR + 0.2 + len(table) * ROW
        subtitle = (
            "Prosent av mottakerne når halvparten av dem uten registrert aktivitet, hver gruppe for seg, antas å "
            "være i behandling som ikke er registrert."
        )
        page = style.sheet(title, subtitle, source, upper + 3.7)
        canvas = page.canvas()
        _bar(canvas, half, page.height, page.width)
        draw_rows(canvas, page.height - BAR - 0.15, table, [4.3, 5.2, 6.6])
        _band(page, rows)
    return page.figure


def _band(page: style.Sheet, rows: dict[tuple[int, str], Cells]) -> None:
    canvas = page.canvas()
    texts: tuple[tuple[float, str, dict[str, Any]], ...] = (
        (
            3.35,
            "Hva registeret kan si: andelen uten aktivitet, prosent",
            {"size": BODY, "weight": "bold", "color": INK},
        ),
        (3.15, "Etter hvor stor del av dem uten registrert aktivitet som antas å være i behandling.", {}),
        (3.01, "½ er valget i NAV-rapport 2017:1, ⅔ det rapportens spørreundersøkelse fant.", {}),
    )
    for y, text, options in texts:
        canvas.text(0, y, text, **{"size": SMALL, "color": MUTED, "va": "center", **options})
    left, inset = 2.7, 0.35
    inches = page.width - left
    step = (inches - 2 * inset) / 12
    axes = page.axes(left, 1.2, inches, 1.65)
    axes.set_xlim(-inset / step, 12 + inset / step)
    _draw_band(axes, rows)
    columns = [left + inset + mark * step for mark in MARKS]
    for x, mark in zip(columns, MARKS, strict=True):
        canvas.text(x, 1.12, MARKS[mark], size=BODY, weight="bold", color=INK, ha="center", va="top")
        canvas.text(x, 0.95, MARK_NAMES[mark], size=SMALL, color=MUTED, ha="center", va="top", linespacing=1.1)
    table = [
        Row(style.navn(name, "anslag"), [_cell(rows.get((mark, name)), "andel") for mark in MARKS], ink)
        for name, ink in BAND.items()
    ]
    draw_rows(canvas, 2 * ROW + 0.05, table, columns, "center")


def _draw_band(axes: Axes, rows: dict[tuple[int, str], Cells]) -> None:
    """The two edges over the twelfths of h, the area between them, and the marks."""
    style.axes_style(axes, grid="y", spines=("bottom",))
    axes.set_xticks(list(MARKS), [""] * len(MARKS))
    twelfths = range(13)
    edges = [[_share(rows.get((h, name))) for h in twelfths] for name in BAND]
    known = [share for edge in edges for share in edge if share is not None]
    if not known:
        axes.set(yticks=[], ylim=(0, 1))
        axes.text(6, 0.5, "Ingen tall kan vises", size=BODY, color=MUTED, ha="center", va="center")
        return
    axes.set_ylim(0, max(*known, 0.01) * 1.15)
    axes.yaxis.set_major_locator(style.few_ticks())
    axes.yaxis.set_major_formatter(style.percent_ticks(axes))
    upper, lower = ([float("nan") if share is None else share for share in edge] for edge in edges)
    axes.fill_between(twelfths, lower, upper, color=NEUTRAL, alpha=0.6, linewidth=0)
    for edge, ink in zip((upper, lower), BAND.values(), strict=True):
        axes.plot(twelfths, edge, color=ink, linewidth=2, clip_on=False)
        at_marks = [edge[mark] for mark in MARKS]
        axes.plot(list(MARKS), at_marks, color=ink, marker="o", linestyle="none", clip_on=False)
    for mark in (HALF, TWO_THIRDS):
        axes.axvline(mark, color=MUTED, linewidth=0.8, linestyle=(0, (3, 2)), zorder=0.5)


def _share(row: Cells | None) -> float | None:
    return row["andel"] if row else None
