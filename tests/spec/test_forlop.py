"""rules.md §3: where a spell begins and ends, who is new, and what its months are."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines import comments
from pipelines.forlop.build import TABLES, build
from tests.spec.historier import Forlop, historier, person_maaneder
from tests.spec.tabeller import Register


@pytest.fixture
def forlop(register: Register):
    """From an ASCII table of histories to the tables of the courses."""
    return lambda tekst: Forlop(register.con, person_maaneder(historier(tekst)))


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
    rader[2]["utdanning"] = None
    tabeller = Forlop(register.con, rader)
    (rad,) = tabeller.rader("klargjort.forlop")
    assert (rad["aldersgruppe"], rad["diagnosegruppe"], rad["utdanning"]) == ("25-29", "psykisk", "uoppgitt")
    assert (rad["aap_siden"], rad["startaar"]) == (dt.date(2013, 2, 14), 2013)


def test_a_month_without_pay_inside_a_spell_keeps_its_own_flags_and_one_outside_the_delivery_is_passive(forlop):
    tabeller = forlop("""
        person        | maaneder
        p_ubetalt     | ..tTt...
        p_borte       | ..t-t...
        p_etterpaa    | ..ttT...
    """)
    assert tabeller.kolonne("klargjort.forlop_maaned", "tilstand") == {
        "p_ubetalt": ["tiltak", "tiltak", "tiltak"],
        "p_borte": ["tiltak", "passiv", "tiltak"],
        "p_etterpaa": ["tiltak", "tiltak"],
    }
    borte = [rad for rad in tabeller.rader("klargjort.forlop_maaned") if rad["person"] == "p_borte"][1]
    assert borte == {
        "person": "p_borte",
        "forlop_nr": 1,
        "maaned_nr": 2,
        "maaned": dt.date(2013, 4, 1),
        "mottaker": False,
        "tiltak": False,
        "arbeid": False,
        "behandling": False,
        "tilstand": "passiv",
        "meldekort_status": "mangler",
    }


def test_months_without_a_card_are_counted_and_are_not_work(forlop):
    tabeller = forlop("""
        person     | maaneder
        p_uten_kort | ..a.a...
    """)
    (rad,) = tabeller.rader("statistikk.forlop_oppsummert")
    assert rad["maaneder_uten_meldekort"] == 1
    assert rad["maaneder_uten_utbetaling"] == 1
    assert rad["maaneder_arbeid"] == 2
    assert rad["lengde"] == 3


def test_the_panel_numbers_the_months_of_each_spell_from_one(forlop):
    tabeller = forlop("""
        person | maaneder
        p_to   | ..pp.p...pp...
    """)
    assert tabeller.kolonne("klargjort.forlop_maaned", "maaned_nr") == {"p_to": [1, 2, 3, 4, 1, 2]}


def test_episodes_are_the_runs_of_equal_months(forlop):
    tabeller = forlop("""
        person | maaneder
        p_lop  | ..ppbbbp.wp...
    """)
    assert [
        (rad["episode_nr"], rad["tilstand"], rad["fra_nr"], rad["varighet"])
        for rad in tabeller.rader("klargjort.forlop_episode")
    ] == [
        (1, "passiv", 1, 2),
        (2, "behandling", 3, 3),
        (3, "passiv", 6, 2),
        (4, "tiltak+arbeid+behandling", 8, 1),
        (5, "passiv", 9, 1),
    ]


def test_the_summary_of_a_spell(forlop):
    tabeller = forlop("""
        person      | maaneder
        p_blandet   | ..ppbxtpa...
        p_ulik_tid  | ..bbpt......
        p_passiv    | ..ppp.......
    """)
    blandet, passiv, ulik = (
        next(rad for rad in tabeller.rader("statistikk.forlop_oppsummert") if rad["person"] == person)
        for person in ("p_blandet", "p_passiv", "p_ulik_tid")
    )
    assert {navn: blandet[f"maaneder_{navn}"] for navn in ("tiltak", "arbeid", "behandling", "arbeidsrettet")} == {
        "tiltak": 1,
        "arbeid": 2,
        "behandling": 2,
        "arbeidsrettet": 3,
    }
    assert (blandet["tilstand_passiv"], blandet["tilstand_arbeid_behandling"], blandet["maaneder_samtidig"]) == (
        3,
        1,
        1,
    )
    assert [blandet[f"forste_{navn}"] for navn in ("behandling", "arbeid", "tiltak", "begge", "samtidig")] == [
        3,
        4,
        5,
        4,
        4,
    ]
    assert (blandet["passive_perioder"], blandet["lengste_passive"], blandet["andel_passiv"]) == (2, 2, 3 / 7)
    assert blandet["overganger"] == 5
    assert (ulik["begge_noensinne"], ulik["samtidig_noensinne"], ulik["forste_begge"]) == (True, False, 4)
    assert (passiv["arbeidsrettet_noensinne"], passiv["begge_noensinne"], passiv["forste_begge"]) == (
        False,
        False,
        None,
    )
    assert passiv["andel_passiv"] == 1


def test_days_to_the_first_tiltak_count_from_aap_siden_where_it_starts_on_or_after(register):
    register.fyll(
        tiltaksdeltakelse="""
            person              | maaned     | deltakerstatuskode | dato_fra   | dato_til   | dato_statusendring
            p_etter             | 2013-04-01 | GJENN              | 2013-04-20 |            |
            p_samme_dag         | 2013-03-01 | GJENN              | 2013-03-05 |            |
            p_for_aap           | 2013-03-01 | GJENN              | 2013-03-04 |            |
            p_for_og_etter      | 2013-03-01 | GJENN              | 2012-11-01 | 2013-03-10 |
            p_for_og_etter      | 2013-03-01 | GJENN              | 2013-03-20 |            |
            p_lenge_for         | 2013-04-01 | FULLF              | 2011-01-01 | 2011-06-30 | 2011-06-30
            p_lenge_for         | 2013-04-01 | GJENN              | 2013-04-02 |            |
            p_aldri_begynt      | 2013-04-01 | GJENN_AVB          | 2013-04-01 |            | 2013-03-20
            p_aldri_begynt      | 2013-04-01 | GJENN              | 2013-04-03 |            |
            p_teller_ikke       | 2013-04-01 | VENTELISTE         | 2013-04-01 |            |
            p_teller_ikke       | 2013-04-01 | GJENN              | 2013-04-04 |            |
            p_annen_leveranse   | 2013-05-01 | GJENN              | 2013-03-06 |            |
            p_annen_leveranse   | 2013-04-01 | GJENN              | 2013-04-05 |            |
            p_ukjent_start      | 2013-04-01 | GJENN              | 2013-04-05 |            |
        """
    )
    tabeller = Forlop(
        register.con,
        person_maaneder(
            historier("""
            person            | maaneder | aap_siden
            p_etter           | ..pttp.. | 2013-03-05
            p_samme_dag       | ..ttpp.. | 2013-03-05
            p_for_aap         | ..ttpp.. | 2013-03-05
            p_for_og_etter    | ..ttpp.. | 2013-03-05
            p_lenge_for       | ..pttp.. | 2013-03-05
            p_aldri_begynt    | ..pttp.. | 2013-03-05
            p_teller_ikke     | ..pttp.. | 2013-03-05
            p_annen_leveranse | ..pttp.. | 2013-03-05
            p_ukjent_start    | ..pttp.. |
            p_uten_tiltak     | ..pppp.. | 2013-03-05
        """)
        ),
    )
    assert tabeller.kolonne("statistikk.forlop_oppsummert", "dager_til_tiltak") == {
        "p_etter": [46],
        "p_samme_dag": [0],
        "p_for_aap": [None],
        "p_for_og_etter": [None],
        "p_lenge_for": [28],
        "p_aldri_begynt": [29],
        "p_teller_ikke": [30],
        "p_annen_leveranse": [31],
        "p_ukjent_start": [None],
        "p_uten_tiltak": [None],
    }


def test_every_table_is_made_and_every_column_described(forlop):
    tabeller = forlop("""
        person | maaneder
        p_en   | ..ptp...
    """)
    build(tabeller.con, "kjøring")
    for tabell in TABLES:
        kolonner = [rad[0] for rad in tabeller.con.execute(f"describe {tabell}").fetchall()]
        beskrevet = comments.descriptions()[tabell].columns
        assert set(kolonner) <= set(beskrevet), tabell
        assert set(beskrevet) - {"kjoring_id"} <= set(kolonner), tabell
        skrevet = tabeller.con.execute(
            "select count(*) from duckdb_columns() where schema_name || '.' || table_name = $1 and comment is null",
            [tabell],
        ).fetchall()
        assert skrevet == [(0,)], tabell
