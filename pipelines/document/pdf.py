"""The same report as a PDF, set by typst: no system library, no font but those that come with the packages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import matplotlib as mpl
import typst

from pipelines.document.blocks import Document, Table
from pipelines.document.html import KINDS, TEMPLATES, unbroken

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
WRITTEN = datetime(2010, 3, 1, tzinfo=UTC)  # a fixed date, so that the same report gives the same bytes
LONG = 45  # characters: a column is not made wider than this for text that can be wrapped
SHORT = 20  # nor is it made narrower than this to give the others room
ROOM = 100  # characters on a line of the page


def render(document: Document, folder: Path) -> bytes:
    """The PDF's bytes; the figures are read from `folder`, where they were drawn."""
    # Its stub wants one type for source, root and fonts alike.
    pages: bytes = typst.compile(  # type: ignore[call-overload]
        source(document, folder).encode(),
        root=folder,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        timestamp=WRITTEN,
    )
    return pages


def source(document: Document, folder: Path) -> str:
    """The document in typst's language. All text goes in as string literals, so nothing in it is markup."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: KINDS[type(block)]
    environment.filters["lit"] = literal
    environment.filters["widths"] = widths
    environment.filters["place"] = lambda path: f"/{path.relative_to(folder).as_posix()}"
    return environment.get_template("rapport.typ.j2").render(document=document)


def widths(table: Table) -> list[int]:
    """How wide each column is beside the others: as its widest cell, but long text is wrapped, and the sooner the
    more the others need."""
    columns = list(zip([column.heading for column in table.columns], *table.texts, strict=True))
    for limit in range(LONG, SHORT - 1, -5):
        found = [_width(texts, limit) for texts in columns]
        if sum(found) + 2 * len(found) <= ROOM:
            break
    return found


def _width(texts: Sequence[str], limit: int) -> int:
    """A column's width in characters: its longest word, or its longest text where that is within `limit`."""
    words = [len(word) for text in texts for word in text.split(" ")]
    return max(5, *words, min(limit, max(map(len, texts[1:]), default=0)))


def literal(text: str) -> str:
    """A typst string. Its escapes are those of JSON, but for characters JSON can leave as they are."""
    return json.dumps(unbroken(text), ensure_ascii=False)
