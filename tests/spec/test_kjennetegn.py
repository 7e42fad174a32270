"""Who is in a month, and the characteristics results are grouped by (rules.md §1)."""

from __future__ import annotations

import datetime as dt

from tests.spec.tabeller import Register

KOLONNER = {
    "person_key": "UUID",
    "maaned": "DATE",
    "mottaker": "BOOLEAN",
    "tiltak": "BOOLEAN",
    "arbeid": "BOOLEAN",
    "timer_arbeidet": "DECIMAL(9,1)",
    "meldekort_status": "VARCHAR",
    "gyldig_plan": "BOOLEAN",
    "plan_status": "VARCHAR",
    "behandling": "BOOLEAN",
    "behandling_uten_plankrav": "BOOLEAN",
    "innsatsgruppe": "VARCHAR",
    "hovedmaal": "VARCHAR",
    "aap_siden": "DATE",
    "konvertert": "BOOLEAN",
    "aktfase": "VARCHAR",
    "alder": "INTEGER",
    "aldersgruppe": "VARCHAR",
    "kjonn": "VARCHAR",
    "fylke": "VARCHAR",
    "nav_enhet": "VARCHAR",
    "landbakgrunn": "VARCHAR",
    "utdanning": "VARCHAR",
    "diagnosegruppe": "VARCHAR",
    "i_tiprosentutvalg": "BOOLEAN",
    "aktivitetsstatus": "VARCHAR",
    "tilstand": "VARCHAR",
}
NAAR_ALT_MANGLER = {
    "mottaker": False,
    "tiltak": False,
    "arbeid": False,
    "timer_arbeidet": 0,
    "meldekort_status": "mangler",
    "gyldig_plan": False,
    "plan_status": "ingen",
    "behandling": False,
    "behandling_uten_plankrav": False,
    "innsatsgruppe": None,
    "hovedmaal": None,
    "aap_siden": None,
    "konvertert": False,
    "aktfase": None,
    "diagnosegruppe": "uoppgitt",
    "aktivitetsstatus": None,
    "tilstand": "passiv",
}


def test_the_columns_are_those_of_the_rules_in_their_order(register: Register) -> None:
    register.klargjor()
    beskrevet = register.rader("DESCRIBE klargjort.person_maaned")
    assert [(rad["column_name"], rad["column_type"]) for rad in beskrevet] == list(KOLONNER.items())


def test_a_person_without_any_other_row_is_there_and_is_nothing(register: Register) -> None:
    register.fyll(person=[{"person": "p"}])
    rad = register.person_maaned()["p"]
    assert {navn: rad[navn] for navn in NAAR_ALT_MANGLER} == NAAR_ALT_MANGLER


def test_every_active_person_of_the_delivery_is_there_once(register: Register) -> None:
    """`rang` is the door's: 1 for the highest person_id in use, null for a row of another status."""
    register.fyll(
        person="""
        person           | rang | person_id_status | kjonn | maaned
        p_en_id          | 1    | AKTIV            | K     | 2015-04-01
        p_to_id          | 1    | AKTIV            | M     | 2015-04-01
        p_to_id          | 2    | AKTIV            | K     | 2015-04-01
        p_aktiv_og_dobl  | 1    | AKTIV            | K     | 2015-04-01
        p_aktiv_og_dobl  |      | DUPLIKAT         | M     | 2015-04-01
        p_bare_duplikat  |      | DUPLIKAT         | K     | 2015-04-01
        p_i_mai          | 1    | AKTIV            | K     | 2015-05-01
        """
    )
    assert register.kolonne("kjonn") == {"p_en_id": "K", "p_to_id": "M", "p_aktiv_og_dobl": "K"}
    register.klargjor(dt.date(2015, 4, 1), dt.date(2015, 5, 1))
    rader = register.rader("SELECT person_key, count(*) AS antall FROM klargjort.person_maaned GROUP BY ALL")
    assert {rad["person"]: rad["antall"] for rad in rader} == {
        "p_en_id": 1,
        "p_to_id": 1,
        "p_aktiv_og_dobl": 1,
        "p_i_mai": 1,
    }


def test_age_on_the_last_day_and_its_group(register: Register) -> None:
    """Whoever has a birthday in the month has had it by the last day of it."""
    register.fyll(
        person="""
        person         | fodselsmaaned
        p_17           | 1997-05-01
        p_18           | 1997-04-01
        p_19           | 1995-05-01
        p_20           | 1995-04-01
        p_24           | 1990-05-01
        p_25           | 1990-04-01
        p_29           | 1985-05-01
        p_30           | 1985-04-01
        p_39           | 1975-05-01
        p_40           | 1975-04-01
        p_49           | 1965-05-01
        p_50           | 1965-04-01
        p_59           | 1955-05-01
        p_60           | 1955-04-01
        p_67           | 1947-05-01
        p_68           | 1947-04-01
        """
    )
    assert {f"p_{alder}": alder for alder in register.kolonne("alder").values()} == register.kolonne("alder")
    assert register.kolonne("aldersgruppe") == {
        "p_17": "annet",
        "p_18": "18-19",
        "p_19": "18-19",
        "p_20": "20-24",
        "p_24": "20-24",
        "p_25": "25-29",
        "p_29": "25-29",
        "p_30": "30-39",
        "p_39": "30-39",
        "p_40": "40-49",
        "p_49": "40-49",
        "p_50": "50-59",
        "p_59": "50-59",
        "p_60": "60-67",
        "p_67": "60-67",
        "p_68": "annet",
    }


def test_education_by_nus_level(register: Register) -> None:
    ventet = {
        **dict.fromkeys("012", "grunnskole"),
        **dict.fromkeys("345", "videregaaende"),
        "6": "hoyere_inntil_4",
        **dict.fromkeys("78", "hoyere_over_4"),
        "9": "uoppgitt",
    }
    register.fyll(person=[{"person": nivaa, "utdanning_nivaa": nivaa} for nivaa in ventet])
    register.fyll(person=[{"person": "mangler", "utdanning_nivaa": None}])
    assert register.kolonne("utdanning") == ventet | {"mangler": "uoppgitt"}


def test_country_county_office_and_sample(register: Register) -> None:
    register.fyll(
        person="""
        person           | landkode_statsborger | kommune_nr | nav_enhet | i_tiprosentutvalg
        p_oslo           | NO                   | 0301       | 0313      | true
        p_svensk         | SE                   | 1601       | 1601      | false
        p_uoppgitt       |                      |            |           | false
        p_for_tidlig     | NO                   | 5001       | 5701      | false
        p_ukjent_fylke   | NO                   | 9901       | 9901      | false
        """
    )
    rader = register.person_maaned()
    navn = ("landbakgrunn", "fylke", "nav_enhet", "i_tiprosentutvalg")
    assert {person: tuple(rad[n] for n in navn) for person, rad in rader.items()} == {
        "p_oslo": ("norge", "Oslo", "0313", True),
        "p_svensk": ("annet", "Sør-Trøndelag", "1601", False),
        "p_uoppgitt": (None, None, None, False),
        "p_for_tidlig": ("norge", None, "5701", False),
        "p_ukjent_fylke": ("norge", None, "9901", False),
    }


def test_a_county_is_that_of_the_month(register: Register) -> None:
    """A number that another division has, earlier or later, is nobody's."""
    register.fyll(
        person="""
        person      | kommune_nr | maaned
        p_0104_2019 | 0104       | 2019-12-01
        p_0104_2020 | 0104       | 2020-01-01
        p_1601_2017 | 1601       | 2017-12-01
        p_1601_2018 | 1601       | 2018-01-01
        p_5001_2017 | 5001       | 2017-12-01
        p_5001_2018 | 5001       | 2018-01-01
        p_5001_2024 | 5001       | 2024-01-01
        p_3002_2019 | 3002       | 2019-12-01
        p_3002_2023 | 3002       | 2023-12-01
        p_3002_2024 | 3002       | 2024-01-01
        p_3103_2023 | 3103       | 2023-12-01
        p_3103_2024 | 3103       | 2024-01-01
        p_0301_2030 | 0301       | 2030-01-01
        p_4601_2020 | 4601       | 2020-01-01
        p_1201_2020 | 1201       | 2020-01-01
        """
    )
    register.klargjor(*(dt.date.fromisoformat(f"{aar}-01") for aar in
                        ("2017-12", "2018-01", "2019-12", "2020-01", "2023-12", "2024-01", "2030-01")))  # fmt: skip
    assert {rad["person"]: rad["fylke"] for rad in register.rader("FROM klargjort.person_maaned")} == {
        "p_0104_2019": "Østfold", "p_0104_2020": None, "p_1601_2017": "Sør-Trøndelag", "p_1601_2018": None,
        "p_5001_2017": None, "p_5001_2018": "Trøndelag", "p_5001_2024": "Trøndelag", "p_3002_2019": None,
        "p_3002_2023": "Viken", "p_3002_2024": None, "p_3103_2023": None, "p_3103_2024": "Østfold",
        "p_0301_2030": "Oslo", "p_4601_2020": "Vestland", "p_1201_2020": None,
    }  # fmt: skip


def test_diagnosis_group_by_system_and_chapter(register: Register) -> None:
    """The same letter is another chapter in the other system."""
    ventet = {
        "ICPC2 P76": "psykisk",
        "ICD10 F32": "psykisk",
        "ICPC2 L84": "muskel_skjelett",
        "ICD10 M54": "muskel_skjelett",
        "ICPC2 N01": "nervesystem",
        "ICD10 G43": "nervesystem",
        "ICPC2 K74": "hjerte_kar",
        "ICD10 I20": "hjerte_kar",
        "ICPC2 A04": "allment",
        "ICD10 R53": "allment",
        "ICD10 Z73": "allment",
        "ICPC2 p76": "psykisk",
        "ICD10 P07": "annet",
        "ICD10 L40": "annet",
        "ICD10 N18": "annet",
        "ICD10 K50": "annet",
        "ICD10 A15": "annet",
        "ICPC2 F01": "annet",
        "ICPC2 Z10": "annet",
        "ICPC2 R95": "annet",
        "ICPC2 -57": "annet",
    }
    diagnoser = [(person, *person.split()) for person in ventet]
    register.fyll(
        diagnose=[{"person": p, "diagnose_kodeverk": system, "diagnosekode": kode} for p, system, kode in diagnoser]
    )
    assert register.kolonne("diagnosegruppe") == ventet


def test_which_diagnosis_counts(register: Register) -> None:
    register.fyll(
        diagnose="""
        person                | diagnose_kodeverk | diagnosekode | diagnose_type | dato
        p_seneste             | ICPC2             | P76          | HOVED         | 2014-01-01
        p_seneste             | ICPC2             | L84          | HOVED         | 2015-01-01
        p_siste_dag           | ICPC2             | P76          | HOVED         | 2014-01-01
        p_siste_dag           | ICPC2             | L84          | HOVED         | 2015-04-30
        p_seneste_i_mai       | ICPC2             | P76          | HOVED         | 2014-01-01
        p_seneste_i_mai       | ICPC2             | L84          | HOVED         | 2015-05-01
        p_seneste_er_bi       | ICPC2             | P76          | HOVED         | 2014-01-01
        p_seneste_er_bi       | ICPC2             | L84          | BI            | 2015-01-01
        p_bare_bi             | ICPC2             | P76          | BI            | 2014-01-01
        p_icpc_for_icd        | ICD10             | F32          | HOVED         | 2014-01-01
        p_icpc_for_icd        | ICPC2             | L84          | HOVED         | 2014-01-01
        p_dato_for_kodeverk   | ICD10             | F32          | HOVED         | 2014-01-02
        p_dato_for_kodeverk   | ICPC2             | L84          | HOVED         | 2014-01-01
        p_koderekkefolge      | ICPC2             | P76          | HOVED         | 2014-01-01
        p_koderekkefolge      | ICPC2             | K74          | HOVED         | 2014-01-01
        p_forste_kode_forst   | ICPC2             | K74          | HOVED         | 2014-01-01
        p_forste_kode_forst   | ICPC2             | P76          | HOVED         | 2014-01-01
        """
    )
    assert register.kolonne("diagnosegruppe") == {
        "p_seneste": "muskel_skjelett",
        "p_siste_dag": "muskel_skjelett",
        "p_seneste_i_mai": "psykisk",
        "p_seneste_er_bi": "psykisk",
        "p_bare_bi": "uoppgitt",
        "p_icpc_for_icd": "muskel_skjelett",
        "p_dato_for_kodeverk": "psykisk",
        "p_koderekkefolge": "hjerte_kar",
        "p_forste_kode_forst": "hjerte_kar",
    }
