"""The cross-section (rules.md §2; 2017:1 ch. 2)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.spec.tabeller import APRIL, Rad, Register, betalt, tabell

MARS, MAI = dt.date(2015, 3, 1), dt.date(2015, 5, 1)
MAL = {
    "mottakere",
    "tiltak",
    "arbeid",
    "arbeid_eller_tiltak",
    "arbeid_og_tiltak",
    "behandling",
    "behandling_inkl_utlopt_plan",
    "behandling_uten_plankrav",
    "gyldig_plan",
    "aktivitetsstatus=arbeid_eller_tiltak",
    "aktivitetsstatus=kun_behandling",
    "aktivitetsstatus=varig_tilpasset",
    "aktivitetsstatus=gyldig_plan",
    "aktivitetsstatus=ingen_plan",
    "innsatsgruppe=standard",
    "innsatsgruppe=situasjonsbestemt",
    "innsatsgruppe=spesielt_tilpasset",
    "innsatsgruppe=varig_tilpasset",
    "innsatsgruppe=uoppgitt",
    "plan_status=gyldig",
    "plan_status=utlopt",
    "plan_status=ikke_signert",
    "plan_status=ingen",
    "meldekort_status=mottatt",
    "meldekort_status=ikke_spurt",
    "meldekort_status=mangler",
}


def _tall(register: Register, gruppering: str = "alle", gruppe: str = "alle") -> dict[str, tuple[int, int]]:
    """Measure → (count, denominator) of one group in April 2015."""
    rader = register.rader(
        "FROM statistikk.tverrsnitt WHERE gruppering = $gruppering AND gruppe = $gruppe AND maaned = $maaned",
        gruppering=gruppering,
        gruppe=gruppe,
        maaned=APRIL,
    )
    return {rad["mal"]: (rad["antall"], rad["nevner"]) for rad in rader}


def _med_ubetalte(tekst: str) -> list[Rad]:
    """The rows of the table, and the same rows of somebody else who is paid nothing."""
    rader = tabell(tekst)
    return [*rader, *({**rad, "person": f"{rad['person']}_ubetalt"} for rad in rader)]


@pytest.fixture(scope="module")
def tolv() -> Register:
    """Six recipients, one of every sort the cross-section tells apart, and of each a twin who is paid nothing."""
    register = Register()
    register.fyll(
        person=_med_ubetalte("""
        person        | kjonn | fodselsmaaned | kommune_nr | utdanning_nivaa
        p_tiltak      | K     | 1980-01-01    | 0301       | 4
        p_arbeid      | M     | 1980-01-01    | 0301       | 4
        p_begge       | K     | 1960-01-01    | 1201       | 6
        p_behandling  | K     | 1960-01-01    | 1201       |
        p_varig       | M     | 1960-01-01    |            | 2
        p_ingenting   | M     | 1990-04-01    | 0301       | 2
        """),
        utbetaling=betalt("p_tiltak", "p_arbeid", "p_begge", "p_behandling", "p_varig", "p_ingenting"),
        tiltaksdeltakelse=_med_ubetalte("""
        person
        p_tiltak
        p_begge
        """),
        meldekort=_med_ubetalte("""
        person        | timer | mkskortkode
        p_arbeid      | 7.5   | 05
        p_begge       | 7.5   | 05
        p_behandling  | 0     | 05
        p_varig       | 0     | 06
        """),
        aktivitetsplan=_med_ubetalte("""
        person        | dato_godkjent | dato_til
        p_behandling  | 2015-01-10    | 2015-12-31
        p_varig       | 2015-01-10    | 2015-03-31
        p_ingenting   |               | 2015-12-31
        """),
        aktivitet=_med_ubetalte("""
        person
        p_behandling
        p_varig
        p_ingenting
        """),
        innsatsgruppe=_med_ubetalte("""
        person        | kvalifiseringsgruppekode
        p_tiltak      | IKVAL
        p_arbeid      | BFORM
        p_begge       | BATT
        p_behandling  | VARIG
        p_varig       | VARIG
        """),
        diagnose=_med_ubetalte("""
        person        | diagnosekode
        p_begge       | P76
        p_varig       | L84
        """),
    )
    return register.tverrsnitt()


def test_every_measure_counts_recipients_only(tolv: Register) -> None:
    tall = _tall(tolv)
    assert {mal: antall for mal, (antall, _) in tall.items()} == {
        "mottakere": 6,
        "tiltak": 2,
        "arbeid": 2,
        "arbeid_eller_tiltak": 3,
        "arbeid_og_tiltak": 1,
        "behandling": 1,
        "behandling_inkl_utlopt_plan": 2,
        "behandling_uten_plankrav": 3,
        "gyldig_plan": 1,
        "aktivitetsstatus=arbeid_eller_tiltak": 3,
        "aktivitetsstatus=kun_behandling": 1,
        "aktivitetsstatus=varig_tilpasset": 1,
        "aktivitetsstatus=gyldig_plan": 0,
        "aktivitetsstatus=ingen_plan": 1,
        "innsatsgruppe=standard": 1,
        "innsatsgruppe=situasjonsbestemt": 1,
        "innsatsgruppe=spesielt_tilpasset": 1,
        "innsatsgruppe=varig_tilpasset": 2,
        "innsatsgruppe=uoppgitt": 1,
        "plan_status=gyldig": 1,
        "plan_status=utlopt": 1,
        "plan_status=ikke_signert": 1,
        "plan_status=ingen": 3,
        "meldekort_status=mottatt": 3,
        "meldekort_status=ikke_spurt": 1,
        "meldekort_status=mangler": 2,
    }
    assert {nevner for _, nevner in tall.values()} == {6}


@pytest.mark.parametrize(
    ("gruppering", "grupper"),
    [
        ("alle", {"alle": 6}),
        ("kjonn", {"K": 3, "M": 3}),
        ("aldersgruppe", {"25-29": 1, "30-39": 2, "50-59": 3}),
        ("diagnosegruppe", {"psykisk": 1, "muskel_skjelett": 1, "uoppgitt": 4}),
        ("utdanning", {"grunnskole": 2, "videregaaende": 2, "hoyere_inntil_4": 1, "uoppgitt": 1}),
        ("fylke", {"Oslo": 3, "Hordaland": 2, "uoppgitt": 1}),
        ("kjonn*aldersgruppe", {"K*30-39": 1, "M*30-39": 1, "K*50-59": 2, "M*50-59": 1, "M*25-29": 1}),
        (
            "aldersgruppe*diagnosegruppe",
            {
                "25-29*uoppgitt": 1,
                "30-39*uoppgitt": 2,
                "50-59*psykisk": 1,
                "50-59*muskel_skjelett": 1,
                "50-59*uoppgitt": 1,
            },
        ),
    ],
)
def test_the_groupings_and_every_measure_in_every_group(
    tolv: Register, gruppering: str, grupper: dict[str, int]
) -> None:
    rader = tolv.rader("FROM statistikk.tverrsnitt WHERE gruppering = $gruppering", gruppering=gruppering)
    assert {rad["gruppe"]: rad["antall"] for rad in rader if rad["mal"] == "mottakere"} == grupper
    assert len(rader) == len(grupper) * len(MAL)
    assert {rad["mal"] for rad in rader} == MAL
    assert all(rad["nevner"] == grupper[rad["gruppe"]] for rad in rader)


def test_there_are_no_other_groupings(tolv: Register) -> None:
    (antall,) = tolv.rader("SELECT count(DISTINCT gruppering) AS n FROM statistikk.tverrsnitt")
    assert antall["n"] == 8


def test_a_count_within_a_group_and_its_share(tolv: Register) -> None:
    assert _tall(tolv, "kjonn", "K")["tiltak"] == (2, 3)
    assert _tall(tolv, "kjonn", "M")["tiltak"] == (0, 3)
    (rad,) = tolv.rader(
        "SELECT andel FROM statistikk.tverrsnitt WHERE gruppering = 'kjonn' AND gruppe = 'K' AND mal = 'tiltak'"
    )
    assert rad["andel"] == pytest.approx(2 / 3)


def test_a_month_without_recipients_has_zeroes_and_no_shares(register: Register) -> None:
    register.fyll(person=[{"person": "p_ubetalt"}]).tverrsnitt()
    rader = register.rader("FROM statistikk.tverrsnitt")
    assert {(rad["gruppering"], rad["antall"], rad["nevner"], rad["andel"]) for rad in rader} == {("alle", 0, 0, None)}
    assert {rad["mal"] for rad in rader} == MAL


def test_all_asked_for_months_in_one_statement_and_no_other(register: Register) -> None:
    register.fyll(
        utbetaling="""
        maaned     | person | dato_postert
        2015-03-01 | p_a    | 2015-03-15
        2015-04-01 | p_a    | 2015-04-15
        2015-04-01 | p_b    | 2015-04-15
        2015-05-01 | p_b    | 2015-05-15
        """
    ).klargjor(MARS, APRIL, MAI)
    register.lag_tabell("statistikk.tverrsnitt", "tverrsnitt/tverrsnitt", APRIL, MAI)
    rader = register.rader("FROM statistikk.tverrsnitt WHERE mal = 'mottakere' AND gruppering = 'alle'")
    assert {rad["maaned"]: rad["antall"] for rad in rader} == {APRIL: 2, MAI: 1}
