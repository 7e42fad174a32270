"""rules.md §3 «Results» (a)–(c), by background, and as 2017:2 saw it: one case per clause that flips it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl
import pytest

from pipelines.studies.forlop.delrapport2 import delrapport2
from pipelines.studies.forlop.results import results
from tests.spec.historier import Forlop, historier, person_maaneder
from tests.spec.tabeller import Register

MARS_2010 = dt.date(2010, 3, 1)


def test_a_det_forste_aaret_by_length_and_by_elapsed_time_are_two_things(svar):
    """Two short spells and two long ones; the long ones get their second kind of activity late."""
    resultat = svar("""
        person           | maaneder
        p_kort_begge     | ..tb............................
        p_kort_ingen     | ..pp............................
        p_lang_sent      | ..bbbbbbbbbbbbbbbbtttt..........
        p_lang_tidlig    | ..btpppppppppppppppppp..........
    """)
    assert resultat("noensinne=begge", "1-12") == (1, 2, 0.5)
    assert resultat("noensinne=begge", "13-24") == (2, 2, 1.0)
    assert resultat("noensinne=begge", nr=12) == (2, 4, 0.5)
    assert resultat("noensinne=begge", nr=24) == (3, 4, 0.75)
    assert resultat("noensinne=begge") == (3, 4, 0.75)


def test_a_elapsed_time_counts_only_spells_that_could_be_followed_so_long(svar):
    resultat = svar("""
        person            | maaneder
        p_fulgt           | ..tpppppppppppp.......
        p_startet_sent    | ............tppppppppp
    """)
    assert resultat("noensinne=tiltak", nr=12) == (1, 1, 1.0)
    assert resultat("noensinne=tiltak") == (2, 2, 1.0)
    assert resultat("noensinne=tiltak", nr=24) is None


def test_a_both_kinds_ever_is_not_both_in_the_same_month(svar):
    resultat = svar("""
        person        | maaneder
        p_hver_for_seg | ..bat....
        p_samtidig    | ..pxp....
        p_med_tiltak  | ..pyp....
        p_passiv      | ..ppp....
    """)
    assert resultat("noensinne=begge") == (3, 4, 0.75)
    assert resultat("noensinne=samtidig") == (2, 4, 0.5)
    assert resultat("noensinne=samtidig_arbeid") == (1, 4, 0.25)
    assert resultat("noensinne=samtidig_tiltak") == (1, 4, 0.25)
    assert resultat("noensinne=ingen") == (1, 4, 0.25)


def test_populations_are_nested(svar):
    resultat = svar("""
        person        | maaneder     | konvertert | i_tiprosentutvalg
        p_fra_start   | pppp........ |            | J
        p_konvertert  | ...ppp...... | J          | J
        p_ny          | ...ppp...... |            | N
        p_ny_i_utvalg | ...ppp...... |            | J
        p_igjen       | ...p...p.... |            | N
    """)
    assert {u: resultat("forlop", utvalg=u)[0] for u in ("alle", "tilgang", "helt_ny", "tiprosent")} == {
        "alle": 6,
        "tilgang": 5,
        "helt_ny": 3,
        "tiprosent": 1,
    }


def test_b_those_who_have_left_are_shown_and_the_last_month_of_the_panel_is_not(svar):
    resultat = svar("""
        person        | maaneder
        p_gaar_ut     | ..bb....
        p_blir        | ..pppppp
        p_kommer_sent | .....aaa
    """)
    # p_kommer_sent is followed for two months: in the third, the panel's last, nobody can be known to have left.
    assert resultat("tilstand=behandling", nr=2) == (1, 3, pytest.approx(1 / 3))
    assert resultat("tilstand=ute", nr=2) == (0, 3, 0)
    assert resultat("tilstand=ute", nr=3) == (1, 2, 0.5)
    assert resultat("tilstand=passiv", nr=5) == (1, 2, 0.5)
    assert resultat("tilstand=passiv", nr=6) is None


def test_b_an_unpaid_last_month_may_be_a_gap_and_tells_nothing(svar):
    resultat = svar("""
        person           | maaneder
        p_kanskje_hull   | ..pppp.
        p_gikk_ut        | ..ppp..
    """)
    assert resultat("tilstand=ute", nr=4) == (1, 2, 0.5)
    assert resultat("tilstand=ute", nr=5) is None


def test_c_months_passive_stretches_and_their_lengths(svar):
    resultat = svar("""
        person     | maaneder
        p_to_hvil  | ..pppptpa.....
        p_aldri    | ..tt..........
    """)
    assert resultat("maaneder=alle") == (9, 2, 4.5)
    assert resultat("maaneder=passiv") == (5, 2, 2.5)
    assert resultat("maanedsandel=passiv") == (5, 9, pytest.approx(5 / 9))
    assert resultat("snitt=andel_passiv") == (2, 2, pytest.approx(5 / 14))  # of the spells, not of the months
    assert resultat("passive_perioder=2") == (1, 2, 0.5)
    assert resultat("passive_perioder=0") == (1, 2, 0.5)
    assert resultat("lengste_passive=4-6") == (1, 2, 0.5)
    assert resultat("passiv_varighet=1-3") == (1, 2, 0.5)  # of the stretches


def test_c_and_e_months_and_stretches_say_how_many_persons_they_are_of(register):
    """One person's seven months are one person, also where another is in the group; so are two spells of one."""
    tabeller = Forlop(
        register.con,
        person_maaneder(
            historier("""
        person     | maaneder
        p_hviler   | ..ppptpppp..ppp.....
        p_aldri    | ..tt................
        """)
        ),
    )
    rader = results(tabeller.con).filter(pl.col("maaned_nr").is_null(), gruppering="alle")
    personer = {(rad["utvalg"], rad["mal"]): (rad["antall"], rad["personer"]) for rad in rader.iter_rows(named=True)}
    assert personer["helt_ny", "maaneder=passiv"] == (7, 1)
    assert personer["helt_ny", "maanedsandel=tiltak"] == (3, 2)
    assert personer["helt_ny", "overgang_1=passiv>passiv"] == (5, 1)
    assert personer["helt_ny", "passiv_varighet=1-3"] == (1, 1)
    assert personer["alle", "forlop"] == (3, 2)
    assert personer["alle", "passiv_varighet=1-3"] == (2, 1)  # of two spells, which one person may have


def test_c_work_intensity_has_ssbs_limits(svar):
    resultat = svar("""
        person   | maaneder
        p_ingen  | ..tppp..
        p_lav    | ..appp..
        p_hoy    | ..aapp..
        p_full   | ..aaaa..
    """)
    for navn in ("ingen", "lav", "hoy", "full"):
        assert resultat(f"arbeidsintensitet={navn}") == (1, 4, 0.25)


def test_by_background_and_year_of_entry(svar):
    resultat = svar("""
        person   | maaneder       | kjonn
        p_kvinne | ..tp.......... | K
        p_mann   | ..pp.......... | M
    """)
    assert resultat("noensinne=tiltak", "K") == (1, 1, 1.0)
    assert resultat("noensinne=tiltak", "M") == (0, 1, 0.0)
    assert resultat.alle["alle", "noensinne=tiltak", "startaar", "2013", None] == (1, 2, 0.5)
    assert resultat.alle["alle", "noensinne=tiltak", "lengde*kjonn", "1-12*K", None] == (1, 1, 1.0)


@pytest.fixture
def da(register: Register) -> Callable[[int], dict[str, float]]:
    """The results as 2017:2 could see them, of a panel from March 2010 that is so many months long."""

    def av(maaneder: int) -> dict[str, float]:
        lengde = maaneder - 1
        personer = [
            {"person": "p_fra_mars_2010", "maaneder": "p" * 70, "i_tiprosentutvalg": True},
            {"person": "p_tiltak_etterpaa", "maaneder": "-" * 30 + "p" * 34 + "t" * 6, "i_tiprosentutvalg": True},
            {"person": "p_begynner_etterpaa", "maaneder": "-" * 66 + "tttt", "i_tiprosentutvalg": True},
            {"person": "p_konvertert", "maaneder": "t" * 70, "i_tiprosentutvalg": True, "konvertert": True},
            {"person": "p_utenfor_utvalget", "maaneder": "..t" + "p" * 67},
        ]
        for person in personer:
            person["maaneder"] = person["maaneder"][: lengde + 1]
        Forlop(register.con, person_maaneder(personer, MARS_2010))
        rader = delrapport2(register.con).rows(named=True)
        assert {rad["utvalg"] for rad in rader} <= {"delrapport2"}
        return {rad["mal"]: rad["verdi"] for rad in rader if rad["gruppering"] == "alle" and rad["maaned_nr"] is None}

    return av


def test_delrapport_2_sees_its_sample_from_march_2010_and_nothing_after_june_2015(da):
    resultat = da(70)
    assert resultat["forlop"] == 2
    assert resultat["lengste"] == 64  # March 2010–June 2015, both included
    assert resultat["noensinne=tiltak"] == 0


def test_a_panel_that_does_not_cover_march_2010_to_june_2015_cannot_say(da):
    assert da(64)["forlop"] == 2
    assert da(63) == {}
