"""The door itself: what goes through, what it may be asked, and what is hidden for the sake of another table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from pipelines.disclosure import NotPublishable, publish, published, write_csv
from tests.spec.celler import APRIL, COLUMNS, counts, shown, store

STATUSES = """
                                     alle
mottakere                            100
tiltak                               30
aktivitetsstatus=arbeid_eller_tiltak 50
aktivitetsstatus=kun_behandling      20
aktivitetsstatus=varig_tilpasset     20
aktivitetsstatus=gyldig_plan         6
aktivitetsstatus=ingen_plan          4
"""


def test_what_is_left_out_of_the_answer_still_decides_what_is_hidden(con):
    store(con, "statistikk.tverrsnitt", counts(STATUSES))
    out = published(con, "statistikk.tverrsnitt", maaned=APRIL, mal="aktivitetsstatus=gyldig_plan")
    assert shown(out) == {("aktivitetsstatus=gyldig_plan", "alle"): ":"}


def test_a_filter_takes_one_value_or_several_and_the_answer_is_sorted(con):
    store(con, "statistikk.tverrsnitt", counts(STATUSES))
    out = published(con, "statistikk.tverrsnitt", mal=["tiltak", "mottakere"])
    assert out["mal"].to_list() == ["mottakere", "tiltak"]
    assert out.columns == [*COLUMNS, "andel", "kjoring_id", "skjult"]
    assert published(con, "statistikk.tverrsnitt", maaned=date(2011, 1, 1)).is_empty()


def year_of(con: duckdb.DuckDBPyConnection, per_month: list[int]) -> pl.DataFrame:
    months = [counts(f"alle\nmottakere 100\ntiltak {n}", date(2015, i, 1)) for i, n in enumerate(per_month, 1)]
    store(con, "statistikk.tverrsnitt", pl.concat(months))
    con.execute(
        "create or replace table statistikk.tverrsnitt_aar as select 2015 as aar, mal, gruppering, gruppe,"
        " avg(antall) as antall, avg(nevner) as nevner, avg(antall) / avg(nevner) as andel"
        " from statistikk.tverrsnitt group by all"
    )
    return published(con, "statistikk.tverrsnitt_aar", aar=2015, mal="tiltak")


def test_a_year_s_mean_is_hidden_between_0_and_5_and_when_it_would_give_a_month_away(con):
    assert year_of(con, [10, 0, 0])["skjult"].to_list() == [True]  # a mean of 3.3 persons
    assert year_of(con, [10, 3, 50])["skjult"].to_list() == [True]  # 3 = 3 × 21 − 10 − 50
    assert year_of(con, [10, 30, 50])["antall"].to_list() == [30.0]


def test_an_estimate_is_hidden_when_a_status_it_is_made_of_is(con):
    store(con, "statistikk.tverrsnitt", counts(STATUSES))  # gyldig_plan and ingen_plan are hidden
    names = ["arbeid_eller_tiltak", "kun_behandling", "varig_tilpasset", "gyldig_plan", "ingen_plan"]
    names += ["med_aktivitet", "uten_aktivitet", "uten_aktivitet_inkl_varig_tilpasset"]
    rows = [(APRIL, n, n / 12, name, 7.0, 100, 0.07) for n in (0, 6) for name in names]
    schema = ["maaned", "h_tolvdeler", "h", "aktivitetsstatus", "antall", "nevner", "andel"]
    store(con, "statistikk.tverrsnitt_anslag", pl.DataFrame(rows, schema=schema, orient="row"))
    out = published(con, "statistikk.tverrsnitt_anslag", maaned=APRIL)
    assert out.filter(~pl.col("skjult")).select("h", "aktivitetsstatus").rows() == [
        (0.0, "arbeid_eller_tiltak"),
        (0.0, "kun_behandling"),  # nobody is moved yet
        (0.0, "med_aktivitet"),
        (0.0, "varig_tilpasset"),
        (0.5, "arbeid_eller_tiltak"),
        (0.5, "varig_tilpasset"),
    ]
    assert out.filter("skjult")["antall"].is_null().all()


@pytest.fixture
def snapshot(tmp_path) -> Iterator[Callable[[str], duckdb.DuckDBPyConnection]]:
    """From a table of counts to a file that is open for reading only."""
    opened = []

    def opened_file(table: str) -> duckdb.DuckDBPyConnection:
        path = str(tmp_path / f"{len(opened)}.duckdb")
        with duckdb.connect(path) as con:
            con.execute("create schema statistikk")
            store(con, "statistikk.tverrsnitt", pl.concat([counts(table), counts(table, date(2015, 5, 1))]))
        opened.append(duckdb.connect(path, read_only=True))
        return opened[-1]

    yield opened_file
    for con in opened:
        con.close()


def test_each_month_of_a_snapshot_is_decided_once(snapshot, monkeypatch):
    con, decided, suppress = snapshot(STATUSES), [], publish.suppress

    def counted(frame: pl.DataFrame, *rest: object) -> pl.DataFrame:
        decided.extend(frame["maaned"].unique().to_list())
        return suppress(frame, *rest)

    monkeypatch.setattr(publish, "suppress", counted)
    april = published(con, "statistikk.tverrsnitt", maaned=APRIL)
    both = published(con, "statistikk.tverrsnitt")
    assert both.filter(maaned=APRIL).equals(april)
    assert published(con, "statistikk.tverrsnitt", maaned=APRIL, mal="tiltak")["antall"].to_list() == [30]
    assert decided == [APRIL, date(2015, 5, 1)]


def test_what_was_decided_of_one_snapshot_is_not_said_of_another(snapshot):
    first, second = snapshot(STATUSES), snapshot("alle\nmottakere 100\ntiltak 3")
    for con in (first, second, first):
        out = published(con, "statistikk.tverrsnitt", maaned=APRIL, mal="tiltak")
        assert out["skjult"].to_list() == [con is second]
    first.execute(f"attach '{second.execute('from pragma_database_list').fetchall()[0][2]}' as annen (read_only)")
    first.execute("use annen")
    assert published(first, "statistikk.tverrsnitt", maaned=APRIL, mal="tiltak")["skjult"].to_list() == [True]


def test_a_database_that_can_be_written_is_asked_every_time(con):
    for number, hidden in ((30, False), (3, True), (40, False)):
        store(con, "statistikk.tverrsnitt", counts(f"alle\nmottakere 100\ntiltak {number}"))
        assert published(con, "statistikk.tverrsnitt", mal="tiltak")["skjult"].to_list() == [hidden]


@pytest.mark.parametrize(
    "table",
    ["klargjort.person_maaned", "klargjort.forlop", "statistikk.forlop_oppsummert", "kilde.person", "x; drop"],
)
def test_a_table_of_persons_never_goes_through(con, table):
    with pytest.raises(NotPublishable, match="may not leave the house"):
        published(con, table)


def test_a_column_that_is_not_there_is_refused(con):
    store(con, "statistikk.tverrsnitt", counts(STATUSES))
    with pytest.raises(NotPublishable, match="no column person_key"):
        published(con, "statistikk.tverrsnitt", person_key="a")


def test_only_what_came_through_the_door_is_written(con, tmp_path):
    store(con, "statistikk.tverrsnitt", counts(STATUSES))
    out = published(con, "statistikk.tverrsnitt").select("mal", "antall", "andel", "skjult")
    path = write_csv(out, tmp_path / "tverrsnitt.csv")
    assert path.read_text().splitlines()[:4] == [
        "mal;antall;andel",
        "aktivitetsstatus=arbeid_eller_tiltak;50;0,5",
        "aktivitetsstatus=gyldig_plan;:;:",
        "aktivitetsstatus=ingen_plan;:;:",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotPublishable, match=r"raw\.csv"):
        write_csv(counts(STATUSES), tmp_path / "raw.csv")
