"""The last step of what leaves the house: bytes on disk, whole or not at all, readable by their owner only.

`csv_text` is the one form of a published table as text: `;` between columns, decimal comma, UTF-8, sorted,
and Statistics Norway's signs for what is not a number: `:` not published, `..` cannot be known. A text that a
spreadsheet would run has an apostrophe in front, there and wherever else text is written as CSV.
"""

from __future__ import annotations

import csv
import glob
import io
import os
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import polars as pl

HIDDEN = ":"
UNKNOWN = ".."
DECIMALS = 6
RUN = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet takes for a formula, or may: OWASP, CSV Injection."""


def write_private(path: Path, content: bytes) -> Path:
    """Put `content` at `path` in one step and with mode 0600; its folder is made with mode 0700.

    A reader sees the old file or the new one. What a process that was killed half way left of it is removed. Raises
    OSError when the folder cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for unfinished in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        process = unfinished.name.split(".")[-3]
        if process.isdigit() and not is_running(int(process)):
            unfinished.unlink(missing_ok=True)
    prefix, suffix = f".{path.name}.{os.getpid()}.", ".tmp"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=prefix, suffix=suffix)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def is_running(process: int) -> bool:
    """Whether there is a process of that number, anybody's."""
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def csv_text(frame: pl.DataFrame) -> str:
    """The frame as text, rows sorted by all columns from the left.

    Where the boolean column `skjult` is true an empty number is `:`; elsewhere it is `..`. `skjult` itself is
    not written, since the signs say it. Shares and means keep six decimals.
    """
    shown = [name for name in frame.columns if name != "skjult"]
    numeric = {name for name in shown if frame.schema[name].is_numeric()}
    out = io.StringIO()
    write_row(out, [plain(name) for name in shown])
    for row in frame.sort(shown, nulls_last=False, maintain_order=True).iter_rows(named=True):
        empty = HIDDEN if row.get("skjult") else UNKNOWN
        write_row(out, [cell(row[name], empty if name in numeric else "") for name in shown])
    return out.getvalue()


def write_row(out: TextIO, cells: Sequence[object], delimiter: str = ";") -> None:
    """One row of CSV and a line feed."""
    line = io.StringIO()
    # csv quotes a carriage return only where rows end in one, and unquoted it is the end of a row to others.
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    out.write(line.getvalue().removesuffix("\r\n") + "\n")


def cell(value: Any, empty: str) -> str:
    """One value as a cell of CSV; `empty` is the sign of one that is not there."""
    match value:
        case None:
            return empty
        case bool():
            return "ja" if value else "nei"
        case float():
            text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
            return "0" if text == "-0" else text.replace(".", ",")
        case date():
            return value.isoformat()
        case str():
            return plain(value)
        case _:
            return str(value)


def plain(text: str) -> str:
    """A text that stays text in a spreadsheet: with an apostrophe in front of what it would run as a formula."""
    return f"'{text}" if text.startswith(RUN) else text
