"""Columns are followed back through the real SQL."""

from __future__ import annotations

import pytest

from pipelines.lineage import Column, extract_columns, lineage


def names(table: str, name: str) -> set[str]:
    return {f"{column.table}.{column.name}" for column in lineage(table)[name]}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (
            "tiltak",
            {
                "kilde.tiltaksdeltakelse.dato_fra",
                "kilde.tiltaksdeltakelse.dato_til",
                "kilde.tiltaksdeltakelse.dato_statusendring",
                "kilde.tiltaksdeltakelse.deltakerstatuskode",
            },
        ),
        ("mottaker", {"kilde.utbetaling.belop", "kilde.utbetaling.dato_postert"}),
        ("kjonn", {"kilde.person.kjonn", "kilde.person.rang"}),
        ("behandling", {f"klargjort.aktivitetsplan_maaned.{c}" for c in ("gyldig_plan", "behandling_uten_plankrav")}),
    ],
)
def test_a_column_follows_from_its_expression_and_from_what_chose_the_row(column: str, expected: set[str]) -> None:
    assert names("klargjort.person_maaned", column) == expected


def test_a_column_is_followed_to_the_extracts_over_several_tables() -> None:
    found = extract_columns("klargjort.person_maaned", "behandling")
    assert Column("kilde.aktivitet", "aktivitettypenavn") in found
    assert Column("kilde.aktivitetsplan", "dato_godkjent") in found
    assert {column.table for column in found} == {"kilde.aktivitet", "kilde.aktivitetsplan"}


def test_columns_turned_into_rows_follow_from_all_that_is_read() -> None:
    assert "klargjort.person_maaned.tiltak" in names("statistikk.tverrsnitt", "antall")


def test_code_lists_and_keys_are_left_out() -> None:
    found = [column for columns in lineage("klargjort.person_maaned").values() for column in columns]
    assert not [column for column in found if column.table.startswith("kodeverk.")]
    assert "kilde.person.maaned" not in names("klargjort.person_maaned", "kjonn")


def test_an_extract_follows_from_nothing() -> None:
    assert lineage("kilde.person") == {}
