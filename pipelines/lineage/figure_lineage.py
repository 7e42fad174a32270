"""Where a figure's numbers come from: its columns back to columns of the extracts, by the measures it shows."""

from __future__ import annotations

import polars as pl

from pipelines.lineage.column_lineage import Column, extract_columns, measures_of
from pipelines.model import descriptions

TABLES = {
    "aar": "statistikk.tverrsnitt_aar",
    "h_tolvdeler": "statistikk.tverrsnitt_anslag",
    "type_nr": "statistikk.forlop_typer",
    "verdi": "statistikk.forlop",
}
"""A column only one of the published tables has → that table; without any of them it is the cross-section."""
CROSS_SECTION = "statistikk.tverrsnitt"
VARIABLES = ("aktivitetsstatus", "innsatsgruppe")
"""Columns that stand for measures `<column>=<value>`, in data that is not in the long form."""
LABELS = ("mal", "gruppering", "kjoring_id")
COUNTS = ("antall", "nevner", "andel", "verdi")


def table(data: pl.DataFrame) -> str:
    """The published table a figure's data is of."""
    return next((found for name, found in TABLES.items() if name in data.columns), CROSS_SECTION)


def columns(data: pl.DataFrame) -> dict[str, frozenset[Column]]:
    """Each column of a figure's data that its table has → the extract columns it follows from; none for the names of
    measures and groupings, which only say what is counted."""
    source, measures = table(data), shown(data)
    known = descriptions.descriptions()[source].columns
    found: dict[str, frozenset[Column]] = {name: frozenset() for name in data.columns if name in known}
    return found | {name: extract_columns(source, name, measures) for name in found if name not in LABELS}


def shown(data: pl.DataFrame) -> frozenset[str]:
    """The measures a figure shows, as the cross-section and the courses name them."""
    if "mal" in data.columns:
        return frozenset(data["mal"].unique())
    prefixes = tuple(f"{name}=" for name in VARIABLES if name in data.columns)
    return frozenset(mal for mal in measures_of(CROSS_SECTION) if prefixes and mal.startswith(prefixes))


def extracts(data: pl.DataFrame) -> str:
    """The extract columns its counts follow from, in words: «utbetaling (belop, dato_postert); …»."""
    found: dict[str, list[str]] = {}
    counts = [of for name, of in columns(data).items() if name in COUNTS]
    for column in sorted(frozenset[Column]().union(*counts)):
        found.setdefault(column.table.removeprefix("kilde."), []).append(column.name)
    return "; ".join(f"{extract} ({', '.join(names)})" for extract, names in found.items())
