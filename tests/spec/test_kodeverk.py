"""The code lists: every list the contracts name is there, and every code of the specification is in it."""

from __future__ import annotations

import pytest

from pipelines.model.contracts import contracts
from tests.spec.oracle import BEHANDLINGSNAVN, likt_navn
from tests.spec.tabeller import Register

KODER = {
    "deltakerstatus": 15,
    "aktivitetstatus": 14,
    "beregningstatus": 16,
    "mkskort": 9,
    "meldegruppe": 6,
    "periode": 53,
    "rettighet": 6,
    "vedtaktype": 11,
    "vedtakstatus": 9,
    "utfall": 3,
    "aktfase": 6,
    "innsatsgruppe": 10,
    "hovedmaal": 3,
    "utdanning": 10,
    "person_id_status": 8,
    "fr_kode": 2,
    "kjonn": 2,
    "ja_nei": 2,
    "diagnosekodeverk": 2,
    "diagnosetype": 2,
    "tiltakstype": 121,
}
FLAGG = {
    "deltakerstatus.teller_som_deltakelse": "DELAVB FULLF GJENN GJENN_AVB GJENN_AVL JATAKK TILBUD",
    "deltakerstatus.avsluttet": "DELAVB FULLF GJENN_AVB GJENN_AVL",
    "beregningstatus.not teller": "FEIL OVERM SLETT",
    "mkskort.automatisk": "06",
    "meldegruppe.gjelder_aap": "AAP ATTF",
    "rettighet.er_aap": "AAP",
    "rettighet.er_fritak": "FRI_MK_AAP",
    "vedtaktype.innvilger": "E G O",
    "utfall.innvilget": "JA",
    "vedtakstatus.besluttet": "AVSLU IVERK",
    "aktivitetstatus.pagaar": "GJENN",
    "innsatsgruppe.innsatsgruppe IS NOT NULL": "BATT BFORM IKVAL VARIG",
    "diagnosetype.hoved": "HOVED",
    "person_id_status.aktiv": "AKTIV",
    "fr_kode.skjermet": "6 7",
    "ja_nei.ja": "J",
    "ja_nei.not ja": "N",
}


def test_every_list_a_contract_names_is_there() -> None:
    nevnt = {kolonne.kodeverk for kontrakt in contracts().values() for kolonne in kontrakt.columns} - {None}
    assert nevnt <= set(KODER)


@pytest.mark.parametrize(("liste", "antall"), KODER.items())
def test_codes_are_text_unique_and_complete(register: Register, liste: str, antall: int) -> None:
    (rad,) = register.rader(
        f"SELECT count(*) AS n, count(DISTINCT kode) AS ulike, any_value(typeof(kode)) AS type,"
        f" count(navn) AS navn, count(kilde) AS kilde FROM kodeverk.{liste}"
    )
    assert rad == {"n": antall, "ulike": antall, "type": "VARCHAR", "navn": antall, "kilde": antall}


@pytest.mark.parametrize(("flagg", "koder"), FLAGG.items())
def test_what_the_codes_count_as(register: Register, flagg: str, koder: str) -> None:
    liste, vilkaar = flagg.split(".")
    vilkaar = vilkaar.removeprefix("not ") + " = false" if vilkaar.startswith("not ") else vilkaar
    rader = register.rader(f"SELECT kode FROM kodeverk.{liste} WHERE {vilkaar} ORDER BY kode")
    assert [rad["kode"] for rad in rader] == koder.split()


def test_tiltakstype_has_arenas_114_codes_and_the_undated_ones(register: Register) -> None:
    rader = register.rader("FROM kodeverk.tiltakstype")
    udaterte = {rad["kode"] for rad in rader if rad["gyldig_fra"] is None}
    assert udaterte == {"ANNUTDANN", "BREVKURS", "GRUNNSKOLE", "HOYSKOLE", "KURS", "NETTKURS", "VIDRSKOLE"}
    koder = {rad["kode"]: rad for rad in rader}
    assert koder["UFØREPENLØ"]["navn"] == "Uførepensjon som lønnstilskudd"
    assert (koder["IAPLASS"]["personaktivitet"], koder["ARBTREN"]["personaktivitet"]) == (True, False)
    assert "TESTING" not in koder


def test_activity_names_are_one_category_each_however_written(register: Register) -> None:
    """Two rows that are the same name to the rules would make one of them meaningless."""
    rader = register.rader("FROM kodeverk.aktivitetstype")
    navn = [likt_navn(rad["aktivitettypenavn"]) for rad in rader]
    assert len(navn) == len(set(navn))
    assert {rad["kategori"] for rad in rader} == {"behandling", "arbeidsrettet", "annet"}
    assert {n for n, rad in zip(navn, rader, strict=True) if rad["kategori"] == "behandling"} == BEHANDLINGSNAVN


def test_diagnosis_groups_cover_every_chapter_of_both_systems(register: Register) -> None:
    rader = register.rader("SELECT diagnose_kodeverk, kapittel FROM kodeverk.diagnosegruppe ORDER BY ALL")
    assert [rad["kapittel"] for rad in rader if rad["diagnose_kodeverk"] == "ICD10"] == list(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    )
    assert [rad["kapittel"] for rad in rader if rad["diagnose_kodeverk"] == "ICPC2"] == list("ABDFHKLNPRSTUWXYZ")


def test_age_groups_and_counties(register: Register) -> None:
    aldre = register.rader("FROM kodeverk.aldersgruppe ORDER BY fra_alder")
    assert [(rad["fra_alder"], rad["til_alder"]) for rad in aldre] == [
        (18, 19),
        (20, 24),
        (25, 29),
        (30, 39),
        (40, 49),
        (50, 59),
        (60, 67),
    ]
    inndelinger = {
        dag: {rad["fylke_nr"] for rad in register.rader(
            f"FROM kodeverk.fylke WHERE date '{dag}' BETWEEN gyldig_fra AND coalesce(gyldig_til, date '9999-12-31')"
        )}
        for dag in ("2010-01-01", "2017-12-31", "2018-01-01", "2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01")
    }  # fmt: skip
    nitten = {f"{nr:02}" for nr in range(1, 21) if nr != 13}
    atten = nitten - {"16", "17"} | {"50"}
    elleve = {"03", "11", "15", "18", "30", "34", "38", "42", "46", "50", "54"}
    femten = elleve - {"30", "38", "54"} | {"31", "32", "33", "39", "40", "55", "56"}
    assert list(inndelinger.values()) == [nitten, nitten, atten, atten, elleve, elleve, femten]
    fylker = {rad["fylke_nr"]: rad["fylke"] for rad in register.rader("FROM kodeverk.fylke")}
    assert (fylker["03"], fylker["20"]) == ("Oslo", "Finnmark")
