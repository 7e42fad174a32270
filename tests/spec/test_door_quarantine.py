"""contracts.md, «At the door»: which rows are broken, extract by extract, and under which rule."""

from __future__ import annotations

from pathlib import Path

from tests.dor import Dor, Telling
from tests.leveranser import PERSONER, Leveranse

UKJENT = ("ukjent_person", "person_id")


def test_person_rows(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person="""
            person           | fodselsnr   | kjonn | fodselsdato | person_id_status | utdanning_nivaa | kommune_nr
            sunn             |             | K     | 1980-01-01  | AKTIV            | 0               | 0301
            uten_nummer      | null        | K     | 1980-01-01  | AKTIV            | 0               | 0301
            galt_nummer      | 01818000000 | K     | 1980-01-01  | AKTIV            | 0               | 0301
            uten_kjonn       |             | null  | 1980-01-01  | AKTIV            | 0               | 0301
            ukjent_kjonn     |             | X     | 1980-01-01  | AKTIV            | 0               | 0301
            uten_status      |             | K     | 1980-01-01  |                  | 0               | 0301
            ukjent_status    |             | K     | 1980-01-01  | aktiv            | 0               | 0301
            ingen_dato       |             | K     | 1980-02-30  | AKTIV            | 0               | 0301
            ukjent_nivaa     |             | K     | 1980-01-01  | AKTIV            | 10              | 0301
            alt_er_galt      | 123         | X     | igår        | ukjent           | x               | 0301
            kommune_er_fri   |             | K     | 1980-01-01  | AKTIV            |                 | 9999
            kommune_uten_0   |             | K     | 1980-01-01  | AKTIV            |                 | 301
            ufodt            |             | K     | 2060-01-01  | AKTIV            |                 | 0301
            uten_fodselsdato |             | K     | 1900-01-01  | AKTIV            |                 | 0301
        """  # the empty number of a named person is filled in below
    )
    for navn, rad in zip(leveranse.radnavn["person"], leveranse.rader["person"], strict=True):
        rad["fodselsnr"] = rad["fodselsnr"] or leveranse.fodselsnr[navn]
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "person") == {
        "uten_nummer": ("mangler_verdi", "fodselsnr"),
        "galt_nummer": ("fodselsnr_ugyldig", "fodselsnr"),
        "uten_kjonn": ("mangler_verdi", "kjonn"),
        "ukjent_kjonn": ("ukjent_kode", "kjonn"),
        "uten_status": ("mangler_verdi", "person_id_status"),
        "ukjent_status": ("ukjent_kode", "person_id_status"),
        "ingen_dato": ("ugyldig_verdi", "fodselsdato"),
        "ukjent_nivaa": ("ukjent_kode", "utdanning_nivaa"),
        "alt_er_galt": ("ugyldig_verdi", "fodselsdato"),
        "kommune_uten_0": ("feil_form", "kommune_nr"),
        "ufodt": ("utenfor_grense", "fodselsdato"),
        "uten_fodselsdato": ("mangler_verdi", "fodselsdato"),
    }
    assert dor.telling("person") == Telling(lest=14, lastet=2, karantene=12)
    assert {rad["person"] for rad in dor.lastet(leveranse, "person")} == {"sunn", "kommune_er_fri"}


def test_payment_rows(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person=PERSONER,
        utbetaling="""
            rad                | person | dato_postert        | belop         | dato_periode_fra
            forste_dag         | ola    | 2015-04-01          | 1200.50       | 2015-03-30
            siste_dag          | ola    | 2015-04-30          | -1200.5       | 2015-03-30
            rundt_belop        | ola    | 2015-04-30          | 8000          | 2015-03-30
            halvt_ore_i_nuller | ola    | 2015-04-30          | 8000.5000     | 2015-03-30
            uten_belop         | ola    | 2015-04-15          |               | 2015-03-30
            belop_i_ord        | ola    | 2015-04-15          | mye           | 2015-03-30
            tre_desimaler      | ola    | 2015-04-15          | 1.005         | 2015-03-30
            tusenskille        | ola    | 2015-04-15          | 1 200.50      | 2015-03-30
            for_stort_belop    | ola    | 2015-04-15          | 12345678901.0 | 2015-03-30
            maaneden_for       | ola    | 2015-03-31          | 100           | 2015-03-30
            maaneden_etter     | ola    | 2015-05-01          | 100           | 2015-03-30
            aaret_etter        | ola    | 2016-04-15          | 100           | 2015-03-30
            ikke_postert       | ola    | null                | 100           | 2015-03-30
            klokkeslett        | ola    | 2015-04-15 12:00:00 | 100           | 2015-03-30
            ingen_dato         | ola    | 2015-04-15          | 100           | 2015-04-31
            ukjent             | per    | 2015-04-15          | 100           | 2015-03-30
            ukjent_og_utenfor  | per    | 2015-05-15          | 100           | 2015-03-30
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "utbetaling") == {
        "uten_belop": ("mangler_verdi", "belop"),
        "belop_i_ord": ("ugyldig_verdi", "belop"),
        "tre_desimaler": ("ugyldig_verdi", "belop"),
        "tusenskille": ("ugyldig_verdi", "belop"),
        "for_stort_belop": ("ugyldig_verdi", "belop"),
        "maaneden_for": ("utenfor_maaned", "dato_postert"),
        "maaneden_etter": ("utenfor_maaned", "dato_postert"),
        "aaret_etter": ("utenfor_maaned", "dato_postert"),
        "ikke_postert": ("mangler_verdi", "dato_postert"),
        "klokkeslett": ("klokkeslett", "dato_postert"),
        "ingen_dato": ("ugyldig_verdi", "dato_periode_fra"),
        "ukjent": UKJENT,
        "ukjent_og_utenfor": ("utenfor_maaned", "dato_postert"),
    }
    assert sorted(str(rad["belop"]) for rad in dor.lastet(leveranse, "utbetaling")) == [
        "-1200.50", "1200.50", "8000.00", "8000.50",
    ]  # fmt: skip


def test_card_rows(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person=PERSONER,
        meldekort="""
            rad             | person | meldekort_id | dato_fra   | dato_til   | dato_innkommet | periodekode | aar         | meldegruppekode
            sunt            | ola    | 1            | 2015-03-30 | 2015-04-12 | 2015-04-13     | 14          | 2015        | AAP
            uten_gruppe     | ola    | 2            | 2015-03-30 | 2015-04-12 | 2015-04-13     | 53          | 2015        |
            for_kort        | ola    | 3            | 2015-03-30 | 2015-04-11 | 2015-04-13     | 14          | 2015        | AAP
            for_langt       | ola    | 4            | 2015-03-30 | 2015-04-13 | 2015-04-13     | 14          | 2015        | AAP
            ikke_mandag     | ola    | 5            | 2015-04-01 | 2015-04-14 | 2015-04-15     | 14          | 2015        | AAP
            innkommet_i_mai | ola    | 6            | 2015-03-30 | 2015-04-12 | 2015-05-01     | 14          | 2015        | AAP
            kort_og_i_mai   | ola    | 7            | 2015-03-30 | 2015-04-11 | 2015-05-01     | 14          | 2015        | AAP
            uke_54          | ola    | 8            | 2015-03-30 | 2015-04-12 | 2015-04-13     | 54          | 2015        | AAP
            uke_uten_null   | ola    | 9            | 2015-03-30 | 2015-04-12 | 2015-04-13     | 1           | 2015        | AAP
            ukjent_gruppe   | ola    | 10           | 2015-03-30 | 2015-04-12 | 2015-04-13     | 14          | 2015        | MINE
            aar_i_ord       | ola    | 11           | 2015-03-30 | 2015-04-12 | 2015-04-13     | 14          | i fjor      | AAP
            for_stort_aar   | ola    | 12           | 2015-03-30 | 2015-04-12 | 2015-04-13     | 14          | 99999999999 | AAP
            brudden_id      | ola    | 12.5         | 2015-03-30 | 2015-04-12 | 2015-04-13     | 14          | 2015        | AAP
        """,  # noqa: E501
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "meldekort") == {
        "for_kort": ("feil_kortperiode", "dato_til"),
        "for_langt": ("feil_kortperiode", "dato_til"),
        "innkommet_i_mai": ("utenfor_maaned", "dato_innkommet"),
        "kort_og_i_mai": ("feil_kortperiode", "dato_til"),
        "uke_54": ("ukjent_kode", "periodekode"),
        "uke_uten_null": ("ukjent_kode", "periodekode"),
        "ukjent_gruppe": ("ukjent_kode", "meldegruppekode"),
        "aar_i_ord": ("ugyldig_verdi", "aar"),
        "for_stort_aar": ("ugyldig_verdi", "aar"),
        "brudden_id": ("ugyldig_verdi", "meldekort_id"),
    }
    assert {rad["meldekort_id"] for rad in dor.lastet(leveranse, "meldekort")} == {1, 2, 5}


def test_the_days_of_cards(dor: Dor, tmp_path: Path) -> None:
    """A day is known through its card, and a card that was not let in is no card."""
    leveranse = Leveranse(
        person=PERSONER,
        meldekort="""
            rad       | person | meldekort_id | dato_innkommet
            sunt      | ola    | 1            | 2015-04-13
            brutt     | ola    | 2            | 2015-05-13
            av_ukjent | per    | 3            | 2015-04-13
        """,
        meldekort_dag="""
            rad               | meldekort_id | ukenr      | dagnr | timer_arbeidet | status_syk
            sunn              | 1            | 14         | 1     | 7.5            | N
            hele_dognet       | 1            | 53         | 7     | 24             |
            ikke_noe          | 1            | 1          | 1     | 0              | J
            over_dognet       | 1            | 14         | 2     | 24.5           |
            under_null        | 1            | 14         | 3     | -0.5           |
            halve_timer       | 1            | 14         | 4     | 7.25           |
            uten_timer        | 1            | 14         | 5     |                |
            uke_null          | 1            | 0          | 5     | 0              |
            uke_54            | 1            | 54         | 5     | 0              |
            dag_null          | 1            | 14         | 0     | 0              |
            dag_8             | 1            | 14         | 8     | 0              |
            enorm_uke         | 1            | 2147483647 | 1     | 0              |
            minste_uke        | 1            | -2147483648| 1     | 0              |
            stor_bokstav      | 1            | 14         | 6     | 0              | j
            av_brutt_kort     | 2            | 14         | 1     | 0              |
            av_ukjents_kort   | 3            | 14         | 1     | 0              |
            uten_kort         | 4            | 14         | 1     | 0              |
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    mangler = ("mangler_meldekort", "meldekort_id")
    assert dor.regler(leveranse, "meldekort_dag") == {
        "over_dognet": ("utenfor_grense", "timer_arbeidet"),
        "under_null": ("utenfor_grense", "timer_arbeidet"),
        "halve_timer": ("ugyldig_verdi", "timer_arbeidet"),
        "uten_timer": ("mangler_verdi", "timer_arbeidet"),
        "uke_null": ("utenfor_grense", "ukenr"),
        "uke_54": ("utenfor_grense", "ukenr"),
        "dag_null": ("utenfor_grense", "dagnr"),
        "dag_8": ("utenfor_grense", "dagnr"),
        "enorm_uke": ("utenfor_grense", "ukenr"),
        "minste_uke": ("utenfor_grense", "ukenr"),
        "stor_bokstav": ("ukjent_kode", "status_syk"),
        "av_brutt_kort": mangler,
        "av_ukjents_kort": mangler,
        "uten_kort": mangler,
    }
    assert dor.telling("meldekort_dag") == Telling(lest=17, lastet=3, karantene=14)


def test_rows_of_the_other_extracts(dor: Dor, tmp_path: Path) -> None:
    """An invalidated vedtak (til before fra) is not a broken row; a participation above 100 percent is."""
    leveranse = Leveranse(
        person=PERSONER,
        aap_vedtak="""
            rad              | person | fra_dato   | til_dato   | utfallkode | rettighetkode | reaksjon_dager
            til_for_fra      | ola    | 2015-01-01 | 2014-12-31 | JA         | AAP           | 
            uten_fra         | ola    |            | 2014-12-31 |            | FRI_MK_AAP    | 10
            ukjent_rettighet | ola    | 2015-01-01 |            | JA         | DAGP          |
            ukjent_utfall    | ola    | 2015-01-01 |            | KANSKJE    | AAP           |
            brutte_dager     | ola    | 2015-01-01 |            | JA         | AAP           | 1.5
        """,
        tiltaksdeltakelse="""
            rad           | person | er_hist | prosent_deltid | deltakerstatuskode
            heltid        | ola    | N       | 100            | GJENN
            halvtid       | ola    | J       | 50.5           | IKKEM
            over_heltid   | ola    | N       | 100.5          | GJENN
            ukjent_status | ola    | N       |                | DELTAR
            hist_som_tall | ola    | 1       |                | GJENN
        """,
        innsatsgruppe="""
            rad             | person | kvalifiseringsgruppekode | hovedmaalkode
            servicegruppe   | ola    | VURDU                    |
            ukjent_gruppe   | ola    | GODE_MULIGHETER          | SKAFFEA
        """,
        aktivitet="""
            rad          | person | aktivitettypenavn | aktivitetstatuskode
            fri_tekst    | ola    | Hva som helst     | PLAN
            uten_navn    | ola    |                   | GJENN
            ukjent       | ola    | Rehabilitering    | PAGAAR
        """,
        aktivitetsplan="""
            rad      | person | dato_fra   | dato_til   | dato_godkjent
            usignert | ola    | 2015-01-01 | 2014-01-01 |
            uten_fra | ola    |            |            |
        """,
        diagnose="""
            rad            | person | diagnose_kodeverk | diagnosekode | diagnose_type
            fri_kode       | ola    | ICPC2             | XYZ          | BI
            ukjent_verk    | ola    | ICD11             | P76          | BI
            ukjent_type    | ola    | ICPC2             | P77          | TILLEGG
        """,
    )
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert {uttrekk: dor.regler(leveranse, uttrekk) for uttrekk in leveranse.rader if uttrekk != "person"} == {
        "aap_vedtak": {
            "ukjent_rettighet": ("ukjent_kode", "rettighetkode"),
            "ukjent_utfall": ("ukjent_kode", "utfallkode"),
            "brutte_dager": ("ugyldig_verdi", "reaksjon_dager"),
        },
        "tiltaksdeltakelse": {
            "over_heltid": ("utenfor_grense", "prosent_deltid"),
            "ukjent_status": ("ukjent_kode", "deltakerstatuskode"),
            "hist_som_tall": ("ukjent_kode", "er_hist"),
        },
        "innsatsgruppe": {"ukjent_gruppe": ("ukjent_kode", "kvalifiseringsgruppekode")},
        "aktivitet": {
            "uten_navn": ("mangler_verdi", "aktivitettypenavn"),
            "ukjent": ("ukjent_kode", "aktivitetstatuskode"),
        },
        "aktivitetsplan": {"uten_fra": ("mangler_verdi", "dato_fra")},
        "diagnose": {
            "ukjent_verk": ("ukjent_kode", "diagnose_kodeverk"),
            "ukjent_type": ("ukjent_kode", "diagnose_type"),
            "fri_kode": ("feil_form", "diagnosekode"),
        },
        "utbetaling": {}, "meldekort": {}, "meldekort_dag": {},
    }  # fmt: skip
