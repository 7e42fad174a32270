"""The SQL against the plain-Python reading of rules.md §1, on registers made to trip it.

Dates crowd the edges of April and May 2015 so that they tie, vedtak end and begin about a month apart, codes are
drawn from those that count and those that do not, people have several rows of everything, and two months lie in
the same tables. Hypothesis picks the seeds; persons do not depend on one another, so a failure shows one person's
rows rather than a shrunken register.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.spec import oracle
from tests.spec.tabeller import APRIL, Register

MAI = dt.date(2015, 5, 1)
PERSONER = 60
Utkast = dict[str, list[dict[str, Any]]]
Trekk = Callable[[random.Random], Any]


def _av(*verdier: Any) -> Trekk:
    return lambda trekning: trekning.choice(verdier)


def _dato(*dager: str) -> Trekk:
    return _av(*(dt.date.fromisoformat(f"2015-{dag}") for dag in dager))


def _kanskje(trekk: Trekk, mangler: float = 0.25) -> Trekk:
    return lambda trekning: None if trekning.random() < mangler else trekk(trekning)


def _rutenett(*avvik: int) -> Trekk:
    """Days on a grid of 32: with ends a day to either side the gaps are 30, 31 and 32 days."""
    return lambda r: dt.date(2015, 4, 1) + dt.timedelta(32 * r.randint(-4, 2) + r.choice(avvik))


KANTER = _dato("03-31", "04-01", "04-02", "04-29", "04-30", "05-01", "05-30", "05-31", "06-01")
UTTREKK: dict[str, dict[str, Trekk]] = {
    "utbetaling": {"belop": _av(-8000, -100, 0, 100, 8000), "dato_postert": KANTER},
    "aap_vedtak": {
        "rettighetkode": _av("AAP", "AAP", "AAP", "AAP", "AAP", "AAP", "AAP", "AA115", "FRI_MK_AAP"),
        "vedtaktypekode": _av("O", "E", "G", "O", "E", "G", "S"),
        "utfallkode": _av("JA", "JA", "JA", "JA", "JA", "JA", "NEI", None),
        "vedtakstatuskode": _av("IVERK", "IVERK", "AVSLU", "AVSLU", "INNST"),
        "aktfasekode": _av("UA", "AU", None),
        "fra_dato": _kanskje(_rutenett(0), 0.05),
        "til_dato": _kanskje(_rutenett(-1, 0, 1), 0.25),
        "konvertert": _av("J", "N", "N", "N", None),
    },
    "innsatsgruppe": {
        "kvalifiseringsgruppekode": _av("IKVAL", "BFORM", "BATT", "VARIG", "VURDU"),
        "hovedmaalkode": _av("SKAFFEA", "BEHOLDEA", None),
        "fra_dato": _dato("04-29", "04-30", "05-01"),
        "til_dato": _kanskje(KANTER),
    },
    "meldekort": {
        "aar": _av(2014, 2015),
        "periodekode": _av("14", "16"),
        "dato_innkommet": _dato("03-31", "04-01", "04-30", "04-30", "05-01", "05-31", "05-31", "06-01"),
        "mkskortkode": _av("05", "06", "06", "10"),
        "beregningstatuskode": _av("FERDI", "FERDI", "KAND", "KAND", "FERDI", "OVERM", "SLETT", "FEIL"),
        "timer": _av("", "0 0", "0.5", "7.5 0 2.5"),
    },
    "tiltaksdeltakelse": {
        "er_hist": _av("J", "N"),
        "deltakerstatuskode": _av("GJENN", "TILBUD", "FULLF", "GJENN_AVL", "IKKEM", "FEILREG"),
        "dato_fra": _kanskje(KANTER),
        "dato_til": _kanskje(KANTER),
        "dato_statusendring": _kanskje(KANTER),
    },
    "aktivitetsplan": {"dato_fra": KANTER, "dato_til": _kanskje(KANTER), "dato_godkjent": _kanskje(KANTER)},
    "aktivitet": {
        "aktivitettypenavn": _av(*oracle.BEHANDLING[:3], "RUSBEHANDLING ", "Institusjonsopphold  —behandling", "Tur"),
        "aktivitetstatuskode": _av("GJENN", "FULLF", "PLAN"),
    },
    "diagnose": {
        "diagnose_kodeverk": _av("ICPC2", "ICD10"),
        "diagnosekode": _av("p76", "P76", "L84", "F32", "M54", "N01", "Z73", "X99"),
        "diagnose_type": _av("HOVED", "HOVED", "BI"),
        "dato": _dato("04-29", "04-30", "05-01", "05-31"),
    },
}
PERSON: dict[str, Trekk] = {
    "rang": _av(1, 1, 1, 1, 1, 1, 1, 2, None),
    "fodselsmaaned": lambda trekning: dt.date(trekning.randint(1945, 1998), trekning.randint(1, 12), 1),
    "landkode_statsborger": _av("NO", "SE", None),
    "utdanning_nivaa": _av(*"0123456789", None),
}
FLEST = {"aap_vedtak": 8, "meldekort": 8}
LOPENUMMER = {"aap_vedtak": "vedtak_id", "innsatsgruppe": "vedtak_id", "meldekort": "meldekort_id"}


def _registre(fro: int) -> Utkast:
    """A register of sixty persons, each in April's delivery, May's, or both, and several rows of everything."""
    trekning = random.Random(fro)
    utkast: Utkast = {"person": [], **{uttrekk: [] for uttrekk in UTTREKK}}
    for nr in range(PERSONER):
        for maaned in trekning.choice([(APRIL,), (MAI,), (APRIL, MAI)]):
            felles = {"person": f"p_{nr}", "maaned": maaned}
            utkast["person"].append(felles | {navn: trekk(trekning) for navn, trekk in PERSON.items()})
            for uttrekk, kolonner in UTTREKK.items():
                for _ in range(trekning.randint(0, FLEST.get(uttrekk, 4))):
                    utkast[uttrekk].append(felles | {navn: trekk(trekning) for navn, trekk in kolonner.items()})
    for uttrekk, nokkel in LOPENUMMER.items():
        for maaned in (APRIL, MAI):
            # Ids in no order, and the same ones again in the other month's delivery.
            rader = [rad for rad in utkast[uttrekk] if rad["maaned"] == maaned]
            for rad, nummer in zip(rader, trekning.sample(range(len(rader)), len(rader)), strict=True):
                rad[nokkel] = nummer
    return utkast


@settings(max_examples=12, deadline=None)
@given(fro=st.integers(0, 2**32))
def test_the_sql_and_the_plain_reading_agree(delt_register: Register, fro: int) -> None:
    utkast = _registre(fro)
    delt_register.toem()
    delt_register.fyll(**utkast).klargjor(APRIL, MAI)
    for maaned in (APRIL, MAI):
        ventet = oracle.person_maaned(utkast, maaned)
        rader = delt_register.rader("FROM klargjort.person_maaned WHERE maaned = $maaned", maaned=maaned)
        funnet = {rad["person"]: rad for rad in rader}
        assert len(funnet) == len(rader)
        assert set(funnet) == set(ventet)
        for person, rad in ventet.items():
            egne = {
                navn: [r for r in utkast[navn] if (r["person"], r["maaned"]) == (person, maaned)] for navn in utkast
            }
            assert {kolonne: funnet[person][kolonne] for kolonne in rad} == rad, egne


@pytest.mark.parametrize("navn", [*oracle.BEHANDLING, "Medisinsk  behandling—institusjon", "REHABILITERING "])
def test_the_oracle_knows_the_names(navn: str) -> None:
    assert oracle.likt_navn(navn) in oracle.BEHANDLINGSNAVN
