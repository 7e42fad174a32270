"""`mottaker` and `tiltak` (rules.md §1; 2017:1 ch. 2)."""

from __future__ import annotations

import datetime as dt

from tests.spec.tabeller import Register, tabell

MAI = dt.date(2015, 5, 1)


def test_mottaker_is_paid_more_than_nothing_in_the_month(register: Register) -> None:
    register.fyll(
        utbetaling="""
        person                     | belop  | dato_postert
        p_betalt                   | 0.01   | 2015-04-15
        p_forste_dag               | 8000   | 2015-04-01
        p_siste_dag                | 8000   | 2015-04-30
        p_postert_i_mars           | 8000   | 2015-03-31
        p_postert_i_mai            | 8000   | 2015-05-01
        p_null_kroner              | 0      | 2015-04-15
        p_rettet_til_null          | 8000   | 2015-04-15
        p_rettet_til_null          | -8000  | 2015-04-20
        p_rettet_ned               | 8000   | 2015-04-15
        p_rettet_ned               | -3000  | 2015-04-20
        p_bare_tilbakefort         | -8000  | 2015-04-20
        """,
        person="""
        person
        p_uten_postering
        """,
    )
    assert register.kolonne("mottaker") == {
        "p_betalt": True,
        "p_forste_dag": True,
        "p_siste_dag": True,
        "p_postert_i_mars": False,
        "p_postert_i_mai": False,
        "p_null_kroner": False,
        "p_rettet_til_null": False,
        "p_rettet_ned": True,
        "p_bare_tilbakefort": False,
        "p_uten_postering": False,
    }


def test_which_statuses_count_as_participation(register: Register) -> None:
    ventet = dict.fromkeys(("GJENN", "FULLF", "DELAVB", "GJENN_AVB", "GJENN_AVL", "TILBUD", "JATAKK"), True)
    ventet |= dict.fromkeys(("AKTUELL", "INFOMOETE", "VENTELISTE", "IKKEM", "AVSLAG"), False)
    ventet |= dict.fromkeys(("IKKAKTUELL", "NEITAKK", "FEILREG"), False)
    register.fyll(tiltaksdeltakelse=[{"person": kode, "deltakerstatuskode": kode} for kode in ventet])
    assert register.kolonne("tiltak") == ventet


def test_the_period_overlaps_the_month_at_any_time(register: Register) -> None:
    register.fyll(
        tiltaksdeltakelse="""
        person                    | dato_fra   | dato_til
        p_starter_siste_dag       | 2015-04-30 |
        p_starter_i_mai           | 2015-05-01 |
        p_slutter_forste_dag      | 2015-01-01 | 2015-04-01
        p_sluttet_i_mars          | 2015-01-01 | 2015-03-31
        p_en_dag_midt_i           | 2015-04-15 | 2015-04-15
        p_hele_aaret              | 2015-01-01 | 2015-12-31
        p_uten_slutt              | 2012-01-01 |
        p_uten_start              |            | 2015-12-31
        p_uten_datoer             |            |
        p_slutt_for_start_i_mnd   | 2015-04-20 | 2015-04-10
        p_slutt_for_start         | 2015-05-20 | 2015-04-10
        p_ett_av_to_teller        | 2014-01-01 | 2014-02-01
        p_ett_av_to_teller        | 2015-04-01 | 2015-04-02
        """
    )
    assert register.kolonne("tiltak") == {
        "p_starter_siste_dag": True,
        "p_starter_i_mai": False,
        "p_slutter_forste_dag": True,
        "p_sluttet_i_mars": False,
        "p_en_dag_midt_i": True,
        "p_hele_aaret": True,
        "p_uten_slutt": True,
        "p_uten_start": False,
        "p_uten_datoer": False,
        # The rule compares each date with the month, never the two dates with each other.
        "p_slutt_for_start_i_mnd": True,
        "p_slutt_for_start": False,
        "p_ett_av_to_teller": True,
    }


def test_an_end_recorded_before_the_start_means_it_never_began(register: Register) -> None:
    rader = tabell("""
        person                    | deltakerstatuskode | dato_fra   | dato_statusendring
        p_fullf_for_start         | FULLF              | 2015-04-10 | 2015-04-09
        p_delavb_for_start        | DELAVB             | 2015-04-10 | 2015-04-09
        p_gjenn_avb_for_start     | GJENN_AVB          | 2015-04-10 | 2015-04-09
        p_gjenn_avl_for_start     | GJENN_AVL          | 2015-04-10 | 2015-04-09
        p_fullf_samme_dag         | FULLF              | 2015-04-10 | 2015-04-10
        p_fullf_uten_endringsdato | FULLF              | 2015-04-10 |
        p_gjenn_for_start         | GJENN              | 2015-04-10 | 2015-04-09
        p_tilbud_for_start        | TILBUD             | 2015-04-10 | 2015-04-09
        p_jatakk_for_start        | JATAKK             | 2015-04-10 | 2015-04-09
        """)
    register.fyll(tiltaksdeltakelse=rader)
    assert register.kolonne("tiltak") == {
        "p_fullf_for_start": False,
        "p_delavb_for_start": False,
        "p_gjenn_avb_for_start": False,
        "p_gjenn_avl_for_start": False,
        "p_fullf_samme_dag": True,
        "p_fullf_uten_endringsdato": True,
        "p_gjenn_for_start": True,
        "p_tilbud_for_start": True,
        "p_jatakk_for_start": True,
    }


def test_rows_moved_to_hist_count_like_the_others(register: Register) -> None:
    register.fyll(
        tiltaksdeltakelse="""
        person            | er_hist | dato_fra   | dato_til
        p_bare_i_hist     | J       | 2015-04-01 | 2015-04-10
        p_hist_i_fjor     | J       | 2014-04-01 | 2014-04-10
        """
    )
    assert register.kolonne("tiltak") == {"p_bare_i_hist": True, "p_hist_i_fjor": False}


def test_a_month_is_measured_from_its_own_delivery_alone(register: Register) -> None:
    """The participation was registered late: May's delivery knows it, April's did not."""
    register.fyll(
        tiltaksdeltakelse="""
        maaned     | person    | dato_fra
        2015-05-01 | p_sent    | 2015-04-10
        """,
        person="""
        maaned     | person
        2015-04-01 | p_sent
        2015-05-01 | p_sent
        """,
    )
    assert register.kolonne("tiltak") == {"p_sent": False}
    assert register.kolonne("tiltak", MAI) == {"p_sent": True}
