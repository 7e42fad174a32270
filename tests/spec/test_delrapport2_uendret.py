"""2017:2's panel ends in June 2015: a run of later months keeps its rows, and any other makes them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from pipelines.studies.forlop.delrapport2 import unchanged
from pipelines.studies.forlop.fill import build
from pipelines.warehouse.database import prepare
from pipelines.warehouse.record import Run
from tests.spec.historier import Forlop, person_maaneder
from tests.spec.tabeller import Register

DELRAPPORT2 = "from statistikk.forlop where utvalg = 'delrapport2' order by all"
EARLIER = Run("tidligere", "kode 1", ("2010-03", "2016-01"), ())
LATER = Run("senere", "kode 1", ("2016-02", "2016-03"), ())


@pytest.fixture(scope="module")
def panel() -> Register:
    """Courses of a panel that covers 2017:2's, built by `EARLIER`; a month of somebody more has come since."""
    register = Register()
    prepare(register.con)
    personer = [
        {"person": "p_tiltak", "maaneder": "p" * 10 + "t" * 58 + "-" * 2, "i_tiprosentutvalg": True},
        {"person": "p_passiv", "maaneder": "-" * 20 + "p" * 30 + "-" * 20, "i_tiprosentutvalg": True},
    ]
    Forlop(register.con, person_maaneder(personer, date(2010, 3, 1)))
    register.con.execute("insert into kontroll.kjoring values ('tidligere', 'kode 1', ['2010-03', '2016-01'], [])")
    build(register.con, EARLIER.id)
    register.con.execute("""
        insert into klargjort.person_maaned by name
        select * replace (date '2016-02-01' as maaned) from klargjort.person_maaned
        where tiltak and maaned = '2012-01-01'
    """)
    return register


@pytest.fixture
def built(panel: Register) -> Iterator[Register]:
    with panel.angret():
        yield panel


def test_a_run_of_later_months_keeps_the_rows_and_what_made_them(built):
    before = built.con.execute(DELRAPPORT2).fetchall()
    assert before
    build(built.con, LATER.id, unchanged(built.con, LATER))
    assert built.con.execute(DELRAPPORT2).fetchall() == before
    made = "select distinct kjoring_id from statistikk.forlop where utvalg {} 'delrapport2'"
    assert built.con.execute(made.format("=")).fetchall() == [("tidligere",)]
    assert built.con.execute(made.format("<>")).fetchall() == [("senere",)]


def test_the_rows_that_are_kept_are_those_that_would_be_made_again(built):
    again = "select * exclude (kjoring_id) " + DELRAPPORT2
    kept = built.con.execute(again).fetchall()
    build(built.con, LATER.id)
    assert built.con.execute(again).fetchall() == kept


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(replace(LATER, months=("2015-06", "2016-02")), id="builds_a_month_of_the_panel"),
        pytest.param(replace(LATER, code="kode 2"), id="other_code"),
        pytest.param(replace(LATER, months=()), id="of_no_known_month"),
    ],
)
def test_the_rows_are_made_again_by_a_run_that(built, run):
    assert unchanged(built.con, run) is None


@pytest.mark.parametrize(("waiting", "kept"), [("2015-05", False), ("2016-02", True)])
def test_the_rows_are_made_again_while_a_month_of_the_panel_waits_to_be_built(built, waiting, kept):
    built.con.execute("insert into kontroll.leveranse (leveranse, lastet_nr) values ($1, 7)", [waiting])
    assert (unchanged(built.con, LATER) is not None) == kept


def test_the_rows_are_made_where_there_are_none(built):
    built.con.execute("delete from statistikk.forlop where utvalg = 'delrapport2'")
    assert unchanged(built.con, LATER) is None
    built.con.execute("drop table statistikk.forlop")
    assert unchanged(built.con, LATER) is None
