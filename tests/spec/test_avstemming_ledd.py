"""From terms to the derived side of a printed number: sums, means over months, shares, inflow, change."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.spec.avstemming import database, kjor, maalt

TVERRSNITT = """
maaned     | mal        | gruppering   | gruppe | antall | nevner
-----------+------------+--------------+--------+--------+-------
2015-03-01 | mottakere  | alle         | alle   | 120    | 120
2015-03-01 | tiltak     | alle         | alle   | 60     | 120
2015-04-01 | mottakere  | alle         | alle   | 100    | 100
2015-04-01 | tiltak     | alle         | alle   | 25     | 100
2015-04-01 | tiltak     | aldersgruppe | 20-24  | 8      | 16
2015-04-01 | tiltak     | aldersgruppe | 25-29  | 8      | 24
2015-04-01 | tiltak     | aldersgruppe | annet  | 2      | 3
2015-04-01 | tiltak     | utdanning    | annet  | 9      | 30
2015-04-01 | behandling | alle         | alle   | 40     | 100
"""
MEASURED = {"statistikk__tverrsnitt": TVERRSNITT}


def ledd(kobling: str, **resultater: str) -> dict[str, dict[str, Any]]:
    con = database(kobling=kobling, **resultater)
    maalt(con)
    return kjor(con, "avstemming_ledd")


def kort(rad: dict[str, Any]) -> tuple[Any, ...]:
    return rad["teller"], rad["nevner"], rad["maaneder"], rad["maaneder_ventet"]


def test_terms_of_monthly_results() -> None:
    found = ledd(
        """
        id              | storrelse | mal        | gruppering   | gruppe | periode         | teller | nevner
        ----------------+-----------+------------+--------------+--------+-----------------+--------+-------
        en_maaned       | andel     | tiltak     | alle         | alle   | 2015-04         | 1      | 1
        antall          | antall    | mottakere  | alle         | alle   | 2015-04         | 1      | 0
        to_grupper      | andel     | tiltak     | aldersgruppe | 20-24  | 2015-04         | 1      | 1
        to_grupper      | andel     | tiltak     | aldersgruppe | 25-29  | 2015-04         | 1      | 1
        en_nevner       | andel     | tiltak     | alle         | alle   | 2015-04         | 1      | 1
        en_nevner       | andel     | behandling | alle         | alle   | 2015-04         | 1      | 0
        snitt           | andel     | tiltak     | alle         | alle   | 2015-03/2015-04 | 1      | 1
        sum             | sum       | mottakere  | alle         | alle   | 2015-03/2015-04 | 1      | 0
        maaned_mangler  | andel     | tiltak     | alle         | alle   | 2015-04/2015-06 | 1      | 1
        ikke_beregnet   | antall    | mottakere  | alle         | alle   | 2016-01         | 1      | 0
        ingen_i_gruppen | antall    | tiltak     | aldersgruppe | 18-19  | 2015-04         | 1      | 0
        navn_i_to       | andel     | tiltak     | aldersgruppe | annet  | 2015-04         | 1      | 1
        """,
        statistikk__tverrsnitt=TVERRSNITT,
    )
    assert {name: kort(row) for name, row in found.items()} == {
        "en_maaned": (25, 100, 1, 1),
        "antall": (100, 0, 1, 1),
        "to_grupper": (16, 40, 1, 1),
        "en_nevner": (65, 100, 1, 1),
        "snitt": (42.5, 110, 2, 2),
        "sum": (220, 0, 2, 2),
        "maaned_mangler": (25, 100, 1, 3),
        "ikke_beregnet": (None, None, 0, 1),
        "ingen_i_gruppen": (0, 0, 1, 1),
        "navn_i_to": (2, 3, 1, 1),
    }


def test_a_change_takes_each_month_with_its_sign_and_knows_how_many_persons_it_rests_on() -> None:
    found = ledd(
        """
        id         | storrelse       | periode         | teller | nevner
        -----------+-----------------+-----------------+--------+-------
        fall       | endring         | 2015-03         | 1      | 0
        fall       | endring         | 2015-04         | -1     | 0
        fall_p     | endring_prosent | 2015-03         | 1      | 1
        fall_p     | endring_prosent | 2015-04         | -1     | 0
        snitt      | endring         | 2015-03/2015-04 | 1      | 0
        halvt      | endring         | 2015-03         | 0.5    | 0
        en_mangler | endring         | 2015-04         | 1      | 0
        en_mangler | endring         | 2015-05         | -1     | 0
        """,
        statistikk__tverrsnitt=TVERRSNITT,
    )
    assert kort(found["fall"]) == (20, 0, 1, 1)
    assert kort(found["fall_p"]) == (20, 120, 1, 1)
    # 120 and 100 persons; their mean; and 120 of which each counts a half, with a variance of a quarter.
    assert {name: found[name]["personer"] for name in ("fall", "fall_p", "snitt", "halvt")} == {
        **{"fall": 220, "fall_p": 220},
        **{"snitt": 110, "halvt": 30},
    }
    assert kort(found["en_mangler"])[2:] == (0, 1), "one month is there, the other is not"


def test_terms_that_are_not_whole_come_to_the_same_in_any_order() -> None:
    """Added as they come, 0.1, 0.2 and 0.3 persons are 0.6 or 0.6000000000000001, and two builds are not the same."""
    lines = [f"sum | antall | mottakere | 2015-04 | {share} | {share}" for share in (0.001, 0.002, 0.003)]
    found = {
        kort(ledd("\n".join(["id | storrelse | mal | periode | teller | nevner", *order]), **MEASURED)["sum"])
        for order in permutations(lines)
    }
    assert len(found) == 1


def test_two_readings_of_one_number_are_two_rows() -> None:
    found = ledd(
        """
        id   | lesning | storrelse | mal        | periode | nevner
        -----+---------+-----------+------------+---------+-------
        delt | forste  | andel     | tiltak     | 2015-04 | 1
        delt | andre   | andel     | behandling | 2015-04 | 1
        """,
        statistikk__tverrsnitt=TVERRSNITT,
    )
    assert {name: row["teller"] for name, row in found.items()} == {"delt forste": 25, "delt andre": 40}


def test_the_estimate_is_found_by_its_h() -> None:
    found = ledd(
        """
        id      | storrelse | kilde | mal                             | h   | periode | teller
        --------+-----------+-------+---------------------------------+-----+---------+-------
        anslag  | antall    | KILDE | aktivitetsstatus=kun_behandling | 0.5 | 2015-04 | 1
        paaslag | antall    | KILDE | aktivitetsstatus=kun_behandling | 0.5 | 2015-04 | 1
        paaslag | antall    | KILDE | aktivitetsstatus=kun_behandling | 0   | 2015-04 | -1
        mangler | antall    | KILDE | aktivitetsstatus=kun_behandling | 0.5 | 2015-03 | 1
        """.replace("KILDE", "statistikk.tverrsnitt_anslag"),
        statistikk__tverrsnitt=TVERRSNITT,
        statistikk__tverrsnitt_anslag="""
        maaned     | h   | aktivitetsstatus | antall | nevner
        -----------+-----+------------------+--------+-------
        2015-04-01 | 0   | kun_behandling   | 22     | 100
        2015-04-01 | 0.5 | kun_behandling   | 36     | 100
        2015-04-01 | 1   | kun_behandling   | 50     | 100
        2015-04-01 | 0.5 | gyldig_plan      | 8      | 100
        """,
    )
    assert {name: kort(row) for name, row in found.items()} == {
        "anslag": (36, 0, 1, 1),
        "paaslag": (14, 0, 1, 1),
        "mangler": (None, None, 0, 1),  # the cross-section has the month, the estimate has not
    }


@pytest.mark.parametrize(
    ("gruppering", "gruppe", "expected"),
    [
        ("alle", "alle", 4),
        ("kjonn", "K", 3),
        ("aldersgruppe", "20-24", 2),
        ("kjonn*aldersgruppe", "K*20-24", 1),
        ("kjonn*aldersgruppe", "M*40-49", 0),
    ],
)
def test_inflow_is_the_spells_that_start_in_the_quarter(gruppering: str, gruppe: str, expected: int) -> None:
    found = ledd(
        f"""
        id      | storrelse | kilde            | mal     | gruppering   | gruppe   | periode
        --------+-----------+------------------+---------+--------------+----------+----------------
        tilgang | sum       | klargjort.forlop | tilgang | {gruppering} | {gruppe} | 2015-04/2015-06
        """,
        klargjort__forlop="""
        person_key       | start      | slutt      | start_kjent | kjonn | aldersgruppe
        -----------------+------------+------------+-------------+-------+-------------
        p_april          | 2015-04-01 | 2015-09-01 | true        | K     | 20-24
        p_mai            | 2015-05-01 | 2015-09-01 | true        | M     | 20-24
        p_juni           | 2015-06-01 | 2015-09-01 | true        | K     | 30-39
        p_ny_igjen       | 2015-06-01 | 2015-09-01 | true        | K     | 30-39
        p_for_kvartalet  | 2015-03-01 | 2015-09-01 | true        | K     | 20-24
        p_etter          | 2015-07-01 | 2015-09-01 | true        | K     | 20-24
        p_panelets_start | 2015-04-01 | 2015-09-01 | false       | K     | 20-24
        """,
    )
    assert found["tilgang"]["teller"] == expected


def test_a_month_in_which_nobody_starts_is_computed_but_for_the_first_two_of_the_panel() -> None:
    found = ledd(
        """
        id         | storrelse | kilde            | mal     | gruppering | gruppe | periode
        -----------+-----------+------------------+---------+------------+--------+----------------
        en_begynte | sum       | klargjort.forlop | tilgang | alle       | alle   | 2015-03/2015-05
        ingen      | sum       | klargjort.forlop | tilgang | alle       | alle   | 2015-05
        for_tidlig | sum       | klargjort.forlop | tilgang | alle       | alle   | 2015-01/2015-03
        for_sent   | sum       | klargjort.forlop | tilgang | alle       | alle   | 2015-05/2015-07
        """,
        statistikk__tverrsnitt="""
        maaned     | mal       | antall | nevner
        -----------+-----------+--------+-------
        2015-01-01 | mottakere | 5      | 5
        2015-02-01 | mottakere | 5      | 5
        2015-03-01 | mottakere | 5      | 5
        2015-04-01 | mottakere | 6      | 6
        2015-05-01 | mottakere | 6      | 6
        """,
        klargjort__forlop="""
        person_key | start      | slutt      | start_kjent
        -----------+------------+------------+------------
        p_april    | 2015-04-01 | 2015-05-01 | true
        p_fra_for  | 2015-01-01 | 2015-05-01 | false
        """,
    )
    assert {name: (row["teller"], row["maaneder"], row["maaneder_ventet"]) for name, row in found.items()} == {
        "en_begynte": (1, 3, 3),
        "ingen": (0, 1, 1),
        "for_tidlig": (0, 1, 3),
        "for_sent": (0, 1, 3),
    }


def test_converted_persons_are_counted_once_over_the_period() -> None:
    found = ledd(
        """
        id         | storrelse | kilde            | mal        | periode
        -----------+-----------+------------------+------------+----------------
        konvertert | personer  | klargjort.forlop | konvertert | 2015-03/2015-04
        for_langt  | personer  | klargjort.forlop | konvertert | 2015-03/2015-05
        for_tidlig | personer  | klargjort.forlop | konvertert | 2015-02/2015-03
        for_sent   | personer  | klargjort.forlop | konvertert | 2015-04/2015-05
        ingen      | personer  | klargjort.forlop | konvertert | 2009-01
        """,
        statistikk__tverrsnitt=TVERRSNITT,
        klargjort__forlop="""
        person_key      | start      | slutt      | konvertert
        ----------------+------------+------------+-----------
        p_to_forlop     | 2010-03-01 | 2015-03-01 | true
        p_to_forlop     | 2015-04-01 | 2015-04-01 | true
        p_siste_maaned  | 2010-03-01 | 2015-03-01 | true
        p_ny            | 2015-04-01 | 2016-01-01 | false
        p_sluttet_for   | 2010-03-01 | 2015-02-01 | true
        p_begynte_etter | 2015-05-01 | 2016-02-01 | false
        """,
    )
    assert {name: kort(row) for name, row in found.items()} == {
        "konvertert": (2, 3, 2, 2),
        "for_langt": (2, 4, 2, 3),
        "for_tidlig": (3, 3, 1, 2),
        "for_sent": (1, 3, 1, 2),
        "ingen": (0, 0, 0, 1),
    }
    assert found["konvertert"]["storrelse"] == "andel"


def test_results_of_the_courses_are_taken_as_they_stand() -> None:
    con = database(
        kobling_forlop="""
        id         | lesning | storrelse | mal                  | gruppering | gruppe | maaned_nr
        -----------+---------+-----------+----------------------+------------+--------+----------
        hele       |         | andel     | noensinne=behandling | alle       | alle   |
        forste_aar | lengde  | andel     | noensinne=behandling | lengde     | 1-12   |
        forste_aar | tid     | andel     | noensinne=behandling | alle       | alle   | 12
        navn_i_to  |         | andel     | noensinne=behandling | utdanning  | annet  |
        median     |         | verdi     | median_varighet      | alle       | alle   |
        finnes_ikke|         | andel     | noensinne=arbeid     | alle       | alle   |
        """,
        statistikk__forlop="""
        utvalg      | mal                  | gruppering | gruppe | maaned_nr | antall | nevner | verdi
        ------------+----------------------+------------+--------+-----------+--------+--------+------
        delrapport2 | noensinne=behandling | alle       | alle   |           | 73     | 100    | 0.73
        delrapport2 | noensinne=behandling | alle       | alle   | 12        | 40     | 100    | 0.40
        delrapport2 | noensinne=behandling | lengde     | 1-12   |           | 10     | 30     | 0.33
        delrapport2 | noensinne=behandling | lengde     | 13-24  |           | 20     | 25     | 0.80
        delrapport2 | noensinne=behandling | utdanning  | annet  |           | 6      | 8      | 0.75
        delrapport2 | noensinne=behandling | diagnosegruppe | annet |        | 7      | 10     | 0.70
        delrapport2 | median_varighet      | alle       | alle   |           | 60     | 100    | 27
        alle        | noensinne=behandling | alle       | alle   |           | 1      | 100    | 0.01
        """,
    )
    maalt(con)
    found = kjor(con, "avstemming_ledd")
    assert {name: (row["teller"], row["nevner"], row["verdi"]) for name, row in found.items()} == {
        "hele": (73, 100, 0.73),
        "forste_aar lengde": (10, 30, 0.33),
        "forste_aar tid": (40, 100, 0.40),
        "navn_i_to": (6, 8, 0.75),
        "median": (60, 100, 27),
        "finnes_ikke": (None, None, None),
    }
