"""What the choices (⟂) move: each alternative counts just those the choice keeps out, and tells of no few persons."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.disclosure.alternatives import Alternative, alternative
from pipelines.model import sql
from pipelines.model.sql import SQL
from tests.spec.historier import Forlop, historier, person_maaneder
from tests.spec.tabeller import APRIL, Register, betalt

COLUMNS = ["verdi", "verdi_ellers", "antall", "antall_ellers", "nevner", "nevner_ellers"]


def talt(register: Register) -> dict[str, tuple[int, int, int | None]]:
    register.lag_tabell("kontroll.folsomhet", "kontroll/folsomhet")
    rader = register.rader("FROM kontroll.folsomhet")
    return {rad["valg"]: (rad["antall"], rad["antall_ellers"], rad["nevner"]) for rad in rader}


def test_whoever_paid_back_more_than_was_paid_is_a_recipient_of_any_payment_only(register: Register) -> None:
    register.fyll(
        utbetaling="""
            person       | belop | dato_postert
            p_mottaker   |  5000 | 2015-04-10
            p_trukket    |  5000 | 2015-04-10
            p_trukket    | -6000 | 2015-04-20
            p_bare_trekk |  -100 | 2015-04-20
            p_i_mars     |  5000 | 2015-03-20
        """
    ).klargjor()
    assert talt(register)["netto_utbetaling"] == (1, 2, None)


def test_a_participation_that_ended_before_it_began_would_put_a_recipient_in_tiltak(register: Register) -> None:
    register.fyll(
        utbetaling=betalt("p_i_tiltak", "p_aldri_begynt", "p_begge", "p_i_mars", "p_teller_ikke"),
        tiltaksdeltakelse="""
            person          | deltakerstatuskode | dato_fra   | dato_til   | dato_statusendring
            p_i_tiltak      | GJENN              | 2015-04-01 |            |
            p_aldri_begynt  | FULLF              | 2015-04-10 | 2015-06-01 | 2015-04-01
            p_begge         | FULLF              | 2015-04-10 | 2015-06-01 | 2015-04-01
            p_begge         | GJENN              | 2015-04-01 |            |
            p_i_mars        | FULLF              | 2015-03-10 | 2015-03-20 | 2015-03-01
            p_teller_ikke   | AVSLAG             | 2015-04-10 | 2015-06-01 | 2015-04-01
            p_ikke_mottaker | FULLF              | 2015-04-10 | 2015-06-01 | 2015-04-01
        """,
    ).klargjor()
    assert talt(register)["aldri_begynt"] == (2, 3, 5)


def test_a_period_with_a_gap_is_told_from_one_without(register: Register) -> None:
    register.fyll(
        utbetaling=betalt("p_uten", "p_dagen_etter", "p_opphold", "p_brudd", "p_tidligere", "p_kommende"),
        aap_vedtak="""
            person        | fra_dato   | til_dato
            p_uten        | 2014-01-01 |
            p_dagen_etter | 2014-01-01 | 2014-12-31
            p_dagen_etter | 2015-01-01 |
            p_opphold     | 2014-01-01 | 2014-12-31
            p_opphold     | 2015-01-15 |
            p_brudd       | 2014-01-01 | 2014-06-30
            p_brudd       | 2015-01-15 |
            p_tidligere   | 2012-01-01 | 2012-12-31
            p_tidligere   | 2013-01-15 | 2013-06-30
            p_tidligere   | 2015-01-01 |
            p_kommende    | 2014-01-01 | 2015-04-30
            p_kommende    | 2015-05-15 |
        """,
    ).klargjor()
    assert talt(register)["opphold_i_perioden"] == (6, 5, 6)


def test_hours_on_a_card_nobody_asked_for_would_be_work(register: Register) -> None:
    register.con.execute(
        "CREATE OR REPLACE TABLE klargjort.person_maaned AS SELECT date '2015-04-01' AS maaned, true AS mottaker,"
        " i < 100 AS arbeid, if(i < 120, 7.5, 0) AS timer_arbeidet FROM range(400) AS r(i)"
    )
    assert alternative(register.con, "timer_uten_sporsmaal", APRIL, "andel") == Alternative(0.25, 0.3)


@pytest.mark.parametrize("moved", range(6))
def test_a_difference_of_few_persons_is_that_of_two_rounded_numbers(register: Register, moved: int) -> None:
    register.con.execute(
        "CREATE OR REPLACE TABLE klargjort.person_maaned AS SELECT date '2015-04-01' AS maaned, true AS mottaker,"
        f" i < 100 AS arbeid, if(i < 100 + {moved}, 7.5, 0) AS timer_arbeidet FROM range(400) AS r(i)"
    )
    found = alternative(register.con, "timer_uten_sporsmaal", APRIL, "andel")
    assert found.valgt == 0.25
    assert found.ellers in ({0.25} if moved == 0 else {0.262} if moved == 5 else {0.25, 0.262})


def test_an_answer_of_few_persons_is_hidden(register: Register) -> None:
    register.con.execute(
        "CREATE OR REPLACE TABLE klargjort.person_maaned AS SELECT date '2015-04-01' AS maaned, true AS mottaker,"
        " i < 5 AS arbeid, if(i < 7, 7.5, 0) AS timer_arbeidet FROM range(15) AS r(i)"
    )
    assert alternative(register.con, "timer_uten_sporsmaal", APRIL, "andel") == Alternative(skjult=True)


def test_a_share_of_nobody_cannot_be_known(register: Register) -> None:
    register.con.execute(
        "CREATE OR REPLACE TABLE klargjort.person_maaned AS SELECT date '2015-04-01' AS maaned,"
        " false AS mottaker, false AS arbeid, 0 AS timer_arbeidet"
    )
    assert alternative(register.con, "timer_uten_sporsmaal", APRIL, "andel") == Alternative()


def test_what_the_snapshot_lacks_a_table_for_cannot_be_known(register: Register) -> None:
    register.con.execute("DROP TABLE IF EXISTS kontroll.folsomhet")
    assert alternative(register.con, "netto_utbetaling", dt.date(2015, 4, 1), "antall") == Alternative()


def rad(tabeller: Forlop, navn: str) -> dict[str, float | None]:
    funnet = tabeller.con.execute(sql.read(f"folsomhet/{navn}"))
    return dict(zip([kolonne[0] for kolonne in funnet.description], funnet.fetchone(), strict=True))


@pytest.mark.parametrize(
    ("navn", "antall", "antall_ellers"),
    [
        ("opphold_i_forlopet", 5, 7),  # p_hull has two months without pay, each alone
        ("ukjent_start", 4, 5),
        ("uten_utbetaling_er_passiv", 9, 10),  # in one of them p_hull was in tiltak
    ],
)
def test_a_course_is_counted_as_the_choice_has_it_and_as_it_would_have_been(
    register: Register, navn: str, antall: int, antall_ellers: int
) -> None:
    tabeller = Forlop(
        register.con,
        person_maaneder(
            historier("""
                person    | maaneder
                p_passiv  | ..pppp......
                p_tiltak  | ..tttt......
                p_hull    | ..tTt.t.....
                p_tidlig  | .tt.........
                p_mer     | ..tpppp.....
            """)
        ),
    )
    funnet = rad(tabeller, navn)
    assert (funnet["antall"], funnet["antall_ellers"]) == (antall, antall_ellers)


@pytest.mark.parametrize("fil", sorted(path.stem for path in (SQL / "folsomhet").glob("*.sql")))
def test_every_alternative_is_one_row_of_the_same_columns(fil: str) -> None:
    text = sql.read(f"folsomhet/{fil}")
    assert text.startswith("-- Grain: one row.\n-- Key: none.\n-- Rule: rules.md §")
    assert all(f" as {column}" in text or f"    {column}" in text for column in COLUMNS)
