"""What stands in the folder of a report, by name, and how one report takes the place of another.

`aktivitet report` writes all of it; a run that builds a month draws its figures and the reconciliation
(`assets/utdata.py`). Either is written beside and moved in when it is whole, so nothing of two runs ever stands side by
side, and a report that fails, or has no room on the disk, leaves the one there was.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.base import sharing
from pipelines.base.files import is_running

PAGE = "index.html"
PRINTED = "rapport.pdf"
WORKBOOK = "tabeller.xlsx"
TABLES = "tabeller"
FIGURES = "figurer"
RECONCILIATION = "avstemming.html"
RECONCILIATION_ROWS = "avstemming.csv"
WRITTEN = (PAGE, PRINTED, WORKBOOK, TABLES, FIGURES, RECONCILIATION, RECONCILIATION_ROWS)
UNFINISHED = re.compile(r"\.\d{4}-(?:\d\d|T\d)\.(?P<process>[0-9]+)\.\w+\.tmp")
"""What a folder is called that a process of this machine writes in: the report, the process, and chance."""


@contextmanager
def renewed(folder: Path) -> Iterator[Path]:
    """An empty folder to write the report of a month or a tertial in, and to be moved to `folder` at the end.

    What `folder` had of `WRITTEN` is gone then; what else is there stays. When anything raises, `folder` is as it was;
    a process killed while it moves leaves less there, never some of each. What killed processes left of reports they
    had begun is removed. Raises OSError when files cannot be written or moved.
    """
    folder = folder.resolve()  # beside the folder itself, where it is a link: files are moved within one disk
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.parent.iterdir():
        name = UNFINISHED.fullmatch(left.name)
        if name and not is_running(int(name["process"])):
            shutil.rmtree(left, ignore_errors=True)
    prefix, suffix = f".{folder.name}.{os.getpid()}.", ".tmp"
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=prefix, suffix=suffix))  # mode 0700
    try:
        report = beside / "ny"
        report.mkdir(mode=0o700)
        yield report
        sharing.share(report)
        _exchange(report, folder, beside / "gammel")
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _exchange(new: Path, folder: Path, old: Path) -> None:
    """Move the report in `folder` to `old` and `new` to `folder`, the page away first and in last; or nothing."""
    old.mkdir()
    folder.mkdir(mode=0o700, exist_ok=True)
    sharing.share_one(folder)
    moved: list[tuple[Path, Path]] = []
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # Of two who end at once the second comes after the first.
        away = [(folder / name, old / name) for name in WRITTEN]
        for source, target in [*away, *((new / name, folder / name) for name in reversed(WRITTEN))]:
            if source.exists() or source.is_symlink():
                source.replace(target)
                moved.append((source, target))
    except BaseException:
        for source, target in reversed(moved):
            target.replace(source)
        raise
    finally:
        os.close(handle)
