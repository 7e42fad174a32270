"""What stands in the folder of a report, by name, and how one report takes the place of another.

`aktivitet report` writes all of it; a run that builds a month draws its figures and the reconciliation
(`assets/utdata.py`). Either is written beside and moved in when it is whole, so nothing of two runs ever stands side by
side, and whoever is killed or fills the disk leaves the report there was.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.utdata import is_running

PAGE = "index.html"
PRINTED = "rapport.pdf"
WORKBOOK = "tabeller.xlsx"
TABLES = "tabeller"
FIGURES = "figurer"
RECONCILIATION = "avstemming.html"
RECONCILIATION_ROWS = "avstemming.csv"
WRITTEN = (PAGE, PRINTED, WORKBOOK, TABLES, FIGURES, RECONCILIATION, RECONCILIATION_ROWS)


@contextmanager
def renewed(folder: Path) -> Iterator[Path]:
    """An empty folder to write a report in; at the end it takes the place of the one in `folder`.

    Everything of `WRITTEN` that was in `folder` is gone then; what else is there stays. When the block raises, `folder`
    is as it was. What processes that were killed left beside any report is removed. Raises OSError when files cannot be
    moved.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.parent.glob(".*.*.tmp"):
        process = left.name.split(".")[-2]
        if process.isdigit() and not is_running(int(process)):
            _remove(left)
    beside = folder.parent / f".{folder.name}.{os.getpid()}.tmp"
    _remove(beside)
    beside.mkdir(mode=0o700)
    try:
        yield beside
        _exchange(beside, folder)
    finally:
        _remove(beside)


def _exchange(new: Path, folder: Path) -> None:
    """The page goes first and comes last: killed in between, less stands there, and never some of each."""
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # Of two who end at once the second comes after the first.
        for name in WRITTEN:
            _remove(folder / name)
        for name in reversed(WRITTEN):
            if (new / name).exists():
                (new / name).replace(folder / name)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
