"""rules.md §3: what the months of a spell are, its episodes and its summary."""

from __future__ import annotations

import datetime as dt

from pipelines.model import derived, descriptions
from pipelines.studies.forlop.fill import build
from tests.spec.historier import Forlop, historier, person_maaneder


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
    ubetalt = [rad for rad in tabeller.rader("klargjort.forlop_maaned") if rad["person"] == "p_ubetalt"]
    assert [(rad["mottaker"], rad["tiltak"]) for rad in ubetalt] == [(True, True), (False, True), (True, True)]
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


def test_the_length_classes_of_a_spell(forlop):
    """rules.md §3 (a): ≤12, 13–24, 25–36 and >36 months."""
    tabeller = forlop("\n".join(["person | maaneder", *(f"p_{n} | ..{'p' * n}" for n in (1, 12, 13, 24, 25, 36, 37))]))
    assert tabeller.kolonne("statistikk.forlop_oppsummert", "lengdeklasse") == {
        "p_1": ["1-12"],
        "p_12": ["1-12"],
        "p_13": ["13-24"],
        "p_24": ["13-24"],
        "p_25": ["25-36"],
        "p_36": ["25-36"],
        "p_37": ["37+"],
    }


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
    courses = [name for name, table in derived.tables().items() if table.study == "forlop" and table.built]
    assert len(courses) == 8
    for tabell in courses:
        kolonner = [rad[0] for rad in tabeller.con.execute(f"describe {tabell}").fetchall()]
        beskrevet = descriptions.descriptions()[tabell].columns
        assert set(kolonner) <= set(beskrevet), tabell
        assert set(beskrevet) - {"kjoring_id"} <= set(kolonner), tabell
        skrevet = tabeller.con.execute(
            "select count(*) from duckdb_columns() where schema_name || '.' || table_name = $1 and comment is null",
            [tabell],
        ).fetchall()
        assert skrevet == [(0,)], tabell
