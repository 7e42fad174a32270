"""What a report consists of, before it is a page, a PDF or a workbook: sections of sentences, tables and figures.

The three ways of printing it (`html`, `pdf`, `workbook`) read the same document, so that a number is worked out
once. A table keeps its raw values, with `SKJULT` for what the disclosure door hid and None for what cannot be
known; `Column.text` says them in bokmål.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Literal

import polars as pl

from pipelines.base import bokmaal
from pipelines.base.files import HIDDEN, UNKNOWN


class Hidden(Enum):
    """The value that stands for a number the door hid."""

    SKJULT = "skjult"


SKJULT = Hidden.SKJULT
Kind = Literal["text", "count", "percent", "points", "signed", "decimal", "number"]
PRINTED: dict[Kind, Callable[[int | float], str]] = {
    "text": str,
    "number": str,
    "count": bokmaal.tall,
    "decimal": lambda value: bokmaal.tall(value, 1),
    "percent": lambda value: bokmaal.prosent(value, tegn=True),
    "points": lambda value: _signed(bokmaal.tall(100 * Decimal(str(value)), 1)),
    "signed": lambda value: _signed(bokmaal.tall(value)),
}
Value = str | int | float | bool | Hidden | None
COUNTED: tuple[Kind, ...] = ("count", "percent", "points", "signed")
"""Kinds of columns that are counts, or are computed from counts."""
ROUNDED = (
    "Antall er avrundet til nærmeste fem opp eller ned, tilfeldig; 0 betyr 0–4. Alt annet er regnet av de avrundede, så"
    " grupper summerer ikke alltid til summen av alle."
)
SIGNS = {
    HIDDEN: "skjult: det er for få å regne av",
    UNKNOWN: "kan ikke vites",
}


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and how its values are printed.

    `percent` is a share 0..1 as percent, `points` a difference of shares as percentage points with its sign,
    `signed` a difference of counts with its sign, `number` one without thousands, such as a year.
    """

    heading: str
    kind: Kind = "text"

    @property
    def numeric(self) -> bool:
        return self.kind != "text"

    def text(self, value: Value) -> str:
        """The value as it is printed."""
        if value is SKJULT:
            return HIDDEN
        if value is None:
            return UNKNOWN if self.numeric else ""
        if isinstance(value, str | Hidden):
            return str(value)
        return PRINTED[self.kind](value)


@dataclass(frozen=True)
class Table:
    """A table with its caption. The first column names the row; `marked` are the numbers of emphasised rows."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    marked: frozenset[int] = frozenset()
    appendix: bool = False
    """Of the method appendix: printed in the report, but no sheet of the workbook."""

    @property
    def texts(self) -> list[list[str]]:
        """Every cell as it is printed."""
        return [[column.text(value) for column, value in zip(self.columns, row, strict=True)] for row in self.rows]

    @property
    def signs(self) -> list[str]:
        """What the signs that stand in the table mean, and that its counts are rounded."""
        printed = {text for row in self.texts for text in row}
        signs = [f"«{sign}» betyr {meaning}." for sign, meaning in SIGNS.items() if sign in printed]
        counted = any(column.kind in COUNTED for column in self.columns) and not self.appendix
        return [*signs, ROUNDED] if counted else signs


@dataclass(frozen=True)
class Picture:
    """A figure: its title, what it shows in words, the SVG file and the data it was drawn from."""

    name: str
    title: str
    alt: str
    svg: Path
    data: pl.DataFrame


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Points:
    """Sentences that stand on their own, one a line."""

    items: Sequence[str]


@dataclass(frozen=True)
class Listing:
    """Text printed as it stands, such as SQL, with a title."""

    title: str
    text: str


Block = Paragraph | Points | Table | Picture | Listing


@dataclass(frozen=True)
class Section:
    """A heading of level 2 (3 for a part of the section before) and what stands under it."""

    id: str
    title: str
    blocks: Sequence[Block]
    level: int = 2


@dataclass(frozen=True)
class Document:
    """A report; `made_of` says where it comes from, term by term."""

    title: str
    made_of: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    warning: str = ""
    mark: str = ""
    """What every page and sheet is marked with; empty for what may be shared."""
    tables: list[Table] = field(init=False)
    pictures: list[Picture] = field(init=False)

    def __post_init__(self) -> None:
        blocks = [block for section in self.sections for block in section.blocks]
        object.__setattr__(self, "tables", [block for block in blocks if isinstance(block, Table)])
        object.__setattr__(self, "pictures", [block for block in blocks if isinstance(block, Picture)])


def _signed(text: str) -> str:
    return text if text.startswith(bokmaal.MINUS) or not text.strip("0,") else f"+{text}"
