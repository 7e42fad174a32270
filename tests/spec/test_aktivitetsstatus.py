"""`aktivitetsstatus` (2017:1 figure 8) and `tilstand` (2017:2): every combination of what they are made of."""

from __future__ import annotations

import itertools

import pytest

from tests.spec.tabeller import Register

FLAGG = ("mottaker", "tiltak", "arbeid", "behandling", "varig", "plan")


def _fyll(register: Register, personer: dict[str, dict[str, bool]]) -> None:
    """Give every person what makes each flag true, and nothing of what makes the others."""

    def med(flagg: str, **verdier: str) -> list[dict[str, str]]:
        return [{"person": p, **verdier} for p, har in personer.items() if har[flagg]]

    register.fyll(
        person=[{"person": p} for p in personer],
        utbetaling=med("mottaker"),
        tiltaksdeltakelse=med("tiltak"),
        meldekort=med("arbeid", timer="7.5"),
        aktivitet=med("behandling"),
        innsatsgruppe=med("varig", kvalifiseringsgruppekode="VARIG"),
        aktivitetsplan=med("plan"),
    )


ALLE = {
    "p_" + ("_".join(f for f, har in zip(FLAGG, valg, strict=True) if har) or "ingenting"): dict(
        zip(FLAGG, valg, strict=True)
    )
    for valg in itertools.product([True, False], repeat=len(FLAGG))
}


def test_the_first_that_holds_decides_the_status_of_a_recipient(register: Register) -> None:
    _fyll(register, ALLE)
    status = register.kolonne("aktivitetsstatus")
    assert len(status) == 64
    for person, har in ALLE.items():
        if not har["mottaker"]:
            ventet = None
        elif har["arbeid"] or har["tiltak"]:
            ventet = "arbeid_eller_tiltak"
        elif har["behandling"] and har["plan"]:
            ventet = "kun_behandling"
        elif har["varig"]:
            ventet = "varig_tilpasset"
        elif har["plan"]:
            ventet = "gyldig_plan"
        else:
            ventet = "ingen_plan"
        assert status[person] == ventet, person


@pytest.mark.parametrize("mottaker", [True, False])
def test_tilstand_is_the_set_of_the_three_recipient_or_not(register: Register, mottaker: bool) -> None:
    tomt = dict.fromkeys(FLAGG, False) | {"mottaker": mottaker}
    personer = {
        "passiv": {},
        "behandling": {"behandling": True, "plan": True},
        "arbeid": {"arbeid": True},
        "arbeid+behandling": {"arbeid": True, "behandling": True, "plan": True},
        "tiltak": {"tiltak": True},
        "tiltak+behandling": {"tiltak": True, "behandling": True, "plan": True},
        "tiltak+arbeid": {"tiltak": True, "arbeid": True},
        "tiltak+arbeid+behandling": {"tiltak": True, "arbeid": True, "behandling": True, "plan": True},
    }
    _fyll(register, {navn: tomt | har for navn, har in personer.items()})
    assert register.kolonne("tilstand") == {navn: navn for navn in personer}


def test_a_plan_or_treatment_without_a_plan_is_passive(register: Register) -> None:
    tomt = dict.fromkeys(FLAGG, False)
    _fyll(register, {"p_plan": tomt | {"plan": True}, "p_uten_plan": tomt | {"behandling": True}})
    assert register.kolonne("tilstand") == {"p_plan": "passiv", "p_uten_plan": "passiv"}
