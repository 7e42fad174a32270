"""The contracts hold what is agreed of the extracts, in good ODCS, and say it in both languages."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from open_data_contract_standard.model import OpenDataContractStandard

from pipelines.model.contracts import CONTRACTS, KODEVERK, Contract, contracts

# What was agreed of each extract: `!` after a name = required, `*` = part of the key. A BIGINT is an id.
AGREED = """
extract           | column                    | type          | kodeverk         | limits
------------------+---------------------------+---------------+------------------+-------
person            | person_id*!               | BIGINT        |                  |
person            | fodselsnr!                | VARCHAR       |                  |
person            | person_id_status!         | VARCHAR       | person_id_status |
person            | kjonn!                    | VARCHAR       | kjonn            |
person            | fodselsdato!              | DATE          |                  |
person            | doed_dato                 | DATE          |                  |
person            | fr_kode                   | VARCHAR       | fr_kode          |
person            | landkode_statsborger      | VARCHAR       |                  |
person            | utdanning_nivaa           | VARCHAR       | utdanning        |
person            | kommune_nr                | VARCHAR       |                  |
person            | nav_enhet                 | VARCHAR       |                  |
aap_vedtak        | vedtak_id*!               | BIGINT        |                  |
aap_vedtak        | sak_id!                   | BIGINT        |                  |
aap_vedtak        | person_id!                | BIGINT        |                  |
aap_vedtak        | rettighetkode!            | VARCHAR       | rettighet        |
aap_vedtak        | vedtaktypekode!           | VARCHAR       | vedtaktype       |
aap_vedtak        | utfallkode                | VARCHAR       | utfall           |
aap_vedtak        | vedtakstatuskode!         | VARCHAR       | vedtakstatus     |
aap_vedtak        | aktfasekode               | VARCHAR       | aktfase          |
aap_vedtak        | fra_dato                  | DATE          |                  |
aap_vedtak        | til_dato                  | DATE          |                  |
aap_vedtak        | vedtak_dato               | DATE          |                  |
aap_vedtak        | tekstvariantkode          | VARCHAR       |                  |
aap_vedtak        | konvertert                | VARCHAR       | ja_nei           |
aap_vedtak        | reaksjon_aarsak           | VARCHAR       |                  |
aap_vedtak        | reaksjon_dager            | INTEGER       |                  | 0–366
utbetaling        | postering_id*!            | BIGINT        |                  |
utbetaling        | person_id!                | BIGINT        |                  |
utbetaling        | meldekort_id              | BIGINT        |                  |
utbetaling        | dato_periode_fra!         | DATE          |                  |
utbetaling        | dato_periode_til!         | DATE          |                  |
utbetaling        | dato_postert!             | DATE          |                  |
utbetaling        | belop!                    | DECIMAL(12,2) |                  |
innsatsgruppe     | vedtak_id*!               | BIGINT        |                  |
innsatsgruppe     | person_id!                | BIGINT        |                  |
innsatsgruppe     | kvalifiseringsgruppekode! | VARCHAR       | innsatsgruppe    |
innsatsgruppe     | hovedmaalkode             | VARCHAR       | hovedmaal        |
innsatsgruppe     | fra_dato!                 | DATE          |                  |
innsatsgruppe     | til_dato                  | DATE          |                  |
meldekort         | meldekort_id*!            | BIGINT        |                  |
meldekort         | person_id!                | BIGINT        |                  |
meldekort         | meldekort_id_relatert     | BIGINT        |                  |
meldekort         | aar!                      | INTEGER       |                  | 2009–2059
meldekort         | periodekode!              | VARCHAR       | periode          |
meldekort         | dato_fra!                 | DATE          |                  |
meldekort         | dato_til!                 | DATE          |                  |
meldekort         | dato_innkommet!           | DATE          |                  |
meldekort         | mkskortkode!              | VARCHAR       | mkskort          |
meldekort         | meldegruppekode           | VARCHAR       | meldegruppe      |
meldekort         | beregningstatuskode!      | VARCHAR       | beregningstatus  |
meldekort_dag     | meldekort_id*!            | BIGINT        |                  |
meldekort_dag     | ukenr*!                   | INTEGER       |                  | 1–53
meldekort_dag     | dagnr*!                   | INTEGER       |                  | 1–7
meldekort_dag     | timer_arbeidet!           | DECIMAL(3,1)  |                  | 0–24
meldekort_dag     | status_arbeidsdag         | VARCHAR       | ja_nei           |
meldekort_dag     | status_syk                | VARCHAR       | ja_nei           |
meldekort_dag     | status_ferie              | VARCHAR       | ja_nei           |
meldekort_dag     | status_kurs               | VARCHAR       | ja_nei           |
meldekort_dag     | status_annetfravaer       | VARCHAR       | ja_nei           |
tiltaksdeltakelse | tiltakdeltaker_id*!       | BIGINT        |                  |
tiltaksdeltakelse | er_hist*!                 | VARCHAR       | ja_nei           |
tiltaksdeltakelse | person_id!                | BIGINT        |                  |
tiltaksdeltakelse | tiltakskode!              | VARCHAR       |                  |
tiltaksdeltakelse | deltakerstatuskode!       | VARCHAR       | deltakerstatus   |
tiltaksdeltakelse | dato_fra                  | DATE          |                  |
tiltaksdeltakelse | dato_til                  | DATE          |                  |
tiltaksdeltakelse | dato_statusendring        | DATE          |                  |
tiltaksdeltakelse | prosent_deltid            | DECIMAL(5,2)  |                  | 0–100
aktivitetsplan    | aktivitetsplan_id*!       | BIGINT        |                  |
aktivitetsplan    | person_id!                | BIGINT        |                  |
aktivitetsplan    | dato_fra!                 | DATE          |                  |
aktivitetsplan    | dato_til                  | DATE          |                  |
aktivitetsplan    | dato_godkjent             | DATE          |                  |
aktivitet         | aktivitet_id*!            | BIGINT        |                  |
aktivitet         | aktivitetsplan_id         | BIGINT        |                  |
aktivitet         | person_id!                | BIGINT        |                  |
aktivitet         | aktivitetkode             | VARCHAR       |                  |
aktivitet         | aktivitettypenavn!        | VARCHAR       |                  |
aktivitet         | aktivitetstatuskode!      | VARCHAR       | aktivitetstatus  |
aktivitet         | dato_fra                  | DATE          |                  |
aktivitet         | dato_til                  | DATE          |                  |
diagnose          | person_id*!               | BIGINT        |                  |
diagnose          | diagnose_kodeverk*!       | VARCHAR       | diagnosekodeverk |
diagnose          | diagnosekode*!            | VARCHAR       |                  |
diagnose          | diagnose_type*!           | VARCHAR       | diagnosetype     |
diagnose          | dato*!                    | DATE          |                  |
"""
# The codes that were agreed, for the lists short enough to write; the order is that of the agreement.
CODES = """
kodeverk         | koder
-----------------+------------------------------------------------------------------------------------------
person_id_status | AKTIV DUPLIKAT DUPLIKAT_TIL_BEH ANNULLERES ANNULLERT UGYLDIG SPERRET RESERVERT
kjonn            | K M
fr_kode          | 6 7
utdanning        | 0 1 2 3 4 5 6 7 8 9
rettighet        | AAP AA115 AA116 AAUNGUFOR AATFOR FRI_MK_AAP
vedtaktype       | O E G S K A M N T F R
utfall           | JA NEI AVBRUTT
vedtakstatus     | OPPRE MOTAT REGIS FORDE INNST GODKJ IVERK AVSLU KONT
aktfase          | UA AU FA SPE UVUP IKKE
ja_nei           | J N
innsatsgruppe    | IKVAL BFORM BATT VARIG IVURD BKART OPPFI VURDI VURDU KAP11
hovedmaal        | SKAFFEA BEHOLDEA OKEDELT
mkskort          | 01 03 04 05 06 07 08 09 10
meldegruppe      | ATTF AAP DAGP INDIV ARBS FY
beregningstatus  | OPPRE SENDT KLAR FERDI VENTE FEIL OVERM IKKE FMOPP FUOPP NYKTR REGIS UBEHA SLETT KAND OPPF
diagnosekodeverk | ICPC2 ICD10
diagnosetype     | HOVED BI
"""
EVENT_DATE = {"utbetaling": "dato_postert", "meldekort": "dato_innkommet"}
PATHS = sorted(CONTRACTS.glob("*.odcs.yaml"))


def agreed(table: str = AGREED) -> list[tuple[str, ...]]:
    lines = table.strip().splitlines()[2:]
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


def as_agreed(contract: Contract) -> list[tuple[str, ...]]:
    """The contract's columns written the way of the table above."""
    return [
        (
            contract.name,
            column.name + "*" * column.key + "!" * column.required,
            column.type,
            column.kodeverk or "",
            "" if column.minimum is None or column.type == "DATE" else f"{column.minimum}–{column.maximum}",
        )
        for column in contract.columns
    ]


def texts(node: Any) -> list[str]:
    """Every text anywhere in a parsed contract."""
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts(value)]
    return [str(node)]


def codes(kodeverk: str) -> list[str]:
    with (KODEVERK / f"{kodeverk}.csv").open(encoding="utf-8", newline="") as file:
        return [row["kode"] for row in csv.DictReader(file)]


def rules(path: Path) -> set[str]:
    (table,) = yaml.safe_load(path.read_text(encoding="utf-8"))["schema"]
    return {entry["name"] for entry in table["quality"]}


def test_the_contracts_say_what_was_agreed() -> None:
    assert {row[0] for row in agreed()} == set(contracts())
    for name, contract in contracts().items():
        assert as_agreed(contract) == [row for row in agreed() if row[0] == name]


def check_standard(text: str) -> None:
    """By the JSON schema that the standard publishes for its version, and by the model of it in Python.

    Raises ValidationError, of either, when the contract is not as they say.
    """
    schema = json.loads(resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8"))
    validator_for(schema)(schema).validate(yaml.safe_load(text))
    OpenDataContractStandard.from_string(text)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_contract_is_of_the_standard(path: Path) -> None:
    check_standard(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("logicalType: date", "logicalType: dato"),
        ("apiVersion: v3.1.0", "apiVersion: v2.0.0"),
        ("    required:", "    paakrevd:"),
        ("version: 1.1.0", "versjon: 1.1.0"),
    ],
)
def test_another_contract_is_not(good: str, bad: str) -> None:
    text = PATHS[0].read_text(encoding="utf-8")
    assert good in text
    with pytest.raises(ValidationError):
        check_standard(text.replace(good, bad))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_nothing_is_left_to_fill_in(path: Path) -> None:
    assert not [text for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))) if "…" in text]


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.name)
def test_every_column_is_described_in_both_languages(contract: Contract) -> None:
    for column in contract.columns:
        assert len(column.description) > 3
        assert len(column.description_en) > 3
        assert column.description != column.description_en, column.name


@pytest.mark.parametrize("contract", contracts().values(), ids=lambda contract: contract.name)
def test_row_rules_are_those_the_columns_call_for(contract: Contract) -> None:
    expected = {"mangler_verdi", "ugyldig_verdi", "nul_tegn", "motstridende_duplikat"}
    conditional = {
        "ukjent_kode": any(column.kodeverk for column in contract.columns),
        "utenfor_grense": any(column.minimum is not None for column in contract.columns),
        "klokkeslett": any(column.type == "DATE" for column in contract.columns),
        "feil_form": any(column.pattern for column in contract.columns),
        "fodselsnr_ugyldig": contract.name == "person",
        "feil_kortperiode": contract.name == "meldekort",
        "utenfor_maaned": contract.name in EVENT_DATE,
        "mangler_meldekort": contract.name == "meldekort_dag",
        "ukjent_person": contract.has_person and contract.name != "person",
    }
    expected |= {rule for rule, applies in conditional.items() if applies}
    assert rules(CONTRACTS / f"{contract.name}.odcs.yaml") == expected


def test_every_date_has_bounds_and_says_which_days_are_none() -> None:
    """None of the artefacts lies within the bounds, so none can pass for a fact; 1970-01-01 is a day of birth."""
    for contract in contracts().values():
        for column in contract.columns:
            if column.type == "DATE":
                assert isinstance(column.minimum, date)
                assert isinstance(column.maximum, date)
                assert column.no_dates
                assert not [day for day in column.artefacts if column.minimum <= day <= column.maximum], column.name
                assert (date(1970, 1, 1) in column.no_dates) == (column.name not in {"fodselsdato"})
                assert (date(9999, 12, 31) in column.artefacts) == bool(column.open_after or column.name == "doed_dato")
            else:
                assert not column.artefacts


def test_every_code_has_a_list_or_a_form() -> None:
    names = {"aktivitettypenavn"}
    for contract in contracts().values():
        for column in contract.columns:
            if column.type == "VARCHAR" and column.name not in {"fodselsnr", *names}:
                assert bool(column.kodeverk) != bool(column.pattern), column.name


def test_every_list_s_own_codes_have_the_form_of_the_columns_that_lend_its_names() -> None:
    pattern = next(c.pattern for c in contracts()["tiltaksdeltakelse"].columns if c.name == "tiltakskode")
    assert pattern
    assert [code for code in codes("tiltakstype") if not re.fullmatch(pattern, code)] == []


def test_a_confidential_address_protects() -> None:
    found = {(name, c.name) for name, contract in contracts().items() for c in contract.columns if c.protects}
    assert found == {("person", "fr_kode")}


def test_an_end_date_that_may_be_open_knows_its_start() -> None:
    start_of = {"til_dato": "fra_dato", "dato_til": "dato_fra"}
    for contract in contracts().values():
        for column in contract.columns:
            # A card's end is required: there is no open one to recognise.
            assert column.open_after == (None if column.required else start_of.get(column.name))


def lists_referred_to() -> set[str]:
    """Lists the contracts name: those whose codes a value must have, and those that only lend names."""
    return {
        entry["value"]
        for path in PATHS
        for column in yaml.safe_load(path.read_text(encoding="utf-8"))["schema"][0]["properties"]
        for entry in column["customProperties"]
        if entry["property"] in {"kodeverk", "navneliste"}
    }


@pytest.mark.parametrize("kodeverk", sorted(lists_referred_to()))
def test_a_list_that_is_referred_to_has_unique_codes(kodeverk: str) -> None:
    found = codes(kodeverk)
    assert found
    assert len(found) == len(set(found))
    assert all(code == code.strip() != "" for code in found)


@pytest.mark.parametrize(("kodeverk", "agreed_codes"), agreed(CODES))
def test_codes_are_those_agreed(kodeverk: str, agreed_codes: str) -> None:
    assert set(codes(kodeverk)) == set(agreed_codes.split())


def test_the_long_lists_have_the_agreed_number_of_codes() -> None:
    assert len(codes("deltakerstatus")) == 15
    assert len(codes("aktivitetstatus")) == 14
    assert codes("periode") == [f"{week:02}" for week in range(1, 54)]


def test_event_dates_and_limits_for_refusing_a_delivery() -> None:
    assert {name: c.event_date for name, c in contracts().items() if c.event_date} == EVENT_DATE
    assert {(c.refuse_count, c.refuse_share) for c in contracts().values()} == {(20, 0.01)}
