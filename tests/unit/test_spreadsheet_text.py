"""What a spreadsheet would run is text in everything that one opens: tables as CSV, the workbook, answers as CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.base import files
from pipelines.cli import answers
from pipelines.document import workbook
from pipelines.document.blocks import Column, Document, Section, Table

RUN = {
    '=HYPERLINK("http://a.example";B2)': '\'=HYPERLINK("http://a.example";B2)',
    "+1+1": "'+1+1",
    "-1+1": "'-1+1",
    "@SUM(1)": "'@SUM(1)",
    "\t=1": "'\t=1",
    "\r=1": "'\r=1",
    "\n=1": "'\n=1",
}
NOT_RUN = ("tiltak", "a=1", "–1", "1-2", " =1", "'=1", "")


def read(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def table() -> Table:
    rows = [(text, -number) for number, text in enumerate([*RUN, *NOT_RUN], 1)]
    return Table("navn", "Navn", [Column("=navn"), Column("antall", "count")], rows)


WRITTEN = [["'=navn", "antall"]] + [[text, str(-number)] for number, text in enumerate([*RUN.values(), *NOT_RUN], 1)]


def test_a_published_table() -> None:
    frame = pl.DataFrame(table().rows, schema=["=navn", "antall"], orient="row")
    head, *rows = read(files.csv_text(frame), ";")
    assert [head, *sorted(rows, key=lambda row: -int(row[1]))] == WRITTEN


def test_a_table_of_a_report() -> None:
    assert read(workbook.csv_text(table()).decode(), ";") == WRITTEN


def test_the_workbook_has_no_formula() -> None:
    document = Document("=1+1", [("@navn", "+1+1")], [Section("en", "En", [table()])], "-1+1")
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(document)))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None}
    assert kinds == {"s", "n"}
    head, *rows = list(book["t_navn"].values)[3:]
    assert head == ("=navn", "antall")
    # XML has no carriage return; the workbook's library writes it in Excel's way, which is not undone when read here.
    assert [(str(name).replace("_x000D_", "\r"), count) for name, count in rows if name] == [
        row for row in table().rows if row[0]
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        *RUN.items(),
        (-1, "-1"),
        (-1.5, "-1.5"),
        (Decimal("-1.50"), "-1.50"),
        (None, ""),
        (timedelta(-1), "'-1 day, 0:00:00"),
    ],
)
def test_an_answer_as_csv(capsys: pytest.CaptureFixture[str], value: object, written: str) -> None:
    answers._write_csv(["@navn", "tall"], [(value, 1)])
    assert read(capsys.readouterr().out, ",") == [["'@navn", "tall"], [written, "1"]]


@given(st.text())
def test_no_text_begins_as_a_formula_and_all_of_it_is_there(text: str) -> None:
    written = files.plain(text)
    assert written[:1] not in set("=+-@\t\r\n")
    assert written.removeprefix("'") == text.removeprefix("'")
