"""`arbeid`, `timer_arbeidet` and `meldekort_status` (rules.md §1; 2017:1 ch. 2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.spec.tabeller import APRIL, Register, tabell

MAI = dt.date(2015, 5, 1)


def test_arbeid_is_any_hours_on_a_card_received_in_the_month(register: Register) -> None:
    register.fyll(
        meldekort="""
        person                | timer        | dato_fra   | dato_innkommet
        p_en_halv_time        | 0 0 0.5      | 2015-03-30 | 2015-04-13
        p_null_timer          | 0 0 0        | 2015-03-30 | 2015-04-13
        p_uten_dager          |              | 2015-03-30 | 2015-04-13
        p_kom_forste_april    | 7.5          | 2015-03-16 | 2015-04-01
        p_kom_siste_april     | 7.5          | 2015-04-13 | 2015-04-30
        p_kom_i_mars          | 7.5          | 2015-03-16 | 2015-03-31
        p_kom_i_mai           | 7.5          | 2015-04-13 | 2015-05-01
        p_gjelder_i_fjor      | 7.5          | 2014-12-01 | 2015-04-13
        """,
        person="""
        person
        p_uten_kort
        """,
    )
    assert register.kolonne("arbeid") == {
        "p_en_halv_time": True,
        "p_null_timer": False,
        "p_uten_dager": False,
        "p_kom_forste_april": True,
        "p_kom_siste_april": True,
        "p_kom_i_mars": False,
        "p_kom_i_mai": False,
        "p_gjelder_i_fjor": True,
        "p_uten_kort": False,
    }


def test_timer_are_summed_over_days_and_cards(register: Register) -> None:
    register.fyll(
        meldekort="""
        person          | periodekode | timer
        p_to_kort       | 14          | 7.5 0 3.5
        p_to_kort       | 16          | 0.5
        p_null          | 14          | 0 0
        """,
        person="""
        person
        p_uten_kort
        """,
    )
    assert register.kolonne("timer_arbeidet") == {
        "p_to_kort": Decimal("11.5"),
        "p_null": Decimal(0),
        "p_uten_kort": Decimal(0),
    }


def test_one_card_a_period_counts_the_latest_then_the_highest_id(register: Register) -> None:
    register.fyll(
        meldekort="""
        person                     | meldekort_id | aar  | periodekode | dato_innkommet | timer
        p_siste_rettet_til_null    | 12           | 2015 | 14          | 2015-04-13     | 7.5
        p_siste_rettet_til_null    | 11           | 2015 | 14          | 2015-04-20     | 0
        p_siste_rettet_opp         | 21           | 2015 | 14          | 2015-04-13     | 0
        p_siste_rettet_opp         | 22           | 2015 | 14          | 2015-04-20     | 4
        p_samme_dag_hoyeste_id     | 32           | 2015 | 14          | 2015-04-13     | 2
        p_samme_dag_hoyeste_id     | 31           | 2015 | 14          | 2015-04-13     | 7
        p_samme_periode_to_aar     | 41           | 2014 | 14          | 2015-04-13     | 5
        p_samme_periode_to_aar     | 42           | 2015 | 14          | 2015-04-20     | 1
        p_to_perioder              | 51           | 2015 | 14          | 2015-04-13     | 5
        p_to_perioder              | 52           | 2015 | 16          | 2015-04-27     | 0
        """
    )
    assert register.kolonne("timer_arbeidet") == {
        "p_siste_rettet_til_null": 0,
        "p_siste_rettet_opp": 4,
        "p_samme_dag_hoyeste_id": 2,
        "p_samme_periode_to_aar": 6,
        "p_to_perioder": 5,
    }


def test_the_days_of_a_card_are_those_of_its_own_delivery(register: Register) -> None:
    """A card that is delivered again in May, with other hours, says nothing of April."""
    register.fyll(
        meldekort="""
        maaned     | person | meldekort_id | dato_innkommet | timer
        2015-04-01 | p      | 1            | 2015-04-13     | 2
        2015-05-01 | p      | 1            | 2015-05-13     | 7
        """
    ).klargjor(APRIL, MAI)
    rader = register.rader("SELECT maaned, timer_arbeidet FROM klargjort.person_maaned")
    assert {rad["maaned"]: rad["timer_arbeidet"] for rad in rader} == {APRIL: 2, MAI: 7}


@pytest.mark.parametrize("status", ["OVERM", "SLETT", "FEIL"])
def test_a_replaced_deleted_or_failed_card_is_out_before_the_choice(register: Register, status: str) -> None:
    register.fyll(
        meldekort=[
            {"person": "p_bare_det", "beregningstatuskode": status, "timer": "7.5"},
            {"person": "p_har_ogsa_et_annet", "beregningstatuskode": "FERDI", "timer": "3"},
            {
                "person": "p_har_ogsa_et_annet",
                "beregningstatuskode": status,
                "timer": "7.5",
                "dato_innkommet": "2015-04-29",
            },
        ]
    )
    assert register.kolonne("timer_arbeidet") == {"p_bare_det": 0, "p_har_ogsa_et_annet": 3}
    assert register.kolonne("meldekort_status") == {"p_bare_det": "mangler", "p_har_ogsa_et_annet": "mottatt"}


def test_a_card_of_any_other_status_counts(register: Register) -> None:
    koder = ["OPPRE", "SENDT", "KLAR", "FERDI", "VENTE", "IKKE", "FMOPP"]
    koder += ["FUOPP", "NYKTR", "REGIS", "UBEHA", "KAND", "OPPF"]
    register.fyll(meldekort=[{"person": kode, "beregningstatuskode": kode, "timer": "3"} for kode in koder])
    assert register.kolonne("arbeid") == dict.fromkeys(koder, True)


def test_any_meldegruppe_counts_and_none(register: Register) -> None:
    koder = ["ATTF", "AAP", "DAGP", "INDIV", "ARBS", "FY", None]
    register.fyll(meldekort=[{"person": str(kode), "meldegruppekode": kode, "timer": "3"} for kode in koder])
    assert register.kolonne("arbeid") == dict.fromkeys(map(str, koder), True)


def test_meldekort_status_by_the_cards(register: Register) -> None:
    register.fyll(
        meldekort="""
        person                    | periodekode | mkskortkode | dato_innkommet | meldekort_id
        p_elektronisk             | 14          | 05          | 2015-04-13     | 1
        p_korrigert               | 14          | 10          | 2015-04-13     | 2
        p_automatisk              | 14          | 06          | 2015-04-13     | 3
        p_to_automatiske          | 14          | 06          | 2015-04-13     | 4
        p_to_automatiske          | 16          | 06          | 2015-04-27     | 5
        p_automatisk_og_eget      | 14          | 06          | 2015-04-13     | 6
        p_automatisk_og_eget      | 16          | 05          | 2015-04-27     | 7
        p_eget_erstattet_av_auto  | 14          | 05          | 2015-04-13     | 8
        p_eget_erstattet_av_auto  | 14          | 06          | 2015-04-14     | 9
        """,
        person="""
        person
        p_uten_kort
        """,
    )
    assert register.kolonne("meldekort_status") == {
        "p_elektronisk": "mottatt",
        "p_korrigert": "mottatt",
        "p_automatisk": "ikke_spurt",
        "p_to_automatiske": "ikke_spurt",
        "p_automatisk_og_eget": "mottatt",
        "p_eget_erstattet_av_auto": "ikke_spurt",
        "p_uten_kort": "mangler",
    }


def test_an_exemption_in_force_in_the_month_means_nobody_was_asked(register: Register) -> None:
    vedtak = tabell("""
        person                | rettighetkode | utfallkode | vedtakstatuskode | fra_dato   | til_dato
        p_fritatt             | FRI_MK_AAP    | JA         | IVERK            | 2015-01-01 |
        p_avsluttet_fritak    | FRI_MK_AAP    | JA         | AVSLU            | 2015-01-01 | 2015-04-01
        p_fra_siste_dag       | FRI_MK_AAP    | JA         | IVERK            | 2015-04-30 | 2015-12-31
        p_til_mars            | FRI_MK_AAP    | JA         | IVERK            | 2015-01-01 | 2015-03-31
        p_fra_mai             | FRI_MK_AAP    | JA         | IVERK            | 2015-05-01 |
        p_avslag              | FRI_MK_AAP    | NEI        | IVERK            | 2015-01-01 |
        p_ikke_avgjort        | FRI_MK_AAP    |            | MOTAT            | 2015-01-01 |
        p_bare_innstilt       | FRI_MK_AAP    | JA         | INNST            | 2015-01-01 |
        p_ugyldiggjort        | FRI_MK_AAP    | JA         | IVERK            | 2015-04-20 | 2015-04-10
        p_uten_fra_dato       | FRI_MK_AAP    | JA         | IVERK            |            |
        p_annen_rettighet     | AA116         | JA         | IVERK            | 2015-01-01 |
        """)
    register.fyll(aap_vedtak=vedtak, meldekort=[{"person": rad["person"]} for rad in vedtak])
    assert register.kolonne("meldekort_status") == {
        "p_fritatt": "ikke_spurt",
        "p_avsluttet_fritak": "ikke_spurt",
        "p_fra_siste_dag": "ikke_spurt",
        "p_til_mars": "mottatt",
        "p_fra_mai": "mottatt",
        "p_avslag": "mottatt",
        "p_ikke_avgjort": "mottatt",
        "p_bare_innstilt": "mottatt",
        "p_ugyldiggjort": "mottatt",
        "p_uten_fra_dato": "mottatt",
        "p_annen_rettighet": "mottatt",
    }


def test_an_exemption_is_one_whatever_the_type_of_its_vedtak(register: Register) -> None:
    """rules.md asks for the code of the exemption and for its being granted; a type is asked of AAP alone."""
    typer = ["O", "E", "G", "S", "K", "A", "M", "N", "T", "F", "R"]
    register.fyll(aap_vedtak=[{"person": t, "rettighetkode": "FRI_MK_AAP", "vedtaktypekode": t} for t in typer])
    assert register.kolonne("meldekort_status") == dict.fromkeys(typer, "ikke_spurt")


def test_an_exemption_without_any_card_is_not_a_missing_card(register: Register) -> None:
    register.fyll(aap_vedtak=[{"person": "p", "rettighetkode": "FRI_MK_AAP"}])
    assert register.kolonne("meldekort_status") == {"p": "ikke_spurt"}


def test_hours_are_work_also_where_nobody_had_to_be_asked(register: Register) -> None:
    """⟂ «har meldt om arbeid på meldekortet»: whoever reports hours has, whatever `meldekort_status` is."""
    register.fyll(
        aap_vedtak=[
            {"person": person, "rettighetkode": "FRI_MK_AAP"} for person in ("p_fritatt", "p_fritatt_uten_timer")
        ],
        meldekort="""
        person                 | periodekode | mkskortkode | timer
        p_fritatt              | 14          | 05          | 7.5
        p_fritatt_uten_timer   | 14          | 05          | 0
        p_automatisk           | 14          | 06          | 7.5
        p_automatisk_og_eget   | 14          | 06          | 7.5
        p_automatisk_og_eget   | 16          | 05          | 0
        p_automatisk_uten      | 14          | 06          | 0
        """,
    )
    assert register.kolonne("arbeid") == {
        "p_fritatt": True,
        "p_automatisk": True,
        "p_automatisk_og_eget": True,
        "p_fritatt_uten_timer": False,
        "p_automatisk_uten": False,
    }
    assert register.kolonne("meldekort_status") == {
        "p_fritatt": "ikke_spurt",
        "p_automatisk": "ikke_spurt",
        "p_automatisk_og_eget": "mottatt",
        "p_fritatt_uten_timer": "ikke_spurt",
        "p_automatisk_uten": "ikke_spurt",
    }


@pytest.mark.parametrize(
    ("kort", "grunn"),
    [
        ({"beregningstatuskode": "SLETT"}, "the card does not count"),
        ({"dato_innkommet": "2015-05-01"}, "the card came in another month"),
    ],
)
def test_hours_nobody_asked_for_must_stand_on_a_card_that_counts(
    register: Register, kort: dict[str, str], grunn: str
) -> None:
    register.fyll(
        aap_vedtak=[{"person": "p_fritatt", "rettighetkode": "FRI_MK_AAP"}],
        meldekort=[{"person": "p_fritatt", "timer": "7.5", **kort}],
    )
    assert register.kolonne("arbeid") == {"p_fritatt": False}, grunn
