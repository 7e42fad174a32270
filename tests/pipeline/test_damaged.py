"""A damaged file of the home folder: every command says which, and how it is made anew; and so it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pipelines import synthetic
from pipelines.base.errors import AktivitetError, Damaged
from pipelines.base.home import Home
from pipelines.orchestration import runs
from pipelines.warehouse import record, snapshot, state
from pipelines.warehouse.database import open_warehouse

APRIL = date(2015, 4, 1)
DAMAGE = {
    "empty": lambda _: b"",
    "foreign": lambda _: b"ikke en database\n" * 2000,
    "short": lambda whole: whole[:5000],
    "truncated": lambda whole: whole[: len(whole) // 2],
    "headers_zeroed": lambda whole: whole[:4096] + bytes(8192) + whole[12288:],
    "of_sqlite": lambda _: b"SQLite format 3\0" + bytes(4080),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one month delivered, and loaded and published on record."""
    home = Home(tmp_path_factory.mktemp("hjem"))
    synthetic.generate(home.landing, first=APRIL, last=APRIL, share=0.0002, seed=1, fmt="parquet", clean=True)
    with open_warehouse(home) as con:
        con.execute("insert into kontroll.leveranse (leveranse, lastet_nr) values ('2015-04', 1)")
        con.execute("create table klargjort.person_maaned as select range as nr, uuid() as noe from range(100000)")
        record.register_build(con, state.PERSON_MONTHS, [APRIL], "a")
        snapshot.publish(home, con, "a")
    return home.root


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(built, tmp_path / "hjem")))


def said(home: Home, *arguments: str) -> str:
    """What a command that cannot do its work says, in one sentence and without a trace."""
    words = [sys.executable, "-m", "pipelines.cli", *arguments]
    environment = {**os.environ, "AKTIVITET_HOME": str(home.root), "AKTIVITET_KEY": "x"}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_warehouse_is_named_and_made_anew_from_the_deliveries(home: Home, damage: str) -> None:
    path = home.warehouse
    whole = path.read_bytes()
    path.write_bytes(DAMAGE[damage](whole))
    for command in ("status", "materialize"):
        text = said(home, command)
        assert f"The warehouse {path} is damaged" in text
        assert "Move the file away" in text
        assert "`aktivitet materialize`" in text
    with snapshot.connect(home) as reader:
        assert reader.id == "000001-a"
    path.rename(path.with_name("borte"))
    assert runs.wanted(home, None, None) == [[APRIL]]


def test_the_empty_file_of_a_first_run_that_was_killed_is_no_damage(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.warehouse.touch()
    with open_warehouse(home) as con:
        assert state.loaded_months(con) == []


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"{}", b"[1]", b'{"snapshot": null}', b'{"snapshot": "../borte"}', b"[" * 99999]
)
def test_a_damaged_pointer_is_named_and_written_anew(home: Home, damage: bytes) -> None:
    pointer = home.snapshots / snapshot.POINTER
    pointer.write_bytes(damage)
    with pytest.raises(Damaged, match=rf"pointer to the current snapshot {pointer} is damaged.*aktivitet materialize"):
        snapshot.connect(home)
    assert runs.wanted(home, None, None)[-1] == [APRIL]
    with open_warehouse(home) as con:
        assert snapshot.publish(home, con, "b") == "000002-b"
    with snapshot.connect(home) as reader:
        assert reader.id == "000002-b"


def test_every_command_says_so_of_an_empty_pointer(home: Home) -> None:
    (home.snapshots / snapshot.POINTER).write_bytes(b"")
    for command in (["status"], ["report"], ["query", "select 1"]):
        assert str(home.snapshots / snapshot.POINTER) in said(home, *command)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_snapshot_is_named_and_made_anew(home: Home, damage: str) -> None:
    path = home.snapshots / "000001-a.duckdb"
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    if damage != "truncated":  # which may be seen only when the part that is gone is read
        with pytest.raises(AktivitetError, match=rf"{path}.*`aktivitet materialize`"):
            snapshot.connect(home)
        assert runs.wanted(home, None, None)[-1] == [APRIL]
    with open_warehouse(home) as con:
        snapshot.publish(home, con, "b")
    with snapshot.connect(home) as reader:
        assert reader.execute("select count(distinct noe) from klargjort.person_maaned").fetchall() == [(100000,)]
