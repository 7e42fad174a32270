"""rules.md §3 «Results» (d)–(f): time to what happens, transitions and common courses, one case per clause."""

from __future__ import annotations

import pytest

from tests.spec.historier import Forlop, Svar, historier, person_maaneder


def test_d_leaving_competes_and_censoring_is_no_event(svar):
    """Four at risk in month 1, one starts. Three in month 2; in month 3 one has left, one is not followed further."""
    resultat = svar("""
        person         | maaneder
        p_med_en_gang  | ..tppp...
        p_gaar_ut      | ..pp.....
        p_sensurert    | .....pppp
        p_sent         | ..ppppt..
    """)
    # fulgt: 6, 6, 3, 6. At risk 4, 3, 3, 1, 1.
    assert [resultat("i_risiko=tiltak", nr=nr)[0] for nr in range(1, 6)] == [4, 3, 3, 1, 1]
    assert resultat("kumulativ_insidens=tiltak", nr=1) == (1, 4, 0.25)
    assert resultat("kumulativ_insidens=tiltak", nr=4) == (1, 4, 0.25)
    assert resultat("ute_uten=tiltak", nr=3) == (1, 4, pytest.approx(0.75 * 1 / 3))
    assert resultat("kumulativ_insidens=tiltak", nr=5) == (2, 4, pytest.approx(0.25 + 0.75 * 2 / 3))
    assert resultat("kumulativ_insidens=tiltak", nr=6) is None  # nobody is waiting any longer
    assert resultat("median_maaneder=tiltak") == (2, 4, 1.0)


def test_d_leaving_is_dated_to_the_first_month_outside_as_in_the_distribution(svar):
    resultat = svar("""
        person  | maaneder
        p_to    | ..pp......
        p_tre   | ..ppp.....
        p_fire  | ..pppp....
        p_igjen | ..pppppppp
    """)
    for nr in range(1, 8):
        assert resultat("kumulativ_insidens=ute", nr=nr)[2] == pytest.approx(resultat("tilstand=ute", nr=nr)[2])
    assert resultat("kumulativ_insidens=ute", nr=3) == (1, 4, 0.25)
    assert resultat("median_varighet") == (3, 4, 3.0)  # half of the spells are three months or shorter


def test_d_no_median_where_half_have_not_left(svar):
    resultat = svar("""
        person  | maaneder
        p_to    | ..pp......
        p_igjen | ..pppppppp
        p_ogsaa | ..pppppppp
    """)
    assert resultat("median_varighet") == (1, 3, None)


def test_e_transitions_after_one_and_six_months(svar):
    resultat = svar("""
        person    | maaneder
        p_ut      | ..pb......
        p_videre  | ..pppppbbb
    """)
    assert resultat("overgang_1=passiv>passiv") == (4, 6, pytest.approx(4 / 6))
    assert resultat("overgang_1=passiv>behandling") == (2, 6, pytest.approx(2 / 6))
    assert resultat("overgang_1=behandling>ute") == (1, 2, 0.5)
    # Month 1 → 7 is inside the follow-up of seven months; the change from month 2 to 8 is not.
    assert resultat("overgang_6=passiv>ute") == (1, 2, 0.5)
    assert resultat("overgang_6=passiv>behandling") == (1, 2, 0.5)
    assert resultat("overgang_6=behandling>ute") is None


def test_f_the_most_common_courses_are_sequences_of_distinct_states_however_long(svar):
    resultat = svar("""
        person   | maaneder
        p_kort   | ..pb......
        p_lang   | ..pppbb...
        p_annet  | ..bp......
    """)
    assert resultat("lop=passiv > behandling") == (2, 3, pytest.approx(2 / 3))
    assert resultat("lop=behandling > passiv") == (1, 3, pytest.approx(1 / 3))


def test_f_twenty_courses_the_most_common_first_then_in_the_order_of_their_text(register):
    tegn = "pbatxyzw"
    rader = [{"person": f"p_{a}{b}", "maaneder": f"..{a}{b}..."} for a in tegn for b in tegn if a != b]
    rader.append({"person": "p_wz_igjen", "maaneder": "..wz..."})
    resultat = Forlop(register.con, person_maaneder(rader)).resultater()
    vist = {nokkel[1]: verdi[0] for nokkel, verdi in resultat.items() if nokkel[:1] == ("alle",)
            and nokkel[2] == "alle" and nokkel[1].startswith("lop=")}  # fmt: skip
    assert len(vist) == 20
    assert vist["lop=tiltak+arbeid+behandling > tiltak+arbeid"] == 2
    assert min(vist) == "lop=arbeid > arbeid+behandling"
    assert "lop=passiv > arbeid" not in vist


def test_days_to_the_first_tiltak_have_a_median_among_those_who_start(register):
    register.fyll(
        tiltaksdeltakelse="""
            person   | maaned     | dato_fra
            p_10     | 2013-03-01 | 2013-03-11
            p_20     | 2013-03-01 | 2013-03-21
            p_29     | 2013-03-01 | 2013-03-30
        """
    )
    tabeller = Forlop(register.con, person_maaneder(historier("""
        person   | maaneder | aap_siden
        p_10     | ..tt.... | 2013-03-01
        p_20     | ..tt.... | 2013-03-01
        p_29     | ..tt.... | 2013-03-01
        p_uten   | ..pp.... | 2013-03-01
    """)))  # fmt: skip
    assert Svar(tabeller)("median_dager=tiltak") == (3, 3, 20.0)
