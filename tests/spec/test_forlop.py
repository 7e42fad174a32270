"""rules.md §3: where a spell begins and ends, who is new, and the background of a spell."""

from __future__ import annotations

import datetime as dt

from tests.spec.historier import Forlop, historier, person_maaneder

BAKGRUNN = ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning")


def grenser(tabeller: Forlop) -> dict[str, list[str]]:
    """Person → first and last month of each spell."""
    svar: dict[str, list[str]] = {}
    for rad in tabeller.rader("klargjort.forlop"):
        svar.setdefault(rad["person"], []).append(f"{rad['start']:%Y-%m}/{rad['slutt']:%Y-%m}")
    return svar


def test_one_month_without_pay_lies_inside_a_spell_and_two_end_it(forlop):
    tabeller = forlop("""
        person           | maaneder
        p_uten_hull      | ..pppppp....
        p_ett_hull       | ..ppp.pp....
        p_to_ettere      | ..pp.p.p....
        p_to_hull        | ..pp..pp....
        p_tre_hull       | ..pp...p....
        p_aldri_betalt   | ............
        p_en_maaned      | ...p........
    """)
    assert grenser(tabeller) == {
        "p_uten_hull": ["2013-03/2013-08"],
        "p_ett_hull": ["2013-03/2013-08"],
        "p_to_ettere": ["2013-03/2013-08"],
        "p_to_hull": ["2013-03/2013-04", "2013-07/2013-08"],
        "p_tre_hull": ["2013-03/2013-04", "2013-08/2013-08"],
        "p_en_maaned": ["2013-04/2013-04"],
    }


def test_a_month_outside_the_delivery_is_a_month_without_pay(forlop):
    tabeller = forlop("""
        person             | maaneder
        p_ett_borte        | ..ppp-pp....
        p_to_borte         | ..pp--pp....
        p_borte_og_ubetalt | ..pp-.pp....
    """)
    assert grenser(tabeller) == {
        "p_ett_borte": ["2013-03/2013-08"],
        "p_to_borte": ["2013-03/2013-04", "2013-07/2013-08"],
        "p_borte_og_ubetalt": ["2013-03/2013-04", "2013-07/2013-08"],
    }


def test_a_spell_is_numbered_and_its_length_counts_the_gap(forlop):
    tabeller = forlop("""
        person    | maaneder
        p_to      | ..p.p...pppp....
    """)
    assert tabeller.kolonne("klargjort.forlop", "forlop_nr") == {"p_to": [1, 2]}
    assert tabeller.kolonne("klargjort.forlop", "lengde") == {"p_to": [3, 4]}


def test_censored_when_the_last_payment_lies_in_the_panels_last_two_months(forlop):
    tabeller = forlop("""
        person           | maaneder
        p_siste          | ....pppp
        p_nest_siste     | ....ppp.
        p_tredje_siste   | ....pp..
        p_hull_til_slutt | ....pp.p
    """)
    assert tabeller.kolonne("klargjort.forlop", "sensurert") == {
        "p_siste": [True],
        "p_nest_siste": [True],
        "p_tredje_siste": [False],
        "p_hull_til_slutt": [True],
    }


def test_the_panel_is_the_months_that_are_built_paid_or_not(forlop):
    """Its edges decide who is censored and whose start is known; here nobody at all is paid in them."""
    tabeller = forlop("""
        person    | maaneder
        p_forst   | ..pppp......
        p_sist    | .......ppp..
    """)
    assert tabeller.kolonne("klargjort.forlop", "start_kjent") == {"p_forst": [True], "p_sist": [True]}
    assert tabeller.kolonne("klargjort.forlop", "sensurert") == {"p_forst": [False], "p_sist": [False]}
    assert tabeller.kolonne("klargjort.forlop", "fulgt") == {"p_forst": [9], "p_sist": [4]}


def test_followed_up_to_the_last_month_but_one(forlop):
    tabeller = forlop("""
        person            | maaneder
        p_fra_start       | pppp....
        p_midt            | ....pp..
        p_nest_siste      | ......p.
        p_siste           | .......p
    """)
    assert tabeller.kolonne("klargjort.forlop", "fulgt") == {
        "p_fra_start": [7],
        "p_midt": [3],
        "p_nest_siste": [1],
        "p_siste": [0],
    }


def test_helt_ny_is_the_first_spell_of_somebody_not_converted_after_the_panels_first_two_months(forlop):
    tabeller = forlop("""
        person                | maaneder     | konvertert
        p_forste_maaned       | pppppppppp   |
        p_andre_maaned        | .ppppppppp   |
        p_tredje_maaned       | ..pppppppp   |
        p_konvertert          | ..pppppppp   | J
        p_andre_forlop        | ..pp....pp   |
        p_forst_i_starten     | pp....pppp   |
    """)
    assert tabeller.kolonne("klargjort.forlop", "helt_ny") == {
        "p_forste_maaned": [False],
        "p_andre_maaned": [False],
        "p_tredje_maaned": [True],
        "p_konvertert": [False],
        "p_andre_forlop": [True, False],
        "p_forst_i_starten": [False, False],
    }
    assert tabeller.kolonne("klargjort.forlop", "start_kjent") == {
        "p_forste_maaned": [False],
        "p_andre_maaned": [False],
        "p_tredje_maaned": [True],
        "p_konvertert": [True],
        "p_andre_forlop": [True, True],
        "p_forst_i_starten": [False, True],
    }


def test_converted_in_any_month_is_converted_in_every_spell(register):
    rader = person_maaneder(
        historier("""
        person    | maaneder
        p_sent    | ..pp....pp..
    """)
    )
    rader[-1]["konvertert"] = True  # a month after both spells
    tabeller = Forlop(register.con, rader)
    assert tabeller.kolonne("klargjort.forlop", "konvertert") == {"p_sent": [True, True]}
    assert tabeller.kolonne("klargjort.forlop", "helt_ny") == {"p_sent": [False, False]}


def test_background_is_that_of_the_first_month(register):
    rader = person_maaneder(
        historier("""
        person  | maaneder | aldersgruppe | aap_siden
        p_eldre | ..pppp.. | 25-29        | 2013-02-14
    """)
    )
    for rad in rader[3:]:
        rad |= {"aldersgruppe": "30-39", "diagnosegruppe": "annet", "aap_siden": dt.date(2013, 5, 1)}
    rader += [rad | {"person": "p_ukjent"} | dict.fromkeys(BAKGRUNN) for rad in rader]
    rader[2]["utdanning"] = None
    tabeller = Forlop(register.con, rader)
    rad, ukjent = sorted(tabeller.rader("klargjort.forlop"), key=lambda rad: rad["person"])
    assert {navn: ukjent[navn] for navn in BAKGRUNN} == dict.fromkeys(BAKGRUNN, "uoppgitt")
    assert (rad["aldersgruppe"], rad["diagnosegruppe"], rad["utdanning"]) == ("25-29", "psykisk", "uoppgitt")
    assert (rad["aap_siden"], rad["startaar"]) == (dt.date(2013, 2, 14), 2013)
