"""contracts.md, «At the door»: what is kept of a broken row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.ingest import loading
from tests.dor import Dor
from tests.former import Csv, Parquet
from tests.leveranser import PERSONER, Leveranse
from tests.numre import fodselsnummer
from tests.spec.tabeller import Rad


def test_a_nul_character(dor: Dor, tmp_path: Path) -> None:
    """In text that is free it breaks the row; in a code or a number the value was never one."""
    aktiviteter: list[Rad] = [
        {"rad": "sunn", "person": "ola", "aktivitettypenavn": "Rehabilitering"},
        {"rad": "i_navnet", "person": "ola", "aktivitettypenavn": "Rehabi\0litering"},
        {"rad": "bare_nul", "person": "ola", "aktivitettypenavn": "\0"},
        {"rad": "i_fri_kode", "person": "ola", "aktivitetkode": "A\0"},
        {"rad": "i_status", "person": "ola", "aktivitetstatuskode": "GJENN\0"},
        {"rad": "i_id", "person": "ola", "aktivitet_id": "12\0"},
    ]
    for maaned, form in (("2015-04", Csv()), ("2015-05", Parquet(tekst=True))):
        leveranse = Leveranse(maaned, person=PERSONER, aktivitet=aktiviteter)
        leveranse.skriv(tmp_path, form)
        dor.slipp_inn(tmp_path)
        assert dor.regler(leveranse, "aktivitet") == {
            "i_navnet": ("nul_tegn", "aktivitettypenavn"),
            "bare_nul": ("nul_tegn", "aktivitettypenavn"),
            "i_fri_kode": ("nul_tegn", "aktivitetkode"),
            "i_status": ("ukjent_kode", "aktivitetstatuskode"),
            "i_id": ("ugyldig_verdi", "aktivitet_id"),
        }, form


def test_a_quarantined_row_is_kept_whole_but_for_who_it_is_about(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person="""
            person | kjonn | fr_kode
            ola    | X     |
        """,
        utbetaling="""
            person | postering_id | belop | dato_postert
            ola    | 17           | 12.5  | 2015-05-01
            ola    | 18           | x     | 2015-05-02
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    rader = dor.rader("FROM karantene.rader ORDER BY uttrekk, radnummer")
    assert [(rad["leveranse"], rad["uttrekk"], rad["radnummer"], rad["kontrakt_versjon"]) for rad in rader] == [
        ("2015-04", "person", 1, "1.1.0"), ("2015-04", "utbetaling", 1, "1.1.0"), ("2015-04", "utbetaling", 2, "1.1.0"),
    ]  # fmt: skip
    person, forste, andre = (json.loads(rad["innhold"]) for rad in rader)
    assert person["kjonn"] == "X"
    assert person["fodselsdato"] == "01.01.1980"
    assert {key: forste[key] for key in ("postering_id", "meldekort_id", "belop", "dato_postert")} == {
        "postering_id": "17", "meldekort_id": None, "belop": "12,5", "dato_postert": "01.05.2015",
    }  # fmt: skip
    assert person["person_id"] == forste["person_id"] == andre["person_id"]
    assert len(person["person_id"]) == len(person["fodselsnr"]) == 64
    assert str(leveranse.person_id["ola"]) not in str(rader)
    assert leveranse.fodselsnr["ola"] not in str(rader)


def test_a_number_in_free_text_and_in_the_wrong_column_of_a_broken_row_is_taken_out(dor: Dor, tmp_path: Path) -> None:
    """A broken row is kept as it was delivered, so text, codes, dates and amounts are searched alike."""
    for maaned, form in (("2015-04", Csv()), ("2015-05", Parquet(tekst=True))):
        leveranse = Leveranse(maaned, person=PERSONER)
        nummer = leveranse.fodselsnr["kari"]
        leveranse.fyll(
            aktivitet=[
                {"rad": "sunn", "person": "ola", "aktivitettypenavn": f"Samtale med {nummer}"},
                {"rad": "i_navnet", "person": "ola", "aktivitettypenavn": f"Ring {nummer}", "dato_fra": "igår"},
                {"rad": "i_koden", "person": "ola", "aktivitetstatuskode": f"{nummer[:6]} {nummer[6:]}"},
                {"rad": "i_datoen", "person": "ola", "dato_fra": f"{nummer}"},
            ],
            utbetaling=[{"rad": "i_belopet", "person": "ola", "belop": f"kr {nummer}"}],
        )
        leveranse.skriv(tmp_path, form)
        dor.slipp_inn(tmp_path)
        assert dor.regler(leveranse, "aktivitet") == {
            "i_navnet": ("ugyldig_verdi", "dato_fra"),
            "i_koden": ("ukjent_kode", "aktivitetstatuskode"),
            "i_datoen": ("ugyldig_verdi", "dato_fra"),
        }
        skrevet = dor.alt_som_er_skrevet()
        assert [rad["aktivitettypenavn"] for rad in dor.lastet(leveranse, "aktivitet")] == ["Samtale med [fjernet]"]
        assert "Ring [fjernet]" in skrevet
        assert "kr [fjernet]" in skrevet
        assert not [rest for rest in (nummer, f"{nummer[:6]} {nummer[6:]}") if rest in skrevet]


def test_a_number_where_an_id_should_be_is_another_number(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost by it: the row is let in, what refers to the case still does, and two are two. The third month is
    read again for each question, as much parquet is."""
    for maaned, form, rows in (("2015-04", Csv(), 1000), ("2015-05", Parquet(), 1000), ("2015-06", Parquet(), 0)):
        monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", rows)
        leveranse = Leveranse(maaned, person=PERSONER)
        for navn, nummer in (("kari", fodselsnummer(30)), ("ola", fodselsnummer(31))):
            leveranse.fyll(
                aap_vedtak=[{"rad": "sunn", "person": navn, "sak_id": int(nummer)}],
                tiltaksdeltakelse=[{"person": navn, "tiltakdeltaker_id": int(nummer)}],
                innsatsgruppe=[{"person": navn, "vedtak_id": int(nummer), "kvalifiseringsgruppekode": "X"}],
            )
            leveranse.fyll(aap_vedtak=[{"person": "ola", "vedtak_id": 99, "sak_id": int(nummer)}])
        leveranse.skriv(tmp_path, form)
        dor.slipp_inn(tmp_path)
        saker = {rad["person"]: rad["sak_id"] for rad in dor.lastet(leveranse, "aap_vedtak")}
        assert saker == {rad["person"]: rad["tiltakdeltaker_id"] for rad in dor.lastet(leveranse, "tiltaksdeltakelse")}
        assert len(saker) == 2
        assert max(saker.values()) < 0
        assert dor.telling("innsatsgruppe", maaned).karantene == 2
        assert dor.telling("aap_vedtak", maaned).karantene == 2, "one key, two cases: conflicting"
        skrevet = dor.alt_som_er_skrevet()
        assert not [tall for dag in (30, 31) if (tall := fodselsnummer(dag)) in skrevet], form


def test_the_same_person_id_has_one_hmac_however_it_was_written(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=PERSONER)
    leveranse.fyll(utbetaling=[{"person_id": skrevet, "belop": "x"} for skrevet in ("42", "0042", " 42 ")])
    leveranse.fyll(utbetaling=[{"person_id": "42", "belop": "1"}])
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    innhold = dor.rader("FROM karantene.rader")
    assert len(innhold) == 4
    assert len({json.loads(rad["innhold"])["person_id"] for rad in innhold}) == 1
