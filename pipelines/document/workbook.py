"""The report's numbers for whoever works on with them: `tabeller.xlsx`, and each table as CSV.

The workbook has a sheet for every figure and every table: its title, notes, and typed cells. Same report, same
bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from pipelines.base.files import HIDDEN, UNKNOWN, cell, write_private
from pipelines.document import report_folder
from pipelines.document.blocks import SIGNS, SKJULT, Column, Document, Kind, Picture, Table

CREATED = datetime(2010, 3, 1)  # a fixed date: the file's own, not the report's
FORMATS = {
    "count": "#,##0",
    "signed": "+#,##0;-#,##0;0",
    "percent": "0.0%",
    "points": "+0.0%;-0.0%;0.0%",
    "decimal": "0.0",
}
SHARES = ("andel", "verdi", "h")
FIRST_ROW = 3
NAME_LENGTH = 31


class Sheet(NamedTuple):
    """One sheet: a title, notes, and a table."""

    name: str
    title: str
    notes: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def write(document: Document, folder: Path) -> list[Path]:
    """Write `tabeller.xlsx` and `tabeller/<name>.csv`; returns the paths."""
    tables = [table for table in document.tables if not table.appendix]
    beside = folder / report_folder.TABLES
    written = [write_private(folder / report_folder.WORKBOOK, workbook(document))]
    return written + [write_private(beside / f"{table.name}.csv", csv_text(table)) for table in tables]


def workbook(document: Document) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": document.title, "created": CREATED})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    heading, head = book.add_format({"bold": True, "font_size": 13}), book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    contents = list(sheets(document))
    for each in contents:
        page = book.add_worksheet(each.name)
        page.write_string(0, 0, each.title, heading)
        page.write_string(1, 0, " ".join(text for text in (document.mark, each.notes) if text))
        for at, column in enumerate(each.columns):
            page.write_string(FIRST_ROW, at, column.heading, head)
            width = max(
                [
                    len(column.heading),
                    *(len(column.text(row[at])) for row in each.rows if not isinstance(row[at], date)),
                ]
            )
            page.set_column(at, at, min(60, max(8, width + 2)))
            for number, row in enumerate(each.rows, FIRST_ROW + 1):
                _put(page, number, at, row[at], column, formats.get(column.kind), wrapped)
        page.freeze_panes(FIRST_ROW + 1, 1)
    book.close()
    return out.getvalue()


def sheets(document: Document) -> Iterator[Sheet]:
    """The sheets in order: about the report, then figures, then tables."""
    about = [(term, text) for term, text in document.made_of]
    signs = [(sign, meaning) for sign, meaning in SIGNS.items()]
    yield Sheet("Om", document.title, document.warning, [Column("Om"), Column("Verdi")], [*about, *signs])
    for picture in document.pictures:
        yield _figure(picture)
    for table in document.tables:
        if not table.appendix:
            notes = " ".join([table.note, *table.signs]).strip()
            yield Sheet(f"t_{table.name}"[:NAME_LENGTH], table.caption, notes, table.columns, table.rows)


def csv_text(table: Table) -> bytes:
    """A table as CSV in the form of `utdata.csv_text`, its rows in the report's order."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([column.heading for column in table.columns])
    for row in table.rows:
        values = zip(table.columns, row, strict=True)
        writer.writerow(
            [HIDDEN if value is SKJULT else cell(value, UNKNOWN if column.numeric else "") for column, value in values]
        )
    return out.getvalue().encode()


def _figure(picture: Picture) -> Sheet:
    frame = picture.data
    shown = [name for name in frame.columns if name != "skjult"]
    columns = [Column(name, _kind(name, frame.schema[name].is_numeric())) for name in shown]
    rows = []
    for row in frame.iter_rows(named=True):
        hidden = bool(row.get("skjult"))
        rows.append(
            [
                SKJULT if hidden and row[name] is None and column.numeric else row[name]
                for name, column in zip(shown, columns, strict=True)
            ]
        )
    return Sheet(picture.name[:NAME_LENGTH], picture.title, picture.alt, columns, rows)


def _kind(name: str, numeric: bool) -> Kind:
    if not numeric:
        return "text"
    if name in ("aar", "maaned_nr", "maaneder", "h_tolvdeler"):
        return "number"
    return "percent" if name in SHARES else "count"


def _put(page: Any, row: int, at: int, value: Any, column: Column, form: Any, wrapped: Any) -> None:
    if value is SKJULT:
        page.write_string(row, at, HIDDEN)
    elif value is None:
        page.write_string(row, at, UNKNOWN if column.numeric else "")
    elif isinstance(value, bool):
        page.write_boolean(row, at, value)
    elif isinstance(value, int | float):
        page.write_number(row, at, value, form)
    elif isinstance(value, date):
        page.write_datetime(row, at, value)
    else:
        page.write_string(row, at, str(value), wrapped if len(str(value)) > 60 else None)
