"""What a user may not read or write, or not so much of, is said in one sentence."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest

from pipelines import synthetic
from pipelines.base.home import Home

APRIL = date(2015, 4, 1)
PR_CAPBSET_DROP = 24
BEYOND_MODES = (1, 2)
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: with them root may read and write whatever a file's mode says."""


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with a delivery."""
    home = Home(tmp_path_factory.mktemp("hjem"))
    synthetic.generate(home.landing, first=APRIL, last=APRIL, share=0.0002, seed=1, fmt="csv", clean=True)
    for name in ("warehouse", "snapshots", "reports", "dagster", "secrets"):
        (home.root / name).mkdir(mode=0o700)
    yield home
    for path in (home.root, *home.root.rglob("*")):
        path.chmod(0o700)


def ran(home: Home, *arguments: str, limit: Callable[[], None] = lambda: None) -> subprocess.CompletedProcess[str]:
    def as_a_user() -> None:
        libc = ctypes.CDLL(None)
        for capability in BEYOND_MODES:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
        limit()

    environment = {**os.environ, "AKTIVITET_HOME": str(home.root), "AKTIVITET_KEY": "x", "HOME": str(home.root)}
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False, preexec_fn=as_a_user,
    )  # fmt: skip


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip() and "0:00:" not in line]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_file_that_may_not_be_read_is_not_said_to_be_missing(home: Home) -> None:
    (home.landing / "2015-04" / "person.csv").chmod(0)
    shown = ran(home, "status").stdout
    assert "Unreadable 2015-04/person.csv: the file cannot be read (PermissionError)" in shown
    assert "missing" not in shown
    (home.landing / "2015-04" / "diagnose.csv").unlink()
    assert "Incomplete 1 month: 2015-04: files are missing" in ran(home, "status").stdout


def test_the_status_of_a_home_that_may_not_be_written(home: Home) -> None:
    for path in (home.root / "warehouse", home.root):
        path.chmod(0o500)
    said = one_sentence(ran(home, "status"))
    assert said.startswith(f"A file or folder may not be written or read ({home.root}/warehouse/skriver.lock).")


def test_a_limit_on_the_size_of_files_is_said(home: Home) -> None:
    """`ulimit -f`: SQLite's files are the first that are larger, or DuckDB's. Dagster may have said so before."""
    for most in (100_000, 3_000_000):
        done = ran(home, "materialize", limit=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most)))
        assert done.returncode == 1, done.stdout
        assert "(`ulimit -f`)" in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
