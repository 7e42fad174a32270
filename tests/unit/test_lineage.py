"""Columns are followed back through the real SQL."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.lineage import figure_lineage
from pipelines.lineage.column_lineage import Column, extract_columns, lineage
from pipelines.model.descriptions import descriptions


def names(table: str, name: str) -> set[str]:
    return {f"{column.table}.{column.name}" for column in lineage(table)[name]}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("tiltak", {"klargjort.tiltak_maaned.tiltak"}),
        ("mottaker", {"klargjort.utbetaling_maaned.mottaker"}),
        ("kjonn", {"kilde.person.kjonn", "kilde.person.rang"}),
        ("behandling", {"klargjort.aktivitetsplan_maaned.behandling"}),
    ],
)
def test_a_column_follows_from_its_expression_and_from_what_chose_the_row(column: str, expected: set[str]) -> None:
    assert names("klargjort.person_maaned", column) == expected


def test_a_column_follows_from_the_rows_that_were_left_out() -> None:
    assert names("klargjort.tiltak_maaned", "tiltak") == {
        "kilde.tiltaksdeltakelse.dato_fra",
        "kilde.tiltaksdeltakelse.dato_til",
        "kilde.tiltaksdeltakelse.dato_statusendring",
        "kilde.tiltaksdeltakelse.deltakerstatuskode",
    }


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


def test_what_is_read_from_a_code_list_follows_from_what_is_looked_up_in_it() -> None:
    assert names("klargjort.person_maaned", "aldersgruppe") >= {"kilde.person.fodselsmaaned"}
    assert names("klargjort.person_maaned", "utdanning") == {"kilde.person.rang", "kilde.person.utdanning_nivaa"}


def test_tables_of_several_files_and_of_working_tables_are_followed_too() -> None:
    assert "statistikk.forlop_oppsummert.forste_tiltak" in names("statistikk.forlop", "verdi")
    assert names("statistikk.forlop", "gruppe") >= {
        f"statistikk.forlop_oppsummert.{c}" for c in ("aldersgruppe", "lengdeklasse")
    }
    assert {"statistikk.tverrsnitt.antall", "statistikk.forlop.verdi"} <= names("kontroll.avstemming", "reprodusert")


UNMADE = {
    *("klargjort.forlop_episode.episode_nr", "klargjort.meldekort_maaned.antall_kort"),  # numbers of rows
    "statistikk.forlop_typer.navn",  # given in Python
    *(f"statistikk.tverrsnitt_aar.{name}" for name in ("aar", "fra_maaned", "til_maaned", "maaneder")),
    *("kontroll.folsomhet.valg", "kontroll.folsomhet.nevner"),
}
"""Columns that follow from no other column than those everything is joined by."""


def test_every_column_of_what_is_built_and_shown_has_its_lineage() -> None:
    tables = [table for table in descriptions() if table.startswith(("klargjort.", "statistikk."))]
    assert len(tables) > 10
    missing = {f"{table}.{name}" for table in tables for name, found in lineage(table).items() if not found}
    assert missing <= UNMADE
    assert all(lineage(table) for table in tables)


def test_a_figure_follows_from_what_its_measures_count() -> None:
    months = pl.DataFrame({"mal": ["tiltak"], "gruppe": ["K"], "antall": [1], "andel": [0.5]})
    assert figure_lineage.extracts(months) == (
        "tiltaksdeltakelse (dato_fra, dato_statusendring, dato_til, deltakerstatuskode);"
        " utbetaling (belop, dato_postert)"
    )
    years = pl.DataFrame({"aar": [2015], "mal": ["gyldig_plan"], "antall": [1.0]})
    assert figure_lineage.table(years) == "statistikk.tverrsnitt_aar"
    assert figure_lineage.extracts(years) == (
        "aktivitetsplan (dato_fra, dato_godkjent, dato_til); utbetaling (belop, dato_postert)"
    )
    groups = pl.DataFrame({"aar": [2015], "innsatsgruppe": ["standard"], "antall": [1.0]})
    assert "innsatsgruppe (fra_dato" in figure_lineage.extracts(groups)
    curves = pl.DataFrame({"mal": ["kumulativ_insidens=tiltak"], "verdi": [0.5], "maaned_nr": [1]})
    assert "tiltaksdeltakelse (dato_fra" in figure_lineage.extracts(curves)


def test_an_extract_follows_from_nothing() -> None:
    assert lineage("kilde.person") == {}
