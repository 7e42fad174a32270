"""Whoever has claimed the house opens its file once; what one step leaves behind is not there for the next."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.base.home import Home
from pipelines.model import contracts
from pipelines.warehouse import database
from pipelines.warehouse.database import claim, open_warehouse, transaction


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where DuckDB might spill, for each time the file is opened."""
    seen: list[str] = []
    connect = duckdb.connect

    def seeing(path: str, config: database.Config) -> duckdb.DuckDBPyConnection:
        seen.append(str(config["temp_directory"]))
        return connect(path, config=config)

    monkeypatch.setattr(duckdb, "connect", seeing)
    return seen


def test_the_file_is_opened_once_within_a_claim_and_each_time_without_one(home: Home, openings: list[str]) -> None:
    for _ in range(2):
        with open_warehouse(home):
            pass
    assert len(openings) == 2
    with claim(home):
        assert len(openings) == 2, "it is opened when it is asked for"
        for _ in range(2):
            with claim(home), open_warehouse(home) as con:
                con.execute("create or replace table kontroll.talt as select 1 as antall")
        assert len(openings) == 3
    with open_warehouse(home) as con:
        assert con.execute("from kontroll.talt").fetchall() == [(1,)]


def test_nothing_is_spilled_where_rows_carry_identities(home: Home, openings: list[str]) -> None:
    """Also when what went before in the same run has spilled."""
    with claim(home):
        for spill in (True, False, False, True):
            with open_warehouse(home, spill=spill) as con:
                (place,) = con.execute("select current_setting('temp_directory')").fetchall()[0]
                assert bool(place) == spill
    assert [bool(place) for place in openings] == [True, False, True]


def test_what_a_step_leaves_undone_or_temporary_goes_with_it(home: Home) -> None:
    with claim(home):
        with pytest.raises(duckdb.ConversionException):
            stumble(home)
        with open_warehouse(home) as con:
            con.execute("begin")
            con.execute("create table kontroll.halvt as select 1")
        with open_warehouse(home) as con:
            left = con.execute("select table_name from duckdb_tables() where table_name in ('midlertidig', 'halvt')")
            assert left.fetchall() == []


def stumble(home: Home) -> None:
    with open_warehouse(home) as con, transaction(con):
        con.execute("create temp table midlertidig as select 1")
        con.execute("create table kontroll.halvt as select 1")
        con.execute("select 'ingen dato'::date")


def test_a_code_list_changed_during_a_run_is_loaded_by_its_next_step(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what it builds would be on record as built by rules it was not built by."""
    folder = tmp_path / "kodeverk's *[1]?"  # A checkout may lie anywhere.
    folder.mkdir()
    monkeypatch.setattr(contracts, "KODEVERK", folder)
    kjonn = folder / "kjonn.csv"
    with claim(home):
        for code in ("K", "M"):
            kjonn.write_text(f"kode\n{code}\n")
            with open_warehouse(home) as con:
                assert con.execute("select kode from kodeverk.kjonn").fetchall() == [(code,)]


def test_the_file_may_use_more_memory_as_it_grows(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with claim(home):
        for gigabytes in (3, 4):
            monkeypatch.setattr(database, "memory", lambda _, size=gigabytes: size * 2**30)
            with open_warehouse(home) as con:
                assert con.execute("select current_setting('memory_limit')").fetchall() == [(f"{gigabytes}.0 GiB",)]
