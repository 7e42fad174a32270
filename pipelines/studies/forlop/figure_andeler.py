"""Ever and simultaneous, by length of spell and by elapsed time; and the passive stretches: how many, how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipelines.drawing import style
from pipelines.drawing.colours import AKTIVITETSSTATUS, INK, INNSATSGRUPPE, MUTED, TILSTAND, strong
from pipelines.drawing.layout import ROW, Row, draw_rows, name_width
from pipelines.drawing.style import BODY, SMALL
from pipelines.studies.forlop import lengths
from pipelines.studies.forlop.figure_parts import cell

MEASURES = {
    "behandling": ("Behandling", TILSTAND["behandling"]),
    "tiltak": ("Tiltak", TILSTAND["tiltak"]),
    "arbeid": ("Arbeid", TILSTAND["arbeid"]),
    "arbeidsrettet": ("Tiltak eller arbeid", AKTIVITETSSTATUS["arbeid_eller_tiltak"]),
    "begge": ("Både behandling og tiltak eller arbeid", "#C2524B"),
    "samtidig": ("… i samme måned", "#6E1F1F"),
    "ingen": ("Ingen av delene i noen måned", INNSATSGRUPPE["annet"]),
}
LENGTHS = lengths.names("{}–{}", f"over {lengths.ELAPSED[-1]}")
ELAPSED = {months: str(months) for months in lengths.ELAPSED}
HEIGHT = 2.3


def ever(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Rows `noensinne=*` by `lengde` to the left, and of all spells within the first months to the right."""
    cells = {(row["mal"].split("=")[1], row["gruppe"], row["maaned_nr"]): row for row in frame.iter_rows(named=True)}
    places: list[tuple[str, int | None]] = [*((length, None) for length in LENGTHS), *(("alle", k) for k in ELAPSED)]
    heads = [*LENGTHS.values(), *ELAPSED.values()]
    rows = [Row("Prosent av forløpene", heads, kind="head")]
    rows += [
        Row(name, [cell(cells.get((measure, *place))) for place in places], ink)
        for measure, (name, ink) in MEASURES.items()
    ]
    sizes = [cells.get(("behandling", *place)) for place in places]
    rows.append(Row("Forløp", [style.count(row["nevner"] if row else None) for row in sizes], kind="total"))
    with style.house_style():
        left, between = name_width(rows) + 0.35, 0.35
        below = len(rows) * ROW + 0.1
        page = style.sheet(title, subtitle, source, HEIGHT + below + 0.55)
        slot = (page.width - left - between) / len(places)
        starts = [left, left + len(LENGTHS) * slot + between]
        canvas = page.canvas()
        for start, text in zip(starts, ("Etter forløpets lengde, måneder", "Innen så mange måneder"), strict=True):
            canvas.text(start, page.height - 0.1, text, size=BODY, weight="bold", color=INK, va="center")
        for start, part in zip(starts, (places[: len(LENGTHS)], places[len(LENGTHS) :]), strict=True):
            axes = page.axes(start, below + 0.15, len(part) * slot, HEIGHT)
            _lines(axes, cells, part)
            if start != left:
                axes.set_yticklabels([])
        columns = [
            (starts[0] if place < len(LENGTHS) else starts[1] - len(LENGTHS) * slot) + (place + 0.5) * slot
            for place in range(len(places))
        ]
        draw_rows(canvas, len(rows) * ROW, rows, columns, "center")
    return page.figure


def _lines(axes: Axes, cells: dict[tuple[str, str, int | None], dict[str, Any]], places: Sequence[Any]) -> None:
    style.axes_style(axes, grid="y", spines=("bottom",))
    for measure, (_, ink) in MEASURES.items():
        found = [cells.get((measure, *place)) for place in places]
        values = [row["verdi"] if row and row["verdi"] is not None else float("nan") for row in found]
        axes.plot(
            range(len(values)), values, color=strong(ink, 2), marker="o", markersize=5, linewidth=1.8, clip_on=False
        )
    axes.set(xlim=(-0.5, len(places) - 0.5), ylim=(0, 1), xticks=[])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])


CLASSES = {
    "passive_perioder": (
        "Hvor mange perioder",
        "forløp",
        {"0": "Ingen", "1": "1", "2": "2", "3": "3", "4+": "4 eller flere"},
    ),
    "lengste_passive": (
        "Den lengste i forløpet",
        "forløp",
        {
            "0": "Ingen",
            "1-3": "1–3 md.",
            "4-6": "4–6 md.",
            "7-12": "7–12 md.",
            "13-24": "13–24 md.",
            "25+": "over 24 md.",
        },
    ),
    "passiv_varighet": (
        "Hvor lenge en periode varer",
        "perioder",
        {"1-3": "1–3 md.", "4-6": "4–6 md.", "7-12": "7–12 md.", "13-24": "13–24 md.", "25+": "over 24 md."},
    ),
}
BAR = 0.3


def passive(frame: pl.DataFrame, title: str, subtitle: str, source: str) -> Figure:
    """Three sets of bars on one scale, from rows `passive_perioder=*`, `lengste_passive=*`, `passiv_varighet=*`."""
    cells = {row["mal"]: row for row in frame.iter_rows(named=True)}
    lines = max(len(classes) for *_, classes in CLASSES.values())
    fill = strong(TILSTAND["passiv"], 2.2)
    with style.house_style():
        page = style.sheet(title, subtitle, source, lines * BAR + 0.7)
        canvas = page.canvas()
        width = page.width / len(CLASSES)
        longest = max(style.text_width(name) for *_, classes in CLASSES.values() for name in classes.values())
        most = max([row["verdi"] for row in cells.values() if row["verdi"] is not None] + [0.01])
        one = (width - longest - 0.1 - 0.75) / most
        for place, (family, (head, unit, classes)) in enumerate(CLASSES.items()):
            left, top = place * width, page.height
            names = max(style.text_width(name) for name in classes.values())
            size = next((cells[f"{family}={code}"]["nevner"] for code in classes if f"{family}={code}" in cells), None)
            canvas.text(left, top - 0.1, head, size=BODY, weight="bold", color=INK, va="center")
            canvas.text(
                left, top - 0.33, f"Prosent av {style.count(size)} {unit}", size=SMALL, color=MUTED, va="center"
            )
            for line, code in enumerate(classes):
                row, y = cells.get(f"{family}={code}"), top - 0.65 - line * BAR
                canvas.text(left + names, y, classes[code], size=BODY, color=INK, ha="right", va="center_baseline")
                value = row["verdi"] if row else 0.0
                length = (value or 0) * one
                canvas.barh(y, length, height=BAR * 0.7, left=left + names + 0.1, color=fill)
                text = style.percent(value, hidden=bool(row and row["skjult"]))
                canvas.text(left + names + 0.16 + length, y, text, size=BODY, color=INK, va="center_baseline")
    return page.figure
