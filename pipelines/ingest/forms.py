"""The form of a delivered file: its columns, encoding and separator, and how many rows it has.

Rows are counted here, by other means than the reader's, because a reader may drop rows without a word (DuckDB does
after a quote that is never closed): the door lets in a file only when it has read as many rows as are counted.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyarrow as pa
import pyarrow.parquet as pq

BLOCK = 1 << 20
SEPARATORS = (";", ",")
REASONS = {
    "end of data": "a quote is never closed",
    "expected after": "a quote stands where none can",
    "field limit": "a value has no end; perhaps a quote is never closed",
}
"""What Python's reader says, in words that help."""
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OF_SQLPLUS = re.compile(
    rb"^(SQL> ?.*|\d+ (rows?|rader|rad) (selected|valgt|er valgt)\.|no rows selected|PL/SQL procedure .*)\s*$", re.I
)
"""What SQL*Plus says of a query, below its rows."""
SEPARATOR_LINE = re.compile(rb'(\xef\xbb\xbf)?"?sep=."?\s*$', re.I)
NOT_TEXT = re.compile(rb"[\x80-\x9f]")
"""Bytes that are no characters in ISO-8859-1."""


class Unreadable(Exception):
    """A file that is not what its ending says; the message never quotes it."""


@dataclass(frozen=True)
class Form:
    """How a file is to be read. Files of one form are read in one statement."""

    kind: str
    """`parquet` or `csv`."""
    columns: tuple[tuple[str, str], ...]
    """(name in the file, Arrow type or `string`), in file order."""
    encoding: str = "utf-8"
    separator: str = ""
    unread: frozenset[str] = frozenset()
    """Columns of the contract that files of the month need not have: not read, whether they are there or not."""

    def place(self, name: str) -> int:
        """Which of the file's columns is the contract's, by name in any case. Raises KeyError when none is."""
        for number, (own, _) in enumerate(self.columns):
            if plain_name(own) == name:
                return number
        raise KeyError(name)

    def type(self, name: str) -> str:
        """The Arrow type of the column; `null` of one that is not read. Raises KeyError."""
        return "null" if name in self.unread else self.columns[self.place(name)][1]


def plain_name(name: str) -> str:
    """A column's name as contracts write it."""
    return name.strip().lower()


def describe(path: Path, known: Collection[str]) -> tuple[Form, int]:
    """The form of a file and its number of rows; `known` are the columns to expect, which tell the separator.

    Raises Unreadable.
    """
    try:
        return _parquet(path) if path.suffix == ".parquet" else _csv(path, known)
    except (OSError, EOFError, zlib.error, csv.Error, pa.ArrowException) as error:
        raise Unreadable(f"the file cannot be read ({type(error).__name__})") from None


def line_of(path: Path, form: Form, row: int) -> int:
    """The line a row begins on, rows counted from 1: a CSV file has its header first, and values of several lines."""
    if form.kind == "parquet":
        return row
    with _open_text(path, form.encoding) as text:
        reader = csv.reader(text, delimiter=form.separator)
        rows = 0
        line = 1
        for record in reader:
            if record and rows == row:
                return line
            rows += bool(record)
            line = reader.line_num + 1
    return line


def _parquet(path: Path) -> tuple[Form, int]:
    schema, rows = pq.read_schema(path), int(pq.read_metadata(path).num_rows)
    return Form("parquet", tuple((field.name, _plain_type(field.type)) for field in schema)), rows


def _plain_type(type_: pa.DataType) -> str:
    """Arrow's name of a type; a dictionary is read as its values."""
    return str(type_.value_type if pa.types.is_dictionary(type_) else type_)


def _csv(path: Path, known: Collection[str]) -> tuple[Form, int]:
    _refuse_what_is_known(path)
    encoding, lines = _encoding_and_lines(path)
    with _open_text(path, encoding) as text:
        headers = {}
        for separator in SEPARATORS:
            headers[separator] = next(csv.reader(text, delimiter=separator), [])
            text.seek(0)
        separator = max(SEPARATORS, key=lambda s: len({plain_name(name) for name in headers[s]} & set(known)))
        if not headers[separator]:
            raise Unreadable("the file is empty; a file without rows still has its header")
        rows = lines - 1 if lines is not None else _records(text, separator) - 1
    columns = tuple((name, "string") for name in headers[separator])
    return Form("csv", columns, encoding.removesuffix("-sig"), separator), rows


def _refuse_what_is_known(path: Path) -> None:
    """Name what is wrong with a file that is no CSV, where it is something that systems are known to do."""
    with _open_bytes(path) as stream:
        first = stream.readline(BLOCK)
        last = first
        while block := stream.read(BLOCK):
            last = (last + block)[-200:]
    if first.startswith(UTF_16) or b"\0" in first[:4]:
        raise Unreadable("the file is UTF-16 (save it as UTF-8)")
    if SEPARATOR_LINE.match(first):
        raise Unreadable(
            "the first line is «sep=», which spreadsheets write; delete it, so that the headings are first"
        )
    if first.endswith(b"\r\r\n"):
        raise Unreadable("lines end in CR CR LF: the file was turned from one system's text to another's twice; copy it"
                         " as it is (binary)")  # fmt: skip
    if OF_SQLPLUS.match(last.rstrip().rpartition(b"\n")[2]):
        raise Unreadable("the file ends with what SQL*Plus says of the query (SET FEEDBACK OFF); delete the last lines")


def _encoding_and_lines(path: Path) -> tuple[str, int | None]:
    """The encoding, and the number of lines where every row is one line.

    UTF-8 (with or without BOM) when the whole file decodes as such, else ISO-8859-1.
    """
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    lines, first, last, latin, plain = 0, b"", b"", True, True
    with _open_bytes(path) as stream:
        while block := stream.read(BLOCK):
            first = (first + block)[:3] if len(first) < 3 else first
            lines += block.count(b"\n")
            latin = latin and (block.isascii() or not NOT_TEXT.search(block))
            plain = plain and _is_plain(last + block)
            decoder = _still_utf8(decoder, block)
            last = (last + block)[-2:]
    if not last.endswith(b"\n"):
        lines += 1
    if _still_utf8(decoder, b"", final=True):
        encoding = "utf-8-sig" if first == codecs.BOM_UTF8 else "utf-8"
    elif latin:
        encoding = "latin-1"
    else:
        raise Unreadable("the file is neither UTF-8 nor ISO-8859-1 throughout (save it as UTF-8)")
    return encoding, lines if plain else None


def _is_plain(block: bytes) -> bool:
    """Whether every row is a line: no quotes, no empty lines, no carriage returns of their own."""
    if b'"' in block or b"\n\n" in block or b"\n\r\n" in block:
        return False
    return block.count(b"\r") == block.count(b"\r\n") + block.endswith(b"\r")


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, block: bytes, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder after one more block, or None once a block was not UTF-8."""
    try:
        if decoder is not None:
            decoder.decode(block, final)
    except UnicodeDecodeError:
        return None
    return decoder


def _records(text: IO[str], separator: str) -> int:
    """Rows that are not empty, the header among them; raises Unreadable where quotes do not hold."""
    reader = csv.reader(text, delimiter=separator, strict=True)
    try:
        return sum(1 for record in reader if record)
    except csv.Error as error:
        reason = next((text for part, text in REASONS.items() if part in str(error)), "it is not CSV")
        raise Unreadable(f"{reason}, in the row that ends on line {reader.line_num}") from None


def _open_bytes(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path) if path.suffix == ".gz" else path.open("rb"))


@contextmanager
def _open_text(path: Path, encoding: str) -> Iterator[IO[str]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding=encoding, newline="") as text:
        yield cast("IO[str]", text)
