"""What the disk does to a run is said in words; a fault of the project's own keeps its trace."""

from __future__ import annotations

import errno
import re
import sqlite3

import duckdb
import pytest

from pipelines.base.errors import in_plain_words


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (duckdb.IOException('Could not write file "a.under_arbeid": No space left on device'), "The disk is full"),
        (sqlite3.OperationalError("database or disk is full"), "The disk is full"),
        (OSError(errno.EROFS, "Read-only file system", "/hjem/skriver.lock"), r"may not be written .*skriver\.lock"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "may not be written"),
        (PermissionError(errno.EACCES, "Permission denied", "/hjem"), "may not be written"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block"), "not memory enough"),
        (sqlite3.OperationalError("disk I/O error"), "ulimit -f"),
        (MemoryError(), "not memory enough"),
        (OSError(errno.EFBIG, "File too large", "/hjem/a.parquet"), r"ulimit -f.*a\.parquet"),
        (duckdb.IOException('Could not write to file "a.duckdb": File too large'), "ulimit -f"),
        (OSError(errno.EMFILE, "Too many open files"), "ulimit -n"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/hjem/x"), "a folder where a file should be .*/hjem/x"),
        (FileExistsError(errno.EEXIST, "File exists", "/hjem"), "a file where a folder should be"),
    ],
)
def test_errors_of_the_disk_and_the_memory(error: Exception, said: str) -> None:
    met = RuntimeError("what a library made of it")
    met.__context__ = error
    assert re.search(said, in_plain_words(met) or "")


def test_other_errors_are_not_explained_away() -> None:
    assert in_plain_words(KeyError("person_key")) is None
    assert in_plain_words(duckdb.BinderException("no such column")) is None
