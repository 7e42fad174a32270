"""The SQL against the plain-Python reading of rules.md §1, on registers made to trip it.

Dates crowd the edges of April and May 2015, codes are drawn from those that count and those that do not, people
have several rows of everything, and both months lie in the same tables.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spec import oracle
from tests.spec.tabeller import APRIL, Register

MAI = dt.date(2015, 5, 1)
Utkast = dict[str, list[dict[str, Any]]]

KANTER = [
    dt.date(2015, 3, 31),
    dt.date(2015, 4, 1),
    dt.date(2015, 4, 2),
    dt.date(2015, 4, 29),
    dt.date(2015, 4, 30),
    dt.date(2015, 5, 1),
    dt.date(2015, 5, 30),
    dt.date(2015, 5, 31),
    dt.date(2015, 6, 1),
]
datoer = st.sampled_from(KANTER) | st.dates(dt.date(2015, 1, 1), dt.date(2015, 6, 30))
# Vedtak follow one another at about a month's distance, where the chain holds or breaks.
vedtaksdatoer = datoer | st.integers(-6, 6).map(lambda n: dt.date(2015, 4, 1) + dt.timedelta(n * 32))
kanskje = st.one_of(st.none(), datoer)


def _av(*verdier: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(verdier)


UTTREKK: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "utbetaling": {"belop": _av(-8000, -100, 0, 100, 8000), "dato_postert": datoer},
    "aap_vedtak": {
        "vedtak_id": st.integers(1, 99),
        "rettighetkode": _av("AAP", "AAP", "AAP", "AA115", "FRI_MK_AAP"),
        "vedtaktypekode": _av("O", "E", "G", "S"),
        "utfallkode": _av("JA", "JA", "JA", "NEI", None),
        "vedtakstatuskode": _av("IVERK", "AVSLU", "INNST"),
        "aktfasekode": _av("UA", "AU", None),
        "fra_dato": st.one_of(st.none(), vedtaksdatoer, vedtaksdatoer),
        "til_dato": st.one_of(st.none(), vedtaksdatoer, vedtaksdatoer),
        "konvertert": _av("J", "N", None),
    },
    "innsatsgruppe": {
        "vedtak_id": st.integers(1, 99),
        "kvalifiseringsgruppekode": _av("IKVAL", "BFORM", "BATT", "VARIG", "VURDU"),
        "hovedmaalkode": _av("SKAFFEA", "BEHOLDEA", None),
        "fra_dato": datoer,
        "til_dato": kanskje,
    },
    "meldekort": {
        "meldekort_id": st.integers(1, 999),
        "aar": _av(2014, 2015),
        "periodekode": _av("14", "16"),
        "dato_innkommet": st.sampled_from(KANTER),
        "mkskortkode": _av("05", "06", "10"),
        "beregningstatuskode": _av("FERDI", "FERDI", "OVERM", "SLETT", "FEIL", "KAND"),
        "timer": _av("", "0 0", "0.5", "7.5 0 2.5"),
    },
    "tiltaksdeltakelse": {
        "er_hist": _av("J", "N"),
        "deltakerstatuskode": _av("GJENN", "TILBUD", "FULLF", "GJENN_AVL", "IKKEM", "FEILREG"),
        "dato_fra": kanskje,
        "dato_til": kanskje,
        "dato_statusendring": kanskje,
    },
    "aktivitetsplan": {"dato_fra": datoer, "dato_til": kanskje, "dato_godkjent": kanskje},
    "aktivitet": {
        "aktivitettypenavn": _av(*oracle.BEHANDLING[:4], "RUSBEHANDLING", "Medisinsk behandling–  institusjon", "Tur"),
        "aktivitetstatuskode": _av("GJENN", "GJENN", "FULLF", "PLAN"),
    },
    "diagnose": {
        "diagnose_kodeverk": _av("ICPC2", "ICD10"),
        "diagnosekode": _av("P76", "L84", "F32", "M54", "N01", "Z73", "X99"),
        "diagnose_type": _av("HOVED", "HOVED", "BI"),
        "dato": datoer,
    },
}
NOKLER = {"aap_vedtak": "vedtak_id", "innsatsgruppe": "vedtak_id", "meldekort": "meldekort_id"}
personer = st.fixed_dictionaries(
    {
        "fodselsmaaned": st.builds(dt.date, st.integers(1945, 1998), st.integers(1, 12), st.just(1)),
        "landkode_statsborger": _av("NO", "SE", None),
        "utdanning_nivaa": _av(*"0123456789", None),
    }
)


@st.composite
def registre(draw: st.DrawFn) -> Utkast:
    """A register of a few persons, each in April's delivery, May's, or both."""
    utkast: Utkast = {"person": [], **{uttrekk: [] for uttrekk in UTTREKK}}
    for nr in range(draw(st.integers(1, 4))):
        for maaned in draw(st.sampled_from([(APRIL,), (MAI,), (APRIL, MAI)])):
            felles = {"person": f"p_{nr}", "maaned": maaned}
            rang = draw(_av(1, 1, 1, 1, 1, 2, None))
            utkast["person"].append(felles | {"rang": rang} | draw(personer))
            for uttrekk, kolonner in UTTREKK.items():
                rader = draw(st.lists(st.fixed_dictionaries(kolonner), max_size=5 if uttrekk == "aap_vedtak" else 3))
                utkast[uttrekk] += [felles | rad for rad in rader]
    for uttrekk, nokkel in NOKLER.items():
        utkast[uttrekk] = list({(rad["maaned"], rad[nokkel]): rad for rad in utkast[uttrekk]}.values())
    return utkast


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(utkast=registre())
def test_the_sql_and_the_plain_reading_agree(delt_register: Register, utkast: Utkast) -> None:
    delt_register.toem()
    delt_register.fyll(**utkast).klargjor(APRIL, MAI)
    for maaned in (APRIL, MAI):
        ventet = oracle.person_maaned(utkast, maaned)
        rader = delt_register.rader("FROM klargjort.person_maaned WHERE maaned = $maaned", maaned=maaned)
        funnet = {rad["person"]: rad for rad in rader}
        assert len(funnet) == len(rader)
        assert set(funnet) == set(ventet)
        for person, rad in ventet.items():
            assert {kolonne: funnet[person][kolonne] for kolonne in rad} == rad


@pytest.mark.parametrize("navn", [*oracle.BEHANDLING, "Medisinsk  behandling—institusjon", "REHABILITERING "])
def test_the_oracle_knows_the_names(navn: str) -> None:
    assert oracle.likt_navn(navn) in oracle.BEHANDLINGSNAVN
