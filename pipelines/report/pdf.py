"""The same report as a PDF, set by typst: no system library, no font but those that come with the packages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import matplotlib as mpl
import typst

from pipelines.report.document import Document, Table
from pipelines.report.html import KINDS, TEMPLATES

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
WRITTEN = datetime(2010, 3, 1, tzinfo=UTC)  # a fixed date, so that the same report gives the same bytes
LONG = 45  # characters: a column is not made wider than this for text that can be wrapped


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
    """How wide each column is beside the others: as its widest cell, but long text is wrapped."""
    found = []
    for heading, *texts in zip([column.heading for column in table.columns], *table.texts, strict=True):
        words = [len(word) for text in (heading, *texts) for word in text.split(" ")]
        found.append(max(5, *words, min(LONG, max(map(len, texts), default=0))))
    return found


def literal(text: str) -> str:
    """A typst string. Its escapes are those of JSON, but for characters JSON can leave as they are."""
    return json.dumps(text, ensure_ascii=False)
