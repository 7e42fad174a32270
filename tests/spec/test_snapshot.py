"""beslutninger.md, «Snapshots are new files»: whatever has happened since the last one, a new snapshot is the warehouse
as it is now."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.warehouse import database, snapshot

JANUAR, FEBRUAR, MARS = (dt.date(2015, month, 1) for month in (1, 2, 3))
SINCE = {
    "ingenting": [],
    "mars er bygget paa nytt": [
        "delete from klargjort.person_maaned where maaned = '2015-03-01'",
        "insert into klargjort.person_maaned values ('2015-03-01', 'kari', true)",
        "update kontroll.bygg set kjoring_id = 'ny' where maaned = '2015-03-01'",
    ],
    "mars er levert paa nytt": [
        "update klargjort.person_maaned set mottaker = false where maaned = '2015-03-01'",
        "update kontroll.bygg set lastet_tid = lastet_tid + interval 1 hour where maaned = '2015-03-01'",
    ],
    "april er kommet til": [
        "insert into klargjort.person_maaned values ('2015-04-01', 'kari', true)",
        "insert into kontroll.bygg by name select '2015-04-01' as maaned, 'klargjort.person_maaned' as tabell",
    ],
    "mars er borte": [
        "delete from klargjort.person_maaned where maaned = '2015-03-01'",
        "delete from kontroll.bygg where maaned = '2015-03-01'",
    ],
    "alle maaneder er bygget paa nytt": [
        "update klargjort.person_maaned set mottaker = not mottaker",
        "update kontroll.bygg set kjoring_id = 'ny'",
    ],
    "en tabell har faatt andre kolonner": [
        "alter table klargjort.person_maaned add column tiltak boolean",
        "update klargjort.person_maaned set tiltak = true",
    ],
    "en kolonne har en annen type": ["alter table klargjort.person_maaned alter mottaker type integer"],
    "loggen over hva som er bygget er borte": ["delete from kontroll.bygg", "delete from klargjort.person_maaned"],
    "loggen har andre kolonner": [
        "alter table kontroll.bygg add column mer integer",
        "delete from klargjort.person_maaned where maaned = '2015-03-01'",
    ],
    "en tabell er borte": ["drop table statistikk.tverrsnitt_aar"],
    "en tabell er ny": ["create table statistikk.maalefeil as select 1 as antall"],
    "en tabell som ikke er maanedlig er en annen": ["update statistikk.tverrsnitt_aar set antall = 2"],
    "en kodeliste er en annen": ["delete from kodeverk.ja_nei where kode = 'J'"],
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose warehouse of three months is published."""
    home = Home(tmp_path_factory.mktemp("hjem"))
    with database.open_warehouse(home) as con:
        con.execute("create table klargjort.person_maaned (maaned date, person_key varchar, mottaker boolean)")
        con.execute("create table statistikk.tverrsnitt_aar as select 2015 as aar, 1 as antall")
        for month in (JANUAR, FEBRUAR, MARS):
            con.execute("insert into klargjort.person_maaned values ($1, 'ola', true), ($1, 'kari', false)", [month])
            con.execute(
                "insert into kontroll.bygg values ($1, 'klargjort.person_maaned', timestamp '2026-01-01', 'r', 'k')",
                [month],
            )
        snapshot.publish(home, con, "a")
    return home.root


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Home:
    """A copy of it, for one test."""
    return Home(Path(shutil.copytree(published, tmp_path, dirs_exist_ok=True)))


@pytest.fixture
def con(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with database.open_warehouse(home) as con:
        yield con


def contents(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[list[str], list[tuple[object, ...]]]]:
    """Every table readers may see: its columns with types, and its rows."""
    found = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name in (select unnest($1))",
        [list(snapshot.SCHEMAS)],
    ).fetchall()
    return {
        table: (
            [str(row) for row in con.execute(f"describe {table}").fetchall()],
            con.execute(f"from {table} order by all").fetchall(),
        )
        for (table,) in found
    }


@pytest.mark.parametrize("since", SINCE)
def test_a_new_snapshot_is_the_warehouse(home: Home, con: duckdb.DuckDBPyConnection, since: str) -> None:
    with snapshot.connect(home) as reader:
        before = contents(reader.con)
        for statement in SINCE[since]:
            con.execute(statement)
        snapshot.publish(home, con, "b")
        assert contents(reader.con) == before, "the one that is open stays as it was"
    with snapshot.connect(home) as reader:
        assert reader.id == "000002-b"
        assert contents(reader.con) == contents(con)
        assert since == "ingenting" or contents(reader.con) != before


def test_only_the_months_built_since_are_copied(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """A row that nobody on record has built is not seen: what is compared is the record, not the rows."""
    con.execute("insert into klargjort.person_maaned select maaned, 'smuglet', true from klargjort.person_maaned")
    con.execute("update kontroll.bygg set kjoring_id = 'ny' where maaned = $1", [MARS])
    snapshot.publish(home, con, "b")
    with snapshot.connect(home) as reader:
        found = reader.execute("select distinct maaned from klargjort.person_maaned where person_key = 'smuglet'")
        assert found.fetchall() == [(MARS,)]


@pytest.mark.parametrize("damage", [b"", b"x" * 20_000, None])
def test_a_damaged_or_missing_snapshot_does_not_stop_the_next(
    home: Home, con: duckdb.DuckDBPyConnection, damage: bytes | None
) -> None:
    current = home.snapshots / "000001-a.duckdb"
    if damage is None:
        current.unlink()
    else:
        current.write_bytes(damage)
    snapshot.publish(home, con, "b")
    with snapshot.connect(home) as reader:
        assert contents(reader.con) == contents(con)


def test_a_snapshot_that_is_gone_is_said_to_be(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Whether it is asked for by name or the pointer names it; one still kept is opened by its name."""
    snapshot.publish(home, con, "b")
    with snapshot.connect(home, snapshot_id="000001-a") as reader:
        assert reader.id == "000001-a"
    (home.snapshots / "000002-b.duckdb").unlink()
    for asked in (None, "000002-b", "000099-x"):
        with pytest.raises(AktivitetError, match=f"Snapshot {asked or '000002-b'} cannot be opened"):
            snapshot.connect(home, snapshot_id=asked)


def test_a_snapshot_has_four_layers_and_is_its_owners_alone(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """What was delivered, and what was refused, stay in the warehouse."""
    con.execute("insert into karantene.rader (regel) values ('ugyldig_verdi')")
    snapshot.publish(home, con, "b")
    with snapshot.connect(home) as reader:
        found = reader.execute("select distinct schema_name from duckdb_tables()").fetchall()
    assert {schema for (schema,) in found} == {"klargjort", "statistikk", "kodeverk", "kontroll"}
    assert {path.stat().st_mode & 0o777 for path in home.snapshots.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "statement",
    [
        "delete from klargjort.person_maaned",
        "create table klargjort.ny as select 1 as antall",
        "select * from read_text($fil)",
        "from read_csv($fil)",
        "copy klargjort.person_maaned to '$ut'",
        "attach '$ut'",
        "load '$ut'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set threads = 1",
    ],
)
def test_a_reader_can_neither_write_nor_read_anything_else_nor_open_the_door(
    home: Home, tmp_path: Path, statement: str
) -> None:
    """design.md, «Snapshot»: read-only, and without external access (`read_only` alone is no sandbox)."""
    (tmp_path / "fil.csv").write_text("nummer\n1\n")
    said = statement.replace("$fil", f"'{tmp_path / 'fil.csv'}'").replace("$ut", str(tmp_path / "ut.duckdb"))
    with snapshot.connect(home) as reader:
        before = contents(reader.con)
        with pytest.raises(duckdb.Error):
            reader.execute(said)
        assert contents(reader.con) == before
    assert not (tmp_path / "ut.duckdb").exists()
