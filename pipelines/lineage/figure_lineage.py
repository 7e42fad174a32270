"""Where a figure's numbers come from: its columns back to columns of the extracts, by the measures it shows."""

from __future__ import annotations

import polars as pl

from pipelines.lineage.column_lineage import Column, extract_columns, measures_of
from pipelines.model import derived, descriptions

LABELS = ("mal", "gruppering", "kjoring_id")
COUNTS = ("antall", "nevner", "andel", "verdi")


def columns(table: str, data: pl.DataFrame) -> dict[str, frozenset[Column]]:
    """Each column of a figure's data that its `table` has → the extract columns it follows from; none for the names of
    measures and groupings, which only say what is counted."""
    measures = shown(table, data)
    known = descriptions.descriptions()[table].columns
    found: dict[str, frozenset[Column]] = {name: frozenset() for name in data.columns if name in known}
    return found | {name: extract_columns(table, name, measures) for name in found if name not in LABELS}


def shown(table: str, data: pl.DataFrame) -> frozenset[str]:
    """The measures a figure shows, as the table that counts them names them: by `mal`, or `<column>=<value>` for data
    that is not in the long form."""
    if "mal" in data.columns:
        return frozenset(data["mal"].unique())
    prefixes = tuple(f"{name}=" for name in data.columns)
    return frozenset(mal for mal in _counted(table) if mal.startswith(prefixes))


def _counted(table: str) -> frozenset[str]:
    """Every measure of the table that counts them: the table itself, or what it is made from."""
    of = [name for name in (table, *derived.tables()[table].sources) if derived.is_counted(name)]
    return frozenset[str]().union(*map(measures_of, of))


def extracts(table: str, data: pl.DataFrame) -> str:
    """The extract columns its counts follow from, in words: «utbetaling (belop, dato_postert); …»."""
    found: dict[str, list[str]] = {}
    counts = [of for name, of in columns(table, data).items() if name in COUNTS]
    for column in sorted(frozenset[Column]().union(*counts)):
        found.setdefault(column.table.removeprefix("kilde."), []).append(column.name)
    return "; ".join(f"{extract} ({', '.join(names)})" for extract, names in found.items())
