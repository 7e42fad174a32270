"""What leaves of small tables: rounded counts, what follows from them, and what there are too few to tell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.disclosure import NotPublishable, published, write_csv
from pipelines.disclosure.layout import layouts
from pipelines.disclosure.rounding import current

APRIL = date(2015, 4, 1)
Rows = list[tuple[str, str, str, int, int]]


def cross_section(rows: Rows) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create schema statistikk")
    con.execute(
        "create table statistikk.tverrsnitt (maaned date, mal varchar, gruppering varchar, gruppe varchar,"
        " antall bigint, nevner bigint, andel double, kjoring_id varchar)"
    )
    for mal, gruppering, gruppe, antall, nevner in rows:
        con.execute(
            "insert into statistikk.tverrsnitt values (?, ?, ?, ?, ?, ?, ?, 'k1')",
            [APRIL, mal, gruppering, gruppe, antall, nevner, antall / nevner],
        )
    return con


def one(rows: Rows) -> dict[str, object]:
    return published(cross_section(rows), "statistikk.tverrsnitt").row(0, named=True)


def printed(label: str, x: int) -> int:
    return int(current().rounded(pl.Series([label]), pl.Series([x]))[0])


def test_a_count_is_printed_by_its_label_and_a_size_by_its_unit() -> None:
    row = one([("tiltak", "kjonn", "K", 123, 456)])
    assert row["antall"] == printed("tiltak|kjonn|K", 123)
    assert row["nevner"] == printed("n:personer", 456)
    assert row["andel"] == round(row["antall"] / row["nevner"], 3)
    assert row["skjult"] is False


@pytest.mark.parametrize(
    ("one_name", "other_name"),
    [("plan_status=gyldig", "gyldig_plan"), ("aktivitetsstatus=arbeid_eller_tiltak", "arbeid_eller_tiltak")],
)
def test_the_same_thing_under_two_names_prints_alike(one_name: str, other_name: str) -> None:
    for x in range(301, 321):
        frame = published(cross_section([(m, "alle", "alle", x, 456) for m in (one_name, other_name)]), TABLE)
        assert frame["antall"].n_unique() == 1


TABLE = "statistikk.tverrsnitt"


def test_the_recipients_are_a_size() -> None:
    for x in range(301, 321):
        row = one([("mottakere", "alle", "alle", x, x)])
        assert row["antall"] == row["nevner"]


@pytest.mark.parametrize(
    ("nevner", "antall", "andel"),
    [(10, None, None), (15, 5, None), (20, 5, 0.25), (95, 35, 0.37), (105, 35, 0.333), (1505, 360, 0.239)],
)
def test_how_closely_a_share_is_told(nevner: int, antall: int | None, andel: float | None) -> None:
    row = one([("tiltak", "alle", "alle", antall or 5, nevner)])
    assert (row["antall"], row["nevner"], row["andel"]) == (antall, nevner, andel)
    assert row["skjult"] is (andel is None)


def test_a_share_is_never_above_one() -> None:
    x = next(x for x in range(201, 240) if printed("tiltak|alle|alle", x) > printed("n:personer", x))
    assert one([("tiltak", "alle", "alle", x, x)])["andel"] == 1


def test_a_group_that_prints_as_nobody_has_no_row() -> None:
    x = next((x for x in range(1, 5) if printed("n:personer", x) == 0), None)
    rows = [("mottakere", "alle", "alle", 100, 100), ("mottakere", "kjonn", "M", x or 1, x or 1)]
    frame = published(cross_section(rows), TABLE)
    assert frame.height == (1 if x else 2)


def test_a_table_that_declares_nothing_may_not_leave() -> None:
    con = cross_section([("tiltak", "alle", "alle", 1, 2)])
    with pytest.raises(NotPublishable, match=r"klargjort\.person_maaned may not leave"):
        published(con, "klargjort.person_maaned")
    with pytest.raises(NotPublishable, match=r"kontroll\.avstemming may not leave"):
        published(con, "kontroll.avstemming")
    with pytest.raises(NotPublishable, match="no column person_key"):
        published(con, TABLE, person_key="p1")
    assert not {"klargjort.forlop", "statistikk.forlop_oppsummert", "kontroll.avstemming"} & layouts().keys()


def test_only_what_was_published_is_written(tmp_path: Path) -> None:
    with pytest.raises(NotPublishable, match=r"only what disclosure\.published returns"):
        write_csv(pl.DataFrame({"antall": [3]}), tmp_path / "rå.csv")


def test_sheltered_persons_are_in_no_count_of_deliveries() -> None:
    con = duckdb.connect()
    con.execute("create schema kontroll")
    con.execute(
        "create table kontroll.leveranse as select '2015-04' as leveranse, 'person' as uttrekk, 1000 as lest,"
        " 900 as lastet, 25 as duplikat, 60 as skjermet, 15 as karantene, 'sha' as sha256, '1.0.0' as kontrakt_versjon,"
        " timestamptz '2015-05-01' as lastet_tid"
    )
    row = published(con, "kontroll.leveranse").row(0, named=True)
    assert row["lest"] == 940
    assert not {"skjermet", "sha256"} & row.keys()
