"""docs/personvern.md, «Analysebildet»: what a notebook reads has nobody's pseudonym, date or place in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.model import sql
from pipelines.warehouse import analyse, database, snapshot
from tests.spec.tabeller import tabell

DECLARED = {
    name: node
    for name, path in sorted(sql.files("*.yaml").items())
    if "person_key" in (node := yaml.safe_load(path.read_text(encoding="utf-8")))["kolonner"]
}
"""The YAML of every table with persons."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def con(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with two recipients in April and May 2015."""
    with database.open_warehouse(home) as con:
        con.execute(
            "insert into kilde.person by name"
            " select unnest([date '2015-04-01', date '2015-05-01']) as maaned,"
            " md5(navn)::uuid as person_key, date '1985-06-01' as fodselsmaaned"
            " from (values ('ola'), ('kari')) n (navn)"
        )
        con.execute(
            "create table klargjort.person_maaned as select person_key, maaned, true as mottaker, date '2014-03-17' as"
            " aap_siden, 29 as alder, '25-29' as aldersgruppe, 'K' as kjonn, 'Oslo' as fylke, '0313' as nav_enhet,"
            " true as i_tiprosentutvalg, 'ukjent' as ny_kolonne, 'standard' as innsatsgruppe from kilde.person"
        )
        con.execute("create table klargjort.vedtak_maaned as select person_key, maaned from kilde.person")
        con.execute("create table klargjort.ukjent as select person_key, maaned from kilde.person")
        con.execute(
            "create table klargjort.forlop as select distinct person_key, 1 as forlop_nr, date '2015-04-01' as start,"
            " '25-29' as aldersgruppe from kilde.person"
        )
        yield con


def columns(reader: snapshot.Snapshot, table: str) -> list[str]:
    return [row[0] for row in reader.execute(f"describe {table}").fetchall()]


@pytest.mark.parametrize("file", DECLARED)
def test_every_column_of_persons_is_declared_once(file: str) -> None:
    """A column added to a table of persons is decided on here, and until then analysts do not get it."""
    declared = DECLARED[file]["analyse"]
    if declared == "utelatt":
        return
    assert set(declared) <= set(analyse.RULES)
    named = [column for columns in declared.values() for column in columns]
    assert sorted(named) == sorted(DECLARED[file]["kolonner"])
    assert declared["ny_nokkel"] == ["person_key"]
    given = {*declared.get("bakgrunn", []), *declared["uendret"]}
    assert not {"alder", "nav_enhet", "fylke", "i_tiprosentutvalg", "aap_siden", "tiltak_siden"} & given


def test_what_is_not_declared_is_left_out(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    snapshot.publish(home, con, "a")
    with snapshot.connect(home) as reader:
        assert columns(reader, "klargjort.person_maaned") == [
            "person_key", "maaned", "mottaker", "aldersgruppe", "kjonn", "innsatsgruppe",
        ]  # fmt: skip
        tables = reader.execute("select table_name from duckdb_tables() where schema_name = 'klargjort'").fetchall()
        assert {name for (name,) in tables} == {"person_maaned", "forlop"}
        assert "skjermet" not in columns(reader, "kontroll.leveranse")
    with snapshot.connect(home, full=True) as reader:
        assert columns(reader, "klargjort.person_maaned")[-3:] == ["i_tiprosentutvalg", "ny_kolonne", "innsatsgruppe"]


def test_a_person_has_another_pseudonym_in_each_snapshot_and_one_within_it(
    home: Home, con: duckdb.DuckDBPyConnection
) -> None:
    """And none that the register knows."""
    query = "select distinct person_key from klargjort."
    seen = {row[0] for row in con.execute("select distinct person_key from kilde.person").fetchall()}
    for run in ("a", "b", "c"):
        snapshot.publish(home, con, run)
        with snapshot.connect(home) as reader:
            found = {row[0] for row in reader.execute(query + "person_maaned").fetchall()}
            assert {row[0] for row in reader.execute(query + "forlop").fetchall()} == found
        assert len(found) == 2
        assert not found & seen
        seen |= found


@pytest.mark.parametrize(
    "case",
    tabell(
        """
        person               | fodselsmaaned | maaned     | aldersgruppe
        p_30_i_juni          | 1985-06-01    | 2015-01-01 | 30-39
        p_30_i_juni_etter    | 1985-06-01    | 2015-12-01 | 30-39
        p_30_i_juni_aar_for  | 1985-06-01    | 2014-12-01 | 25-29
        p_30_i_juli          | 1985-07-01    | 2015-07-01 | 25-29
        p_30_i_juli_desember | 1985-07-01    | 2015-12-01 | 25-29
        p_30_i_juli_neste    | 1985-07-01    | 2016-01-01 | 30-39
        p_17_ved_halvaaret   | 1997-07-01    | 2015-12-01 | annet
        p_68_ved_halvaaret   | 1947-06-01    | 2015-03-01 | annet
        p_67_ved_halvaaret   | 1947-07-01    | 2015-03-01 | 60-67
        """
    ),
    ids=lambda case: case["person"],
)
def test_an_age_group_is_that_of_midsummer_all_the_year(
    home: Home, con: duckdb.DuckDBPyConnection, case: dict[str, str]
) -> None:
    """By the month it would give the month of birth of whoever passes from one group to the next."""
    con.execute("update kilde.person set fodselsmaaned = $1", [case["fodselsmaaned"]])
    con.execute("update klargjort.person_maaned set maaned = $1", [case["maaned"]])
    con.execute("update klargjort.forlop set start = $1", [case["maaned"]])
    snapshot.publish(home, con, "a")
    with snapshot.connect(home) as reader:
        for table in ("person_maaned", "forlop"):
            found = reader.execute(f"select distinct aldersgruppe from klargjort.{table}").fetchall()
            assert found == [(case["aldersgruppe"],)], table
        (comment,) = reader.execute(
            "select comment from duckdb_columns() where table_name = 'forlop' and column_name = 'aldersgruppe'"
        ).fetchall()
        assert comment == (analyse.MID_YEAR_COMMENT,)


@pytest.mark.parametrize(
    ("innsatsgruppe", "shown"),
    [
        ("standard", "annet"),
        ("situasjonsbestemt", "annet"),
        ("spesielt_tilpasset", "annet"),
        ("varig_tilpasset", "varig_tilpasset"),
        (None, "annet"),
    ],
)
def test_of_the_innsatsgruppe_only_the_permanent_one_is_told(
    home: Home, con: duckdb.DuckDBPyConnection, innsatsgruppe: str | None, shown: str
) -> None:
    """The one that decides an activity status. The rare others, month by month, would single many out."""
    con.execute("update klargjort.person_maaned set innsatsgruppe = $1", [innsatsgruppe])
    snapshot.publish(home, con, "a")
    with snapshot.connect(home) as reader:
        found = reader.execute("select distinct innsatsgruppe from klargjort.person_maaned").fetchall()
    assert found == [(shown,)]


def test_nothing_is_published_when_a_person_would_be_lost(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    snapshot.publish(home, con, "a")
    con.execute("delete from kilde.person where person_key = md5('ola')::uuid")
    with pytest.raises(AktivitetError, match=r"klargjort\.\w+ has persons that no delivery has"):
        snapshot.publish(home, con, "b")
    for full in (True, False):
        with snapshot.connect(home, full=full) as reader:
            assert reader.id == "000001-a"
    assert {path.name for path in home.snapshots.iterdir()} == {"000001-a.duckdb", "analyse", "gjeldende.json"}
    assert {path.name for path in home.analyse.iterdir()} == {"000001-a.duckdb", "gjeldende.json"}


def test_two_of_each_are_published_and_the_last_five_kept(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    ids = [snapshot.publish(home, con, run) for run in "abcdef"]
    for folder in (home.snapshots, home.analyse):
        assert sorted(path.stem for path in folder.glob("*.duckdb")) == ids[1:]


def test_a_number_is_not_given_twice(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """A run that was killed when one of the two was in place."""
    snapshot.publish(home, con, "a")
    (home.analyse / "000002-b.duckdb").write_bytes(b"")
    assert snapshot.publish(home, con, "b") == "000003-b"


@pytest.mark.parametrize(("role", "full"), [("", False), ("analyse", False), ("drift", True)])
def test_a_notebook_gets_the_snapshot_for_analysis_unless_it_is_the_operators(
    home: Home, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, role: str, full: bool
) -> None:
    monkeypatch.setenv("AKTIVITET_ROLE", role)
    snapshot.publish(home, con, "a")
    with snapshot.connect(home) as reader:
        assert reader.full is full
        assert ("nav_enhet" in columns(reader, "klargjort.person_maaned")) is full
        assert reader.execute("select max(maaned) from klargjort.person_maaned").fetchall() == [(dt.date(2015, 5, 1),)]


def test_a_role_that_is_none_is_refused(
    home: Home, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot.publish(home, con, "a")
    monkeypatch.setenv("AKTIVITET_ROLE", "Drift")
    with pytest.raises(AktivitetError, match="AKTIVITET_ROLE is Drift; it may be drift or analyse"):
        snapshot.connect(home)
