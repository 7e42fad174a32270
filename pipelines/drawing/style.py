"""The look all figures share: paper, type, colours, names, numbers, the source line, and how they are saved.

A figure is made on a `sheet`: the heading above and the source below are wrapped by measured width first, so
the content between them has its full height whatever they say. matplotlib is used without pyplot, on Agg.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import polars as pl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Normal, Stroke
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.typing import RcKeyType

from pipelines.base import bokmaal
from pipelines.base.files import HIDDEN, UNKNOWN, csv_text, write_private
from pipelines.drawing.colours import GRID, INK, MUTED, PAPER, colour, strong, text_on
from pipelines.drawing.labels import navn, order

__all__ = [
    "Sheet", "axes_style", "colour", "count", "decimal", "few_ticks", "house_style", "navn", "order",
    "percent", "percent_ticks", "save", "sheet", "source_line", "strong", "text_on", "text_width", "wrap", "write",
]  # fmt: skip

WIDTH = 8.0  # inches
MARGIN = 0.3
DPI = 150
TITLE, SUBTITLE, BODY, SMALL = 13.0, 9.5, 8.5, 7.5  # points
LINE = 1.3  # line height, times the size
RC: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib, so every machine draws the same letters
    "font.size": BODY,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "aktivitet",
    # Letters as they are designed, in the PNG as in the SVG: pulled to whole pixels they are other widths there.
    "text.hinting": "none",
    "path.simplify": False,
    "figure.dpi": DPI,
    "text.parse_math": False,
}


@contextmanager
def house_style() -> Iterator[None]:
    """The house's settings, whatever the user's own matplotlibrc says."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        yield


def count(value: bokmaal.Tall | None, hidden: bool = False) -> str:
    """152900 → «152 900», rounded to a whole; `:` when hidden, `..` when it cannot be known."""
    return decimal(value, 0, hidden)


def decimal(value: bokmaal.Tall | None, decimals: int = 1, hidden: bool = False) -> str:
    """22.57 → «22,6»; signs as in `count`."""
    if value is None:
        return HIDDEN if hidden else UNKNOWN
    return bokmaal.tall(value, decimals)


def percent(share: float | None, decimals: int = 1, hidden: bool = False) -> str:
    """A share 0..1 as a number of percent: 0.2257 → «22,6»; signs as in `count`."""
    return decimal(None if share is None else 100 * Decimal(str(share)), decimals, hidden)


def source_line(
    period: str,
    leveranse: str | None = None,
    kjoring_id: str | None = None,
    coverage: str = "",
    note: str = "",
    *,
    register: str = "",
) -> str:
    """What stands under every figure: source, period, delivery, run, coverage, and what the signs mean.

    `period` is words («april 2015»), `leveranse` the delivery or span («2015-04»), `coverage` and `note`
    whole sentences; `register` opens the line where the register is not a real one (`source.register`).
    """
    made = [f"Leveranse {leveranse}." if leveranse else "", f"Kjøring {kjoring_id}." if kjoring_id else ""]
    parts = [register, f"Kilde: Arena, meldekort og utbetalinger, {period}.", *made, coverage, note]
    return " ".join(part for part in parts if part)


@dataclass(frozen=True)
class Sheet:
    """A figure with its heading and source in place. Inches from the lower left corner of the content."""

    figure: Figure
    width: float
    height: float
    below: float

    def axes(self, left: float, bottom: float, width: float, height: float, **options: object) -> Axes:
        """Axes at a place in the content, in inches."""
        page_width, page_height = self.figure.get_size_inches()
        box = (
            (MARGIN + left) / page_width,
            (self.below + bottom) / page_height,
            width / page_width,
            height / page_height,
        )
        return self.figure.add_axes(box, **options)  # type: ignore[call-overload,no-any-return]

    def canvas(self, left: float = 0, bottom: float = 0, width: float = 0, height: float = 0) -> Axes:
        """Bare axes whose units are inches, for what is placed by measure; by default all of the content."""
        width, height = width or self.width - left, height or self.height - bottom
        axes = self.axes(left, bottom, width, height)
        axes.set_axis_off()
        axes.set(xlim=(0, width), ylim=(0, height))
        return axes


def sheet(title: str, subtitle: str, source: str, height: float, width: float = WIDTH) -> Sheet:
    """A new figure, `width` inches wide, with `height` inches of content between the heading and the source.

    Use inside `house_style()`.
    """
    inner = width - 2 * MARGIN
    blocks = [
        (wrap(title, inner, TITLE, "bold"), TITLE, "bold", INK),
        (wrap(subtitle, inner, SUBTITLE), SUBTITLE, "normal", MUTED),
    ]
    footer = wrap(source, inner, SMALL)
    heading_height = sum(len(lines) * size * LINE / 72 for lines, size, *_ in blocks) + 0.14
    footer_height = len(footer) * SMALL * LINE / 72 + 0.2
    page = height + heading_height + footer_height + 1.6 * MARGIN
    figure = Figure(figsize=(width, page), dpi=DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    figure.set_label(title)
    top = page - 0.8 * MARGIN
    for lines, size, weight, ink in blocks:
        for line in lines:
            figure.text(MARGIN / width, top / page, line, size=size, weight=weight, color=ink, va="top")
            top -= size * LINE / 72
    bottom = 0.8 * MARGIN + len(footer) * SMALL * LINE / 72
    for number, line in enumerate(footer):
        y = (bottom - number * SMALL * LINE / 72) / page
        figure.text(MARGIN / width, y, line, size=SMALL, color=MUTED, va="top")
    return Sheet(figure, inner, height, 0.8 * MARGIN + footer_height)


def axes_style(axes: Axes, *, grid: str | None = None, spines: tuple[str, ...] = ()) -> Axes:
    """Only the named spines, no tick marks, and a grid behind along `x` or `y`."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in spines)
    axes.tick_params(length=0, labelsize=BODY)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(True, axis=grid, color=GRID, linewidth=0.8)  # type: ignore[arg-type]
    return axes


def few_ticks(whole: bool = False) -> MaxNLocator:
    """Three or four round tick values; `whole` for counts."""
    return MaxNLocator(4, steps=[1, 2, 5, 10], integer=whole)


def percent_ticks(axes: Axes) -> FuncFormatter:
    """Ticks of shares as percent, with a decimal where whole percents are too coarse for the axis."""
    decimals = 0 if axes.get_ylim()[1] > 0.05 else 1
    return FuncFormatter(lambda value, _: percent(round(value, 6), decimals))


def write(axes: Axes, x: float, y: float, text: str, **options: Any) -> None:
    """Text in the plot, with a rim of paper so that lines behind do not cross it."""
    rim = [Stroke(linewidth=2.0, foreground=PAPER), Normal()]
    axes.text(x, y, text, **{"size": BODY, "color": INK, "path_effects": rim, **options})


@cache
def text_width(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Width of one line of text in inches, in the house's letters."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) / 72


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The text on lines no wider than `width` inches, broken at spaces.

    A line is as wide as its words and the spaces between them; a word is measured once, whatever lines it is tried on.
    """
    lines: list[str] = []
    space, right = text_width(" ", size, weight), 0.0
    for word in text.split(" "):  # not at thin spaces, which stand inside numbers
        longer = right + space + text_width(word, size, weight)
        if lines and longer <= width:
            lines[-1], right = f"{lines[-1]} {word}", longer
        else:
            lines.append(word)
            right = text_width(word, size, weight)
    return lines


def save(figure: Figure, folder: Path, name: str, data: pl.DataFrame) -> list[Path]:
    """Write `<name>.svg`, `.png` and `.csv` (the figure's data, see `utdata.csv_text`) into `folder`.

    The same figure and data give the same bytes: no dates, no versions, ids from a fixed salt. Each file is
    replaced whole and has mode 0600. `data` must be what `disclosure` let through. Returns the three paths.
    """
    svg, png, csv = paths(folder, name)
    title = figure.get_label()
    kinds: dict[Path, dict[str, Any]] = {
        svg: {"format": "svg", "metadata": {"Title": title, "Date": None, "Creator": None}},
        png: {"format": "png", "metadata": {"Title": title, "Software": None}, "pil_kwargs": {"compress_level": 3}},
    }
    with house_style():
        for path, options in kinds.items():
            content = io.BytesIO()
            figure.savefig(content, dpi=DPI, **options)
            write_private(path, content.getvalue())
    write_private(csv, csv_text(data).encode())
    return [svg, png, csv]


def paths(folder: Path, name: str) -> list[Path]:
    """Where the figure `name` is saved: `<name>.svg`, `.png` and `.csv`."""
    return [folder / f"{name}.{kind}" for kind in ("svg", "png", "csv")]
