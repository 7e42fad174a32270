"""contracts.md, «Identity» and «Sheltered»: who a row is about, and whose rows are written nowhere."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from pipelines.ingest import loading
from pipelines.model.contracts import contracts
from tests.dor import Dor, Telling
from tests.former import Csv, Form, Parquet
from tests.leveranser import Leveranse, pseudonym
from tests.numre import fodselsnummer, fodselsnumre, nytt_nummer
from tests.spec.nektelser import refusal

UKJENT = ("ukjent_person", "person_id")


def test_attributes_come_from_the_highest_active_person_id(dor: Dor, tmp_path: Path) -> None:
    """Rank 1 carries them; a row of another status has no rank, however high its person_id."""
    leveranse = Leveranse(
        person="""
            person  | person_id | kommune_nr | person_id_status
            ola     | 20        | 0301       | AKTIV
            ola/2   | 30        | 1103       | AKTIV
            ola/3   | 9         | 1601       | AKTIV
            ola/4   | 40        | 1201       | DUPLIKAT
            kari    | 50        | 0101       | AKTIV
        """
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    funnet = {(rad["person"], rad["kommune_nr"]): rad["rang"] for rad in dor.lastet(leveranse, "person")}
    assert funnet == {
        ("ola", "1103"): 1, ("ola", "0301"): 2, ("ola", "1601"): 3, ("ola", "1201"): None, ("kari", "0101"): 1,
    }  # fmt: skip


def test_a_row_is_known_when_its_person_is_active_under_any_person_id(dor: Dor, tmp_path: Path) -> None:
    """A person_id of another status is loaded and takes part in nothing. Where its *person* is also there as
    AKTIV, rows that still carry the old person_id are that person's; where it is not, they are nobody's."""
    leveranse = Leveranse(
        person="""
            person         | person_id_status
            aktiv          | AKTIV
            aktiv/duplikat | DUPLIKAT
            bare_duplikat  | DUPLIKAT
            bare_sperret   | SPERRET
            til_beh        | DUPLIKAT_TIL_BEH
            annulleres     | ANNULLERES
            annullert      | ANNULLERT
            ugyldig        | UGYLDIG
            reservert      | RESERVERT
        """,
    )
    navn = leveranse.radnavn["person"]
    leveranse.fyll(utbetaling=[{"person": person} for person in [*navn, "ikke_i_person"]])
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person") == Telling(lest=9, lastet=9)
    assert [rad["person"] for rad in dor.lastet(leveranse, "person") if rad["rang"]] == ["aktiv"]
    kjente = {"aktiv", "aktiv/duplikat"}
    assert dor.regler(leveranse, "utbetaling") == {
        person: UKJENT for person in [*navn, "ikke_i_person"] if person not in kjente
    }
    assert [rad["person"] for rad in dor.lastet(leveranse, "utbetaling")] == ["aktiv", "aktiv"]


def test_a_person_that_was_quarantined_is_unknown(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person="""
            person         | kjonn
            uten_kjonn     |
            halv           |
            halv/2         | K
        """,
        utbetaling="""
            person
            uten_kjonn
            halv
            halv/2
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "utbetaling") == {"uten_kjonn": UKJENT, "halv": UKJENT}


def test_sheltered_persons_are_counted_and_written_nowhere(dor: Dor, tmp_path: Path) -> None:
    """With every row of theirs, broken or not, under any person_id of theirs, and their cards' days."""
    leveranse = Leveranse(
        person="""
            person          | fr_kode | kjonn | person_id_status | kommune_nr
            apen            |         | K     | AKTIV            | 0301
            strengt         | 6       | K     | AKTIV            | hemmelig
            fortrolig       | 7       | M     | AKTIV            | hemmelig
            fortrolig/andre |         | M     | AKTIV            | hemmelig
            fortrolig/gml   |         | M     | DUPLIKAT         | hemmelig
            brutt_skjermet  | 6       | X     | AKTIV            | hemmelig
            dupl_skjermet   | 7       | K     | DUPLIKAT         | hemmelig
            dupl_skjermet/2 |         | K     | AKTIV            | hemmelig
        """,
        utbetaling="""
            rad           | person          | postering_id | belop | dato_postert
            apen          | apen            | 1            | 1     | 2015-04-15
            skjult_1      | strengt         | 2            | 1     | 2015-04-15
            skjult_2      | fortrolig       | 3            | 1     | 2015-04-15
            skjult_3      | fortrolig/andre | 4            | 1     | 2015-04-15
            skjult_4      | fortrolig/gml   | 5            | 1     | 2015-04-15
            skjult_5      | brutt_skjermet  | 6            | 1     | 2015-04-15
            skjult_6      | dupl_skjermet/2 | 7            | 1     | 2015-04-15
            skjult_brutt  | strengt         | 8            | x     | 2015-05-15
            skjult_lik    | strengt         | 2            | 1     | 2015-04-15
            skjult_ulik   | strengt         | 3            | 2     | 2015-04-15
            apen_ulik     | apen            | 4            | 2     | 2015-04-15
        """,
        meldekort="""
            rad       | person          | meldekort_id | dato_innkommet
            apent     | apen            | 1            | 2015-04-13
            skjult    | fortrolig/andre | 2            | 2015-04-13
            skjult_br | strengt         | 3            | 2016-04-13
            skjult_2  | strengt         | 4            | 2015-04-13
        """,
        meldekort_dag="""
            rad       | meldekort_id | dagnr | timer_arbeidet
            apen      | 1            | 1     | 1
            skjult    | 2            | 1     | 2
            skjult_2  | 3            | 1     | 3
            skjult_br | 2            | 9     | 4
            uten_dag  | 4            |       | 5
        """,
        aktivitet="""
            person    | aktivitettypenavn
            apen      | Åpen
            strengt   | hemmelig
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person") == Telling(lest=8, lastet=1, skjermet=7)
    # A sheltered row's key does not make another's row a conflict: nothing of it is used.
    assert dor.telling("utbetaling") == Telling(lest=11, lastet=2, skjermet=9)
    assert dor.telling("meldekort") == Telling(lest=4, lastet=1, skjermet=3)
    assert dor.telling("meldekort_dag") == Telling(lest=5, lastet=1, skjermet=4)
    assert dor.telling("aktivitet") == Telling(lest=2, lastet=1, skjermet=1)
    skrevet = dor.alt_som_er_skrevet()
    assert "hemmelig" not in skrevet
    assert not [
        navn for navn, nummer in leveranse.fodselsnr.items() if str(pseudonym(nummer)) in skrevet and navn != "apen"
    ]


SKJERMER = ("6", "7", " 6 ", "6.0", "7,0", "06", "SPSF", "SPFO", "KODE 6", "0", "N", "nan", "-", "8", "\t")


@pytest.mark.parametrize("form", [Csv(), Parquet(tekst=True)], ids=["csv", "parquet"])
def test_whatever_stands_where_a_shelter_would_shelters(dor: Dor, tmp_path: Path, form: Form) -> None:
    """A protecting column fails closed: only nothing, and a code the list says does not shelter, leaves one open. What
    no list knows is counted by how it is written, never by what it says."""
    leveranse = Leveranse(person=[{"person": "apen"}, {"person": "tom", "fr_kode": " null "}])
    leveranse.fyll(person=[{"person": f"p{n}", "fr_kode": kode} for n, kode in enumerate(SKJERMER)])
    navn = leveranse.radnavn["person"]
    for uttrekk, contract in contracts().items():
        if contract.has_person and uttrekk != "person":
            leveranse.fyll(**{uttrekk: [{"person": person} for person in navn]})
    leveranse.skriv(tmp_path, form)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person") == Telling(lest=17, lastet=2, skjermet=15)
    assert {rad["person"] for rad in dor.lastet(leveranse, "person")} == {"apen", "tom"}
    for uttrekk, rader in leveranse.rader.items():
        if rader:
            assert dor.telling(uttrekk) == Telling(lest=17, lastet=2, skjermet=15), uttrekk
    assert dor.rader("FROM karantene.rader") == []
    former = {rad["form"]: rad["antall"] for rad in dor.rader("FROM kontroll.skjermingsform")}
    assert former == {
        "9.9": 1, "9,9": 1, "99": 1, "AAAA": 2, "AAAA 9": 1, "9": 2, "A": 1, "aaa": 1, "-": 1, "\t": 1,
    }  # fmt: skip


def test_a_code_the_list_says_does_not_shelter(dor: Dor, tmp_path: Path) -> None:
    dor.con.execute("INSERT INTO kodeverk.fr_kode BY NAME SELECT '0' AS kode, false AS skjermet")
    Leveranse(person=[{"person": "apen", "fr_kode": "0"}, {"person": "skjult", "fr_kode": "00"}]).skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person") == Telling(lest=2, lastet=1, skjermet=1)


def test_a_protecting_column_that_is_something_else_is_refused(dor: Dor, tmp_path: Path) -> None:
    """Else the month would be empty and nobody told why; codes of the list are as many as they are."""
    leveranse = Leveranse(person=[{"person": f"p{n}", "fr_kode": "N"} for n in range(21)])
    leveranse.fyll(person=[{"person": f"q{n}", "fr_kode": "6"} for n in range(30)])
    leveranse.skriv(tmp_path)
    assert refusal(dor, tmp_path).strip() == (
        "2015-04/person.csv, column fr_kode, rule ukjent_skjerming, 21 rows, first at line 2: values written «A» are on"
        " no list, so they shelter the person, and they are more than the contract allows (20 and 1%)"
    )


def test_a_number_of_2032_is_one_from_then(dor: Dor, tmp_path: Path) -> None:
    nummer = next(
        nytt for gammelt in fodselsnumre() for avvik in (1, 2, 3) if (nytt := nytt_nummer(gammelt, avvik)) is not None
    )
    for maaned in ("2031-12", "2032-01"):
        Leveranse(maaned, person=[{"person_id": 1, "fodselsnr": nummer}]).skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person", "2031-12") == Telling(lest=1, karantene=1)
    assert dor.telling("person", "2032-01") == Telling(lest=1, lastet=1)


def test_a_shelter_reaches_through_numbers_and_person_ids(dor: Dor, tmp_path: Path) -> None:
    """Every person_id with the number, and every number with the person_id, however many steps apart."""
    en, to, tre = fodselsnummer(1), fodselsnummer(2), fodselsnummer(3)
    leveranse = Leveranse(
        person=[
            {"person_id": 1, "fodselsnr": en, "fr_kode": "6"},
            {"person_id": 2, "fodselsnr": en},
            {"person_id": 2, "fodselsnr": to},
            {"person_id": 3, "fodselsnr": to},
            {"person_id": 4, "fodselsnr": tre},
            {"person_id": None, "fodselsnr": en},
        ],
        utbetaling=[{"person_id": person_id} for person_id in (1, 2, 3, 4)],
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("person") == Telling(lest=6, lastet=1, skjermet=5)
    assert dor.telling("utbetaling") == Telling(lest=4, lastet=1, skjermet=3)


def test_a_shelter_holds_in_its_own_delivery(dor: Dor, tmp_path: Path) -> None:
    """A month is measured from its own delivery alone."""
    april = Leveranse("2015-04", person=[{"person": "kari", "fr_kode": "6"}], utbetaling=[{"person": "kari"}])
    mai = Leveranse("2015-05", person=[{"person": "kari"}])
    mai.fyll(utbetaling=[{"person": "kari", "dato_postert": "2015-05-15"}])
    for leveranse in (april, mai):
        leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("utbetaling", "2015-04") == Telling(lest=1, skjermet=1)
    assert dor.telling("utbetaling", "2015-05") == Telling(lest=1, lastet=1)


@pytest.mark.parametrize("personer", [1, 1000], ids=["en_maaned_om_gangen", "alle_maaneder_sammen"])
def test_persons_and_cards_are_known_in_their_own_delivery(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, personer: int
) -> None:
    monkeypatch.setattr(loading, "PERSONS_AT_A_TIME", personer)
    april = Leveranse("2015-04", person=[{"person": "ola"}, {"person": "per"}])
    april.fyll(meldekort=[{"person": "ola", "meldekort_id": 1}])
    mai = Leveranse("2015-05", person=[{"person": "kari", "person_id": 99}], meldekort_dag=[{"meldekort_id": 1}])
    # Per was in use in April; in May he is there only as a duplicate.
    mai.fyll(person=[{"person_id": 98, "fodselsnr": april.fodselsnr["per"], "person_id_status": "DUPLIKAT"}])
    for person_id in (april.person_id["ola"], 98):
        mai.fyll(utbetaling=[{"person_id": person_id, "dato_postert": "2015-05-15"}])
    for leveranse in (april, mai):
        leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(mai, "utbetaling") == {"1": UKJENT, "2": UKJENT}
    assert dor.regler(mai, "meldekort_dag") == {"1": ("mangler_meldekort", "meldekort_id")}


def test_pseudonyms_are_hmacs_and_quarantine_can_be_matched_with_them(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}, {"person": "ola/2", "kjonn": "X"}])
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path, nokkel="nøkkel".encode() * 20)
    nokkel = pseudonym(leveranse.fodselsnr["ola"], "nøkkel".encode() * 20)
    assert dor.rader("FROM kilde.person")[0]["person_key"] == nokkel
    (karantene,) = dor.rader("FROM karantene.rader")
    assert json.loads(karantene["innhold"])["fodselsnr"].startswith(nokkel.hex)


def test_what_is_kept_of_a_person(dor: Dor, tmp_path: Path) -> None:
    """Birth and death by month, and the ten percent sample by the *number's* day, 40 taken off a D-number's."""
    numre = {
        "femte": fodselsnummer(5),
        "femtende": fodselsnummer(15),
        "tjuefemte_d": fodselsnummer(25, pluss_dag=40),
        "femte_dnr_45": fodselsnummer(5, pluss_dag=40),
        "fjerde": fodselsnummer(4),
        "trettifemte_finnes_ikke": fodselsnummer(30),
        "femti_er_ti": fodselsnummer(10, pluss_dag=40),
    }
    leveranse = Leveranse(
        person=[
            {"person": navn, "fodselsnr": numre[navn], "fodselsdato": "1980-03-31", "doed_dato": "2015-04-30"}
            for navn in numre
        ]
    )
    leveranse.fodselsnr.update(numre)
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    rader = dor.lastet(leveranse, "person")
    assert {rad["person"] for rad in rader if rad["i_tiprosentutvalg"]} == {
        "femte", "femtende", "tjuefemte_d", "femte_dnr_45",
    }  # fmt: skip
    assert {rad["fodselsmaaned"] for rad in rader} == {dt.date(1980, 3, 1)}
    assert {rad["doedsmaaned"] for rad in rader} == {dt.date(2015, 4, 1)}
    assert set(rader[0]) == {
        "maaned", "person", "rang", "fodselsmaaned", "doedsmaaned", "i_tiprosentutvalg", "person_id_status", "kjonn",
        "landkode_statsborger", "utdanning_nivaa", "kommune_nr", "nav_enhet",
    }  # fmt: skip


def test_numbers_of_every_kind(dor: Dor, tmp_path: Path) -> None:
    """Ordinary, D, synthetic + 40 and + 80, and D together with synthetic; not + 20 and + 60, which are NPID. More
    numbers are tried in tests/unit/test_identity.py."""
    gyldige = [
        fodselsnummer(31, 12, 99, pluss_dag=dag, pluss_maaned=maaned) for dag in (0, 40) for maaned in (0, 40, 80)
    ]
    npid = [fodselsnummer(pluss_maaned=20), fodselsnummer(pluss_maaned=60)]
    ti_sifre = [fodselsnummer()[1:], fodselsnummer(11)[:10]]
    leveranse = Leveranse(
        person=[{"person_id": n, "fodselsnr": nummer} for n, nummer in enumerate([*gyldige, *npid, *ti_sifre])]
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "person") == {str(n): ("fodselsnr_ugyldig", "fodselsnr") for n in (7, 8, 9, 10)}
    assert dor.telling("person") == Telling(lest=10, lastet=6, karantene=4)
