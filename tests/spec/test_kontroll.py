"""What must hold in every month (rules.md §5): each check is silent on a sound register, and speaks when broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from tests.spec.tabeller import APRIL, Register

MARS, MAI, JUNI = (dt.date(2015, maaned, 1) for maaned in (3, 5, 6))
FEIL = [
    "manglende_maaned",
    "manglende_tverrsnitt",
    "unik_nokkel",
    "arbeid_eller_tiltak",
    "behandling_delmengde",
    "summerer_til_mottakere",
    "mottaker_uten_vedtak",
]
ADVARSLER = ["hull_i_rekken", "mottakere_endring", "timer_uten_sporsmaal"]


@pytest.fixture(scope="module")
def bygd() -> Register:
    """Two months of forty recipients with vedtak, cards, plans and treatment."""
    register = Register()
    personer = [f"p_{nr}" for nr in range(40)]
    for maaned in (APRIL, MAI):
        hver = [{"person": person, "maaned": maaned} for person in personer]
        register.fyll(
            aap_vedtak=hver,
            utbetaling=[{**rad, "dato_postert": maaned + dt.timedelta(14)} for rad in hver],
            meldekort=[{**rad, "dato_innkommet": maaned + dt.timedelta(12), "timer": "7.5"} for rad in hver[::3]],
            tiltaksdeltakelse=hver[::4],
            aktivitetsplan=hver[::2],
            aktivitet=hver[::5],
            innsatsgruppe=hver,
        )
    return register.tverrsnitt(APRIL, MAI)


@pytest.fixture
def friskt(bygd: Register) -> Iterator[Register]:
    """The sound register, for a test to break: what it does is undone."""
    with bygd.angret():
        yield bygd


def _funn(register: Register, kontroll: str, *maaneder: dt.date) -> dict[dt.date, int]:
    """Month → count of what a check finds, and that it names itself and says something."""
    rader = register.kontroll(kontroll, *(maaneder or (APRIL, MAI)))
    assert all(rad["kontroll"] == kontroll and rad["detalj"] for rad in rader)
    assert all(list(rad) == ["maaned", "kontroll", "antall", "detalj"] for rad in rader)
    return {rad["maaned"]: rad["antall"] for rad in rader}


@pytest.mark.parametrize("kontroll", FEIL + ADVARSLER)
def test_a_sound_register_passes(friskt: Register, kontroll: str) -> None:
    assert _funn(friskt, kontroll) == {}


def test_a_month_asked_for_and_not_built_is_found(friskt: Register) -> None:
    assert _funn(friskt, "manglende_maaned", MARS, APRIL, JUNI) == {MARS: 0, JUNI: 0}
    assert _funn(friskt, "manglende_tverrsnitt", MARS, APRIL, JUNI) == {MARS: 0, JUNI: 0}


def test_a_hole_between_built_months_is_a_warning(friskt: Register) -> None:
    friskt.con.execute("UPDATE klargjort.person_maaned SET maaned = DATE '2015-06-01' WHERE maaned = DATE '2015-05-01'")
    assert _funn(friskt, "hull_i_rekken") == {MAI: 0}


def test_a_person_twice_in_a_month_is_found(friskt: Register) -> None:
    friskt.con.execute(
        "INSERT INTO klargjort.person_maaned FROM klargjort.person_maaned WHERE maaned = DATE '2015-05-01' LIMIT 2"
    )
    assert _funn(friskt, "unik_nokkel") == {MAI: 2}


@pytest.mark.parametrize(
    "endring",
    [
        "SET tiltak = false, arbeid = false WHERE aktivitetsstatus = 'arbeid_eller_tiltak'",
        "SET tiltak = true WHERE aktivitetsstatus = 'ingen_plan'",
        "SET mottaker = false",
        "SET aktivitetsstatus = NULL WHERE aktivitetsstatus = 'kun_behandling'",
    ],
)
def test_a_status_that_does_not_follow_from_tiltak_and_arbeid_is_found(friskt: Register, endring: str) -> None:
    friskt.con.execute(f"UPDATE klargjort.person_maaned {endring}")
    funn = _funn(friskt, "arbeid_eller_tiltak")
    assert set(funn) == {APRIL, MAI}
    assert all(antall > 0 for antall in funn.values())


@pytest.mark.parametrize("kolonne", ["behandling_inkl_utlopt_plan", "behandling_uten_plankrav", "gyldig_plan"])
def test_treatment_without_what_it_requires_is_found(friskt: Register, kolonne: str) -> None:
    friskt.con.execute(f"UPDATE klargjort.person_maaned SET {kolonne} = false WHERE maaned = DATE '2015-04-01'")
    assert _funn(friskt, "behandling_delmengde") == {APRIL: 4}


@pytest.mark.parametrize(
    ("mal", "familie"),
    [
        ("aktivitetsstatus=kun_behandling", "aktivitetsstatus"),
        ("innsatsgruppe=spesielt_tilpasset", "innsatsgruppe"),
        ("plan_status=gyldig", "plan_status"),
        ("meldekort_status=mottatt", "meldekort_status"),
        ("arbeid_og_tiltak", "arbeid_eller_tiltak"),
    ],
)
def test_a_count_that_does_not_sum_is_found(friskt: Register, mal: str, familie: str) -> None:
    friskt.con.execute(
        "UPDATE statistikk.tverrsnitt SET antall = antall + 1"
        f" WHERE mal = '{mal}' AND gruppering = 'kjonn' AND maaned = DATE '2015-04-01'"
    )
    assert _funn(friskt, "summerer_til_mottakere") == {APRIL: 1}
    assert familie in friskt.kontroll("summerer_til_mottakere")[0]["detalj"]


def test_a_value_the_cross_section_does_not_list_is_found(friskt: Register) -> None:
    friskt.con.execute("UPDATE klargjort.person_maaned SET innsatsgruppe = 'gradert' WHERE maaned = DATE '2015-04-01'")
    friskt.lag_tabell("statistikk.tverrsnitt", "tverrsnitt/tverrsnitt", APRIL, MAI)
    assert set(_funn(friskt, "summerer_til_mottakere")) == {APRIL}


@pytest.mark.parametrize(
    ("uten_vedtak", "i_alt", "ventet"),
    [(20, 40, {}), (21, 40, {APRIL: 21}), (21, 2100, {}), (22, 2100, {APRIL: 22})],
)
def test_recipients_without_a_granted_vedtak_beyond_one_percent_and_twenty(
    register: Register, uten_vedtak: int, i_alt: int, ventet: dict[dt.date, int]
) -> None:
    personer = [{"person": f"p_{nr}"} for nr in range(i_alt)]
    avslag = [{**person, "utfallkode": "NEI"} for person in personer[:uten_vedtak]]
    avsluttet = [{**person, "til_dato": "2014-12-31"} for person in personer[uten_vedtak:]]
    ubetalte = [{"person": f"p_ubetalt_{nr}"} for nr in range(30)]
    register.fyll(utbetaling=personer, aap_vedtak=avslag + avsluttet, person=ubetalte).klargjor()
    assert _funn(register, "mottaker_uten_vedtak") == ventet


@pytest.mark.parametrize(("mai", "ventet"), [(42, {}), (43, {MAI: 3}), (38, {}), (37, {MAI: -3})])
def test_recipients_more_than_five_percent_from_the_month_before(
    friskt: Register, mai: int, ventet: dict[dt.date, int]
) -> None:
    friskt.con.execute(
        f"UPDATE statistikk.tverrsnitt SET antall = {mai} WHERE mal = 'mottakere' AND maaned = DATE '2015-05-01'"
    )
    assert _funn(friskt, "mottakere_endring") == ventet


def test_treatment_under_an_expired_plan_that_is_no_treatment_is_found(friskt: Register) -> None:
    """Where nobody is in treatment under a valid plan, the two readings of fn. 5 still lie inside each other."""
    friskt.con.execute(
        "UPDATE klargjort.person_maaned SET behandling = false, behandling_uten_plankrav = false"
        " WHERE maaned = DATE '2015-04-01'"
    )
    assert _funn(friskt, "behandling_delmengde") == {APRIL: 4}


def test_hours_nobody_was_asked_for_are_counted(register: Register) -> None:
    register.fyll(
        meldekort="""
        person       | mkskortkode | timer
        p_automatisk | 06          | 7.5
        p_uten_timer | 06          | 0
        p_spurt      | 05          | 7.5
        """
    ).klargjor()
    assert _funn(register, "timer_uten_sporsmaal") == {APRIL: 1}


def test_attrition_keeps_fewer_at_every_step(register: Register) -> None:
    personer = {
        "p_med_alt": ("mottaker", "vedtak", "kort", "innsats"),
        "p_uten_innsatsgruppe": ("mottaker", "vedtak", "kort"),
        "p_uten_kort": ("mottaker", "vedtak", "innsats"),
        "p_uten_vedtak": ("mottaker", "kort", "innsats"),
        "p_ubetalt": ("vedtak", "kort", "innsats"),
    }

    def med(egenskap: str) -> list[dict[str, str]]:
        return [{"person": person} for person, har in personer.items() if egenskap in har]

    register.fyll(
        person=[{"person": "p_ikke_aktiv", "rang": None, "person_id_status": "DUPLIKAT"}],
        utbetaling=med("mottaker"),
        aap_vedtak=med("vedtak"),
        meldekort=med("kort"),
        innsatsgruppe=med("innsats"),
    ).klargjor()
    rader = _frafall(register, "tverrsnitt")
    assert [(rad["steg_nr"], rad["steg"], rad["personer"]) for rad in rader] == [
        (1, "i_leveransen", 6),
        (2, "aktive", 5),
        (3, "mottakere", 4),
        (4, "med_innvilget_vedtak", 3),
        (5, "med_meldekort", 2),
        (6, "med_innsatsgruppe", 1),
    ]
    assert {rad["maaned"] for rad in rader} == {APRIL}


def test_attrition_of_the_courses_ends_with_the_new_of_the_ten_percent_sample(register: Register) -> None:
    betalt = {
        "p_fra_panelets_start": (1, 2, 3, 4),
        "p_ny": (3, 4),
        "p_ny_utenfor_tiprosent": (3, 4),
        "p_konvertert": (3, 4),
        "p_andre_forlop": (1, 4),
        "p_hull_i_april": (3, 5),  # in the spell, but no recipient
        "p_sluttet": (3,),
    }
    alle = [dt.date(2015, nummer, 1) for nummer in range(1, 6)]
    register.fyll(
        person=[
            {"person": person, "maaned": str(maaned), "i_tiprosentutvalg": person != "p_ny_utenfor_tiprosent"}
            for person in betalt
            for maaned in alle
        ],
        utbetaling=[
            {"person": person, "maaned": f"2015-{nummer:02}-01", "dato_postert": f"2015-{nummer:02}-10"}
            for person, maaneder in betalt.items()
            for nummer in maaneder
        ],
        aap_vedtak=[{"person": "p_konvertert", "maaned": "2015-05-01", "konvertert": "J"}],
    ).klargjor(*alle)
    rader = [rad for rad in _frafall(register, "forlop") if rad["maaned"] == APRIL]
    assert [(rad["steg_nr"], rad["steg"], rad["personer"]) for rad in rader] == [
        (1, "mottakere", 5),
        (2, "i_forlop", 5),
        (3, "tilgang", 4),
        (4, "helt_ny", 2),
        (5, "tiprosent", 1),
    ]
    assert register.rader("SELECT DISTINCT maaned FROM kontroll.frafall ORDER BY 1") == [{"maaned": m} for m in alle]


def test_attrition_leaves_out_a_month_that_is_loaded_and_not_built(register: Register) -> None:
    mars = dt.date(2015, 3, 1)
    register.fyll(utbetaling=[{"person": "p_en"}, {"person": "p_en", "maaned": str(mars)}]).klargjor()
    assert {rad["maaned"] for rad in _frafall(register, "tverrsnitt")} == {APRIL}


def _frafall(register: Register, populasjon: str) -> list[dict[str, Any]]:
    register.lag_tabell("klargjort.forlop", "forlop/forlop")
    register.lag_tabell("kontroll.frafall", "kontroll/frafall")
    return register.rader(
        "FROM kontroll.frafall WHERE populasjon = $populasjon ORDER BY maaned, steg_nr", populasjon=populasjon
    )
