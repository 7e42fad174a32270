"""Numbers that count persons one by one: over a period, between two months, and the case review's population."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.spec import avstemming
from tests.spec.avstemming import database, fyll
from tests.spec.tabeller import tabell

TVERRSNITT = """
maaned     | mal       | antall | nevner
-----------+-----------+--------+-------
2015-03-01 | mottakere | 120    | 120
2015-04-01 | mottakere | 100    | 100
"""


def ledd(kobling: str, **resultater: str) -> dict[str, dict[str, Any]]:
    return avstemming.ledd(database(kobling=kobling, **resultater))


def kort(rad: dict[str, Any]) -> tuple[Any, ...]:
    return rad["teller"], rad["nevner"], rad["maaneder"], rad["maaneder_ventet"]


def test_converted_persons_are_counted_once_over_the_period() -> None:
    found = ledd(
        """
        id         | storrelse | kilde            | mal        | periode         | nevner
        -----------+-----------+------------------+------------+-----------------+-------
        konvertert | personer  | klargjort.forlop | konvertert | 2015-03/2015-04 | 1
        for_langt  | personer  | klargjort.forlop | konvertert | 2015-03/2015-05 | 1
        for_tidlig | personer  | klargjort.forlop | konvertert | 2015-02/2015-03 | 1
        for_sent   | personer  | klargjort.forlop | konvertert | 2015-04/2015-05 | 1
        ingen      | personer  | klargjort.forlop | konvertert | 2009-01         | 1
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


def test_whoever_has_left_for_good_is_counted_once_over_the_year() -> None:
    found = ledd(
        """
        id     | storrelse | kilde            | mal    | periode         | panel
        -------+-----------+------------------+--------+-----------------+----------------
        avgang | personer  | klargjort.forlop | avgang | 2015-03/2015-04 | 2015-03/2015-06
        """,
        statistikk__tverrsnitt=TVERRSNITT,
        klargjort__forlop="""
        person_key        | start      | slutt      | sensurert
        ------------------+------------+------------+----------
        p_i_mars          | 2014-03-01 | 2015-03-01 | false
        p_to_ganger       | 2014-03-01 | 2015-03-01 | false
        p_to_ganger       | 2015-04-01 | 2015-04-01 | false
        p_kan_komme_igjen | 2014-03-01 | 2015-04-01 | true
        p_for_perioden    | 2014-03-01 | 2015-02-01 | false
        p_etter_perioden  | 2014-03-01 | 2015-05-01 | false
        """,
    )
    assert kort(found["avgang"]) == (2, 0, 2, 4)
    assert found["avgang"]["storrelse"] == "antall"


def test_the_cohort_of_2010_is_who_was_not_converted_and_the_first_months_are_in() -> None:
    found = ledd(
        """
        id     | storrelse | kilde            | mal                        | periode         | panel           | nevner
        -------+-----------+------------------+----------------------------+-----------------+-----------------+-------
        kohort | personer  | klargjort.forlop | fortsatt_etter_24_maaneder | 2010-03/2010-12 | 2010-03/2013-02 | 1
        """,
        klargjort__forlop="""
        person_key           | start      | slutt      | start_kjent | konvertert
        ---------------------+------------+------------+-------------+-----------
        p_mars_lenge         | 2010-03-01 | 2012-03-01 | false       | false
        p_april_for_kort     | 2010-04-01 | 2012-03-01 | false       | false
        p_borte_og_tilbake   | 2010-05-01 | 2010-08-01 | true        | false
        p_borte_og_tilbake   | 2012-01-01 | 2012-09-01 | true        | false
        p_konvertert         | 2010-03-01 | 2014-01-01 | false       | true
        p_konvertert_senere  | 2010-06-01 | 2014-01-01 | true        | true
        p_desember           | 2010-12-01 | 2012-12-01 | true        | false
        p_ny_i_2011          | 2011-01-01 | 2014-01-01 | true        | false
        """,
    )
    assert kort(found["kohort"]) == (3, 4, 0, 36)
    assert found["kohort"]["storrelse"] == "andel"


def test_on_exception_is_who_has_been_on_aap_in_more_than_48_months_and_is_paid_in_the_period() -> None:
    con = database(
        kobling="""
        id       | storrelse | kilde                   | mal              | periode         | panel
        ---------+-----------+-------------------------+------------------+-----------------+----------------
        maaneden | personer  | klargjort.person_maaned | over_48_maaneder | 2015-04         | 2010-03/2015-04
        perioden | personer  | klargjort.person_maaned | over_48_maaneder | 2015-03/2015-04 | 2010-03/2015-04
        """,
        statistikk__tverrsnitt=TVERRSNITT,
    )
    maaneder = [date(2010 + n // 12, n % 12 + 1, 1) for n in range(2, 64)]  # March 2010 to April 2015
    april, mars = maaneder[-1], maaneder[-2]
    personer = {
        "p_48": maaneder[-48:],
        "p_49": maaneder[-49:],
        "p_med_opphold": [*maaneder[:10], *maaneder[-39:]],
        "p_49_i_mars": maaneder[-50:-1],
        "p_uten_vedtak": maaneder[-49:],
        "p_ubetalt": maaneder[-60:],
    }
    rader = [
        {"person_key": p, "maaned": m, "aap_siden": None if p == "p_uten_vedtak" and m == mars else date(2010, 3, 1)}
        | {"mottaker": m in {april, mars} and p != "p_ubetalt"}
        for p, levert in personer.items()
        for m in levert
    ]
    fyll(con, "klargjort.person_maaned", rader)
    found = avstemming.ledd(con)
    assert kort(found["maaneden"]) == (2, 0, 2, 62)
    assert found["perioden"]["teller"] == 3
    assert found["perioden"]["storrelse"] == "antall"


def test_a_right_to_aap_is_a_spell_by_vedtak_whether_it_is_paid_or_not() -> None:
    found = ledd(
        """
        id   | storrelse | kilde                   | mal          | periode
        -----+-----------+-------------------------+--------------+--------
        rett | antall    | klargjort.person_maaned | rett_til_aap | 2015-04
        """,
        statistikk__tverrsnitt=TVERRSNITT,
        klargjort__person_maaned="""
        person_key      | maaned     | mottaker | aap_siden
        ----------------+------------+----------+-----------
        p_mottaker      | 2015-04-01 | true     | 2011-04-30
        p_ikke_mottaker | 2015-04-01 | false    | 2010-03-01
        p_uten_vedtak   | 2015-04-01 | true     |
        p_bare_i_mars   | 2015-03-01 | true     | 2010-03-01
        """,
    )
    assert found["rett"]["teller"] == 2


def test_of_those_with_a_right_to_aap_the_ones_with_reduced_capacity_have_spesielt_or_varig_tilpasset() -> None:
    found = ledd(
        """
        id      | storrelse | kilde                   | mal                  | periode
        --------+-----------+-------------------------+----------------------+--------
        nedsatt | antall    | klargjort.person_maaned | rett_til_aap_nedsatt | 2015-04
        """,
        klargjort__person_maaned="""
        person_key  | maaned     | mottaker | aap_siden  | innsatsgruppe
        ------------+------------+----------+------------+-------------------
        p_spesielt  | 2015-04-01 | true     | 2014-04-30 | spesielt_tilpasset
        p_varig     | 2015-04-01 | false    | 2014-04-30 | varig_tilpasset
        p_standard  | 2015-04-01 | true     | 2014-04-30 | standard
        p_ukjent    | 2015-04-01 | true     | 2014-04-30 |
        p_uten_rett | 2015-04-01 | true     |            | spesielt_tilpasset
        """,
    )
    assert found["nedsatt"]["teller"] == 2


def test_a_reaction_of_one_day_is_a_decided_vedtak_of_the_year_counted_once() -> None:
    found = ledd(
        """
        id       | storrelse | kilde            | mal             | periode
        ---------+-----------+------------------+-----------------+----------------
        reaksjon | personer  | kilde.aap_vedtak | reaksjon_en_dag | 2019-01/2019-12
        """,
        kodeverk__vedtakstatus="""
        kode  | besluttet
        ------+----------
        IVERK | true
        REGIS | false
        """,
        kilde__aap_vedtak="""
        vedtak_id | maaned     | vedtak_dato | vedtakstatuskode | reaksjon_dager
        ----------+------------+-------------+------------------+---------------
        1         | 2019-05-01 | 2019-05-31  | IVERK            | 1
        1         | 2019-06-01 | 2019-05-31  | IVERK            | 1
        2         | 2019-12-01 | 2019-12-31  | IVERK            | 1
        3         | 2019-05-01 | 2018-12-31  | IVERK            | 1
        4         | 2019-05-01 | 2019-05-01  | REGIS            | 1
        5         | 2019-05-01 | 2019-05-01  | IVERK            | 2
        6         | 2019-05-01 | 2019-05-01  | IVERK            |
        7         | 2020-01-01 | 2019-12-31  | IVERK            | 1
        """,
    )
    assert kort(found["reaksjon"]) == (2, 0, 0, 12)


ENDRING = """
id     | storrelse       | periode         | teller | nevner
-------+-----------------+-----------------+--------+-------
fall   | endring         | 2015-03         | -1     | 0
fall   | endring         | 2015-04         | 1      | 0
fall_p | endring_prosent | 2015-03         | -1     | 1
fall_p | endring_prosent | 2015-04         | 1      | 0
snitt  | endring         | 2015-03/2015-04 | 1      | 0
snitt  | endring         | 2015-05         | -1     | 0
annet  | antall          | 2015-04         | 1      | 0
"""


def test_a_change_is_as_uncertain_as_the_turnover_and_not_as_two_populations() -> None:
    """Who is paid in both months adds nothing to the change."""
    con = database(kobling=ENDRING, statistikk__tverrsnitt=TVERRSNITT)
    begge = [f"p_begge_{n}" for n in range(6)]
    maaneder = {"2015-03": [*begge, "p_ut_1", "p_ut_2", "p_ut_3", "p_ut_4"], "2015-04": [*begge, "p_inn_1", "p_inn_2"]}
    maaneder["2015-05"] = ["p_begge_0", "p_inn_1"]
    rader = [{"person_key": p, "maaned": f"{m}-01"} for m, personer in maaneder.items() for p in personer]
    fyll(con, "klargjort.person_maaned", [*rader, {"person_key": "p_uten_penger", "maaned": "2015-04-01"} | UBETALT])
    found = avstemming.ledd(con)
    assert found["fall"]["personer"] == 4 + 2
    # 10 in March, a fall of 2, so each in March adds 0.2 to the fall: four out, two in, six in both.
    assert found["fall_p"]["personer"] == pytest.approx(4 * 0.8**2 + 2 * 1**2 + 6 * 0.2**2)
    # A half for each of the two months, less one for May: in both and in May nothing, in both a half on either side.
    assert found["snitt"]["personer"] == pytest.approx(5 * 1**2 + 4 * 0.5**2 + 1 * 0.5**2 + 1 * 0.5**2)
    assert found["annet"]["personer"] is None


UBETALT = {"mottaker": False}
SAKER = """
person_key        | maaned     | mottaker | konvertert | i_utvalget | aap_siden  | kjonn | alder | gjorde
------------------+------------+----------+------------+------------+------------+-------+-------+-----------------------
p_begge           | 2014-12-01 | true     | false      | true       | 2014-12-15 | K     | 30    | tiltak
p_begge           | 2015-04-01 | true     | false      | true       | 2014-12-15 | K     | 31    | behandling
p_for_perioden    | 2014-11-01 | true     | false      | true       | 2014-10-01 | K     | 40    | alt
p_for_perioden    | 2014-12-01 | true     | false      | true       | 2014-12-01 | K     | 41    |
p_for_perioden    | 2015-04-01 | true     | false      | true       | 2014-12-01 | K     | 41    |
p_ubetalt_maaned  | 2015-01-01 | false    | false      | true       | 2015-01-10 | M     | 20    | arbeid
p_ubetalt_maaned  | 2015-04-01 | true     | false      | true       | 2015-01-10 | M     | 21    |
p_uten_vedtak     | 2015-03-01 | true     | false      | true       |            |       | 60    | tiltak
p_uten_vedtak     | 2015-04-01 | true     | false      | true       |            |       | 61    | behandling
p_konvertert      | 2015-04-01 | true     | true       | true       | 2010-03-01 | M     | 50    | alt
p_uten_utvalget   | 2015-04-01 | true     | false      | false      | 2014-12-15 | M     | 50    | alt
p_uten_utbetaling | 2015-04-01 | false    | false      | true       | 2014-12-15 | M     | 50    | alt
p_senere          | 2015-05-01 | true     | false      | true       | 2014-12-15 | M     | 50    | alt
"""


def person_maaneder(tekst: str) -> list[dict[str, Any]]:
    rader = []
    for rad in tabell(tekst):
        gjorde = (rad.pop("gjorde") or "").replace("alt", "tiltak arbeid behandling").split()
        rad["i_tiprosentutvalg"] = rad.pop("i_utvalget")
        flagg = {"tiltak": "tiltak", "arbeid": "arbeid", "behandling_uten_plankrav": "behandling"}
        rader.append(rad | {kolonne: ord_ in gjorde for kolonne, ord_ in flagg.items()})
    return rader


@pytest.mark.parametrize(
    ("mal", "gruppering", "gruppe", "antall"),
    [
        ("mottakere", "alle", "alle", 4),
        ("mottakere", "kjonn", "K", 2),
        ("mottakere", "kjonn", "M", 1),
        ("mottakere", "alder_ved_tilgang", "18-20", 1),
        ("mottakere", "alder_ved_tilgang", "21-30", 1),
        ("mottakere", "alder_ved_tilgang", "31-40", 0),
        ("mottakere", "alder_ved_tilgang", "41-50", 1),
        ("mottakere", "alder_ved_tilgang", "61+", 1),
        ("i_lopet=tiltak", "alle", "alle", 1),
        ("i_lopet=arbeid", "alle", "alle", 1),
        ("i_lopet=arbeidsrettet", "alle", "alle", 2),
        ("i_lopet=behandling", "alle", "alle", 2),
        ("i_lopet=begge", "alle", "alle", 1),
        ("i_lopet=verken", "alle", "alle", 1),
    ],
)
def test_the_population_of_the_case_review(mal: str, gruppering: str, gruppe: str, antall: int) -> None:
    """Recipients of April who were not converted, born on the right days, and what they did since their AAP began."""
    con = database(statistikk__tverrsnitt=TVERRSNITT)
    felles = {"id": "n", "storrelse": "andel", "kilde": "saksgjennomgang", "periode": "2015-04"}
    teller = felles | {"mal": mal, "gruppering": gruppering, "gruppe": gruppe, "teller": 1, "nevner": 0}
    nevner = felles | {"mal": "mottakere", "gruppering": "alle", "gruppe": "alle", "teller": 0, "nevner": 1}
    fyll(con, "kobling", [teller, nevner])
    fyll(con, "klargjort.person_maaned", person_maaneder(SAKER))
    assert kort(avstemming.ledd(con)["n"]) == (antall, 4, 1, 1)
