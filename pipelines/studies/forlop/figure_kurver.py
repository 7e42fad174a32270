"""Cumulative incidence: how many have had their first tiltak, arbeid, behandling, any of them, or have left."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipelines.drawing import style
from pipelines.drawing.colours import INK, MUTED, TILSTAND, strong
from pipelines.drawing.layout import ROW, Row, draw_rows, name_width
from pipelines.drawing.style import BODY, SMALL
from pipelines.studies.forlop.figure_parts import cell

HEIGHT = 3.2
EVENTS = {
    "aktivitet": ("Tiltak, arbeid eller behandling", INK, "-"),
    "behandling": ("Behandling", TILSTAND["behandling"], "-"),
    "tiltak": ("Tiltak", strong(TILSTAND["tiltak"], 3), "-"),
    "arbeid": ("Arbeid", strong(TILSTAND["arbeid"], 3), "-"),
    "ute": ("Har sluttet på AAP", MUTED, (0, (4, 2))),
}
"""Event → what it is called, its colour and line."""
SAID = (3, 6, 12, 24, 36, 48, 60)


def curves(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """The curves with their 95 percent bands over a table, from rows `kumulativ_insidens*=*` and `i_risiko=*`."""
    rows = {(row["mal"], row["maaned_nr"]): row for row in frame.iter_rows(named=True)}
    last = max((month for _, month in rows), default=1)
    said = [month for month in SAID if month <= last]
    table = [Row("Prosent innen måned", [str(month) for month in said], kind="head")]
    table += [
        Row(name, [cell(rows.get((f"kumulativ_insidens={event}", month))) for month in said], ink)
        for event, (name, ink, _) in EVENTS.items()
    ]
    waiting = [rows.get(("i_risiko=ute", month)) for month in said]
    table.append(Row("Fortsatt på AAP og fulgt", [_count(row) for row in waiting], kind="total"))
    with style.house_style():
        below = len(table) * ROW + 0.55
        page = style.sheet(title, subtitle, source, HEIGHT + below + 0.25)
        names = max(style.text_width(name) for name, *_ in EVENTS.values())
        axes = page.axes(0.4, below, page.width - 0.4 - names - 0.15, HEIGHT)
        ends = {event: _curve(axes, rows, event, last) for event in EVENTS}
        axes.set(xlim=(0, last), ylim=(0, 1))
        style.axes_style(axes, grid="y", spines=("bottom",))
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        ticks = [0, *(month for month in (12, 24, 36, 48, 60) if month <= last)]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.set_xlabel("Måneder siden forløpet startet", size=SMALL, color=MUTED)
        _label(axes, {event: end for event, end in ends.items() if end is not None}, last)
        canvas = page.canvas()
        canvas.text(0, page.height - 0.1, "Prosent av forløpene", size=SMALL, color=MUTED, va="center")
        left = name_width(table) + 0.4
        columns = [left + (place + 0.5) * (page.width - left) / max(len(said), 1) for place in range(len(said))]
        draw_rows(canvas, len(table) * ROW, table, columns, "center")
    return page.figure


def _count(row: dict[str, Any] | None) -> str:
    return style.count(row["antall"] if row else None, bool(row and row["skjult"]))


def _curve(axes: Axes, rows: dict[tuple[str, int], dict[str, Any]], event: str, last: int) -> float | None:
    """A step curve from 0 with its band; returns where it ends, None when nothing of it may be drawn."""
    _, ink, line = EVENTS[event]
    months = [0, *range(1, last + 1)]
    at_risk = [rows.get((f"i_risiko={event}", month)) for month in months[1:]]

    def values(mal: str) -> list[float]:
        found = [rows.get((f"{mal}={event}", month)) for month in months[1:]]
        shown = [
            row["verdi"] if row and row["verdi"] is not None and risk and risk["verdi"] is not None else float("nan")
            for row, risk in zip(found, at_risk, strict=True)
        ]
        return [0.0, *shown]

    share, low, high = (values(f"kumulativ_insidens{kind}") for kind in ("", "_nedre", "_ovre"))
    axes.fill_between(months, low, high, step="post", color=ink, alpha=0.15, linewidth=0)
    axes.plot(months, share, drawstyle="steps-post", color=ink, linestyle=line, linewidth=1.8)
    known = [value for value in share[1:] if not math.isnan(value)]
    return known[-1] if known else None


def _label(axes: Axes, ends: dict[str, float], last: int) -> None:
    """Names to the right of the curves' ends, moved apart where they would run into each other."""
    room = 1.25 * BODY / 72 / HEIGHT
    placed = 1 + room / 2
    for event, end in sorted(ends.items(), key=lambda pair: -pair[1]):
        placed = min(end, placed - room)
        name, ink, _ = EVENTS[event]
        axes.text(last * 1.012, placed, name, size=BODY, color=strong(ink), va="center", clip_on=False)
