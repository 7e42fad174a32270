"""A comment on every table and column of the warehouse, from where the thing is defined.

Derived tables are described by the YAML beside their SQL file, extracts by their contract, code lists by
`data_contracts/kodeverk/beskrivelser.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from pipelines.base import yaml_file
from pipelines.model import derived
from pipelines.model.contracts import KODEVERK, contracts

KJORING_ID = "Kjøringen som laget raden; forklart i kontroll.kjoring."


@dataclass(frozen=True)
class Description:
    """What a table and its columns mean, in bokmål."""

    table: str
    text: str
    columns: dict[str, str]
    analyse: Any = None
    """What the snapshot for analysis has of the table (analyse.py)."""


@cache
def descriptions() -> dict[str, Description]:
    """Every described table by name (`schema.table`)."""
    found = [*_derived(), *_extracts(), *_code_lists()]
    return {description.table: description for description in found}


def comment(
    con: duckdb.DuckDBPyConnection, table: str, catalog: str = "", columns: Iterable[str] | None = None
) -> None:
    """Put the description of `schema.table` on it, where it has one; `catalog` names an attached file, and `columns`
    those of the table where they are known."""
    description = descriptions().get(table)
    if description is None:
        return
    place = f"{catalog}.{table}" if catalog else table
    if columns is None:
        columns = [row[0] for row in con.execute(f"describe {place}").fetchall()]
    statements = [f"comment on table {place} is {_literal(description.text)}"]
    statements += [
        f'comment on column {place}."{column}" is {_literal(text)}'
        for column in columns
        if (text := description.columns.get(column))
    ]
    con.execute("; ".join(statements))


def _derived() -> list[Description]:
    return [
        Description(table.name, table.text, {**table.columns, "kjoring_id": KJORING_ID}, table.analyse)
        for table in derived.tables().values()
    ]


def _extracts() -> list[Description]:
    return [
        Description(
            f"kilde.{contract.name}",
            contract.description,
            {name: text for name, (_, text) in contract.kilde_columns().items()},
        )
        for contract in contracts().values()
    ]


def _code_lists() -> list[Description]:
    node = yaml_file.read(KODEVERK / "beskrivelser.yaml")
    return [Description(f"kodeverk.{name}", text, node["kolonner"]) for name, text in node["lister"].items()]


def _literal(text: str) -> str:
    """A comment cannot be a parameter in DuckDB."""
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
