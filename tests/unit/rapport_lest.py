"""How a written report is read: as a screen reader does, as a table, and for counts of few."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import openpyxl

VOID = {"meta", "link", "br", "img", "path", "use", "rect", "line", "circle"}


class Page(HTMLParser):
    """What a screen reader goes by: headings, ids, tables, figures, links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and data.strip():
            self.words.setdefault(self.open[-1], []).append(data.strip())

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def rows_of(folder: Path, name: str) -> dict[str, list[str]]:
    """A table of a report: first cell → the others."""
    lines = csv.reader(io.StringIO((folder / "tabeller" / f"{name}.csv").read_text()), delimiter=";")
    return {line[0]: line[1:] for line in lines}


COUNTED = ("antall", "nevner", "personer")
NOT_PERSONS = ("valg", "avstemming")
LIFE_TABLE = r"(kumulativ_insidens\w*|i_risiko|ute_uten)="
"""Told in fives, so what is left of a group is not told."""


def small_counts(place: Path) -> list[tuple]:
    """Every count of 1–4 in a table, a figure's data or a sheet, and every one that leaves 1–4 of its group."""
    found: list[tuple] = []
    for table in place.joinpath("tabeller").glob("*.csv"):
        if not table.stem.startswith(NOT_PERSONS):
            head, *rows = csv.reader(table.open(), delimiter=";")
            kept = [at for at, name in enumerate(head) if at and "edian" not in name]
            # 1 is a share.
            found += [(table.name, row) for row in rows if {row[at] for at in kept} & {"2", "3", "4"}]
    for data in place.joinpath("figurer").glob("*.csv"):
        found += [(data.name, row) for row in csv.DictReader(data.open(), delimiter=";") if tells_of_few(row)]
    book = openpyxl.load_workbook(place / "tabeller.xlsx", read_only=True)
    for sheet in book.worksheets:
        head, *rows = list(sheet.values)[3:]
        if not sheet.title.startswith(tuple(f"t_{name}" for name in NOT_PERSONS)):
            named = [{str(name): str(cell) for name, cell in zip(head, row, strict=True)} for row in rows]
            found += [(sheet.title, row) for row in named if tells_of_few(row)]
    return found


def tells_of_few(row: dict[str, str]) -> bool:
    count, size, persons = (row.get(name, "") for name in COUNTED)
    numbers = [float(text.replace(",", ".")) for text in (count, size, persons) if re.match(r"\d", text)]
    if re.match(r"\d", count) and re.match(r"\d", size) and not re.match(LIFE_TABLE, row.get("mal", "")):
        numbers.append(numbers[1] - numbers[0])
    return any(0 < number < 5 for number in numbers)
