"""Readers and a writer at once, as processes of their own, and the notebooks: all on snapshots of a few rows."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from pipelines.base.home import ROOT, Home
from pipelines.model import sql
from pipelines.warehouse import snapshot, state
from pipelines.warehouse.database import claim, open_warehouse, transaction
from pipelines.warehouse.record import register_build
from tests.pipeline.notatbok import run

MONTH = date(2015, 4, 1)
READER = """
import sys
from pipelines import snapshot
reader = snapshot.connect()
print(reader.id, flush=True)
for what in ("while a transaction is open", "while snapshots are published"):
    sys.stdin.readline()
    for _ in range(20):
        assert reader.execute("select count(*) from klargjort.person_maaned").fetchall() == [(1,)]
        with snapshot.connect() as other:
            other.execute("select count(*) from klargjort.person_maaned").fetchall()
    print(reader.id, what, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A warehouse with one recipient in April 2015, published once."""
    home = Home(tmp_path)
    with open_warehouse(home) as con:
        for table, name in (
            ("klargjort.vedtak_maaned", "klargjort/vedtak_maaned"),
            ("klargjort.meldekort_maaned", "klargjort/meldekort_maaned"),
            ("klargjort.aktivitetsplan_maaned", "klargjort/aktivitetsplan_maaned"),
            ("klargjort.tiltak_maaned", "klargjort/tiltak_maaned"),
            ("klargjort.person_maaned", "klargjort/person_maaned"),
            ("statistikk.tverrsnitt", "tverrsnitt/tverrsnitt"),
        ):
            if table == "klargjort.person_maaned":
                con.execute(
                    "insert into kilde.person by name"
                    " select date '2015-04-01' as maaned, uuid() as person_key, 1 as rang, 'K' as kjonn,"
                    " date '1980-01-01' as fodselsmaaned"
                )
                con.execute(
                    "insert into kilde.utbetaling by name"
                    " select maaned, person_key, 1 as postering_id, maaned as dato_postert, 100 as belop"
                    " from kilde.person"
                )
            select = sql.read(name)
            if table.startswith("statistikk."):
                select = f"select *, 'test' as kjoring_id from ({select})"
            sql.execute(con, f"create table {table} as {select}", maaneder=[MONTH])
        snapshot.publish(home, con, "abc")
    return home


def environment(home: Home) -> dict[str, str]:
    return {**os.environ, "AKTIVITET_HOME": str(home.root), "PYTHONPATH": str(ROOT)}


def test_ten_readers_and_a_writer_at_once(home: Home) -> None:
    """No error; no waiting, since the writer ends its transaction only when every reader has read; and what is read
    is the snapshot that was opened."""
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER],
            env=environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(10)
    ]
    assert heard(readers) == ["000001-abc"] * 10
    with open_warehouse(home) as con:
        with transaction(con):
            con.execute("insert into klargjort.person_maaned from klargjort.person_maaned")
            go(readers)
            assert heard(readers) == ["000001-abc while a transaction is open"] * 10
        go(readers)
        for _ in range(snapshot.KEPT + 2):
            snapshot.publish(home, con, "def")
            time.sleep(0.05)

    for reader in readers:
        out, err = reader.communicate(timeout=120)
        assert reader.returncode == 0, err
        assert out.strip() == "000001-abc while snapshots are published"
    assert snapshot.current_id(home.snapshots) == "000008-def"


def heard(readers: list[subprocess.Popen[str]]) -> list[str]:
    return [reader.stdout.readline().strip() for reader in readers if reader.stdout]


def go(readers: list[subprocess.Popen[str]]) -> None:
    for reader in readers:
        assert reader.stdin
        reader.stdin.write("go\n")
        reader.stdin.flush()


def test_status_is_said_while_a_run_writes(home: Home) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "status"]
    with claim(home), open_warehouse(home):
        done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "A run is at work" in done.stdout
    assert "Snapshot   000001-abc" in done.stdout
    again = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    assert "A run is at work" not in again.stdout
    assert len(again.stdout.splitlines()) < 24  # one screen


def test_figures_not_drawn_yet_are_not_stale_in_what_a_run_has_published(home: Home) -> None:
    """The figures are drawn from the snapshot, so it cannot know of them."""
    with open_warehouse(home) as con:
        con.execute(
            "insert into kontroll.leveranse"
            " values ('2015-04', 'person', 1, 1, 0, 0, 0, 'abc', '1.0.0', timestamp '2015-05-01 06:00:00', 1)"
        )
        register_build(con, state.PERSON_MONTHS, [MONTH], "def")
        snapshot.publish(home, con, "def")
    command = [sys.executable, "-m", "pipelines.cli", "status"]
    with claim(home):
        at_work = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    afterwards = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True)
    assert "Stale      none" in at_work.stdout
    assert "Stale      1 month: 2015-04" in afterwards.stdout


def test_a_notebook_runs_as_a_script(home: Home) -> None:
    script = str(ROOT / "notebooks" / "forste_blikk.py")
    done = subprocess.run(
        [sys.executable, script], env=environment(home), cwd=home.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("name", ["eget_sporsmaal", "endret_regel"])
def test_a_notebook_runs_from_top_to_bottom(home: Home, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AKTIVITET_HOME", str(home.root))
    monkeypatch.chdir(home.root)
    shown, _ = run(ROOT / "notebooks" / f"{name}.py")
    assert any(one is not None for one in shown)
