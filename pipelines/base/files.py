"""The last step of what leaves the house: bytes on disk, whole or not at all, readable by their owner only.

`csv_text` is the one form of a published table as text: `;` between columns, decimal comma, UTF-8, sorted,
and Statistics Norway's signs for what is not a number: `:` not published, `..` cannot be known.
"""

from __future__ import annotations

import csv
import glob
import io
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.base import durable

HIDDEN = ":"
UNKNOWN = ".."
DECIMALS = 6


def write_private(path: Path, content: bytes) -> Path:
    """Put `content` at `path` in one step and with mode 0600; its folder is made with mode 0700.

    A reader sees the old file or the new one, also after the machine has stopped. What a process that was killed half
    way left of it is removed. Raises OSError when the folder cannot be written.
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
        durable.replace(Path(name), path)
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
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(shown)
    for row in frame.sort(shown, nulls_last=False, maintain_order=True).iter_rows(named=True):
        empty = HIDDEN if row.get("skjult") else UNKNOWN
        writer.writerow([cell(row[name], empty if name in numeric else "") for name in shown])
    return out.getvalue()


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
        case _:
            return str(value)
