"""A warehouse that an earlier version, or earlier contracts, have made: what it lacks is added, and nothing is lost.

Tables and columns are added where the warehouse is prepared (`database.prepare`); derived tables of other columns are
made again from what is loaded (`tables`).
"""

from __future__ import annotations

import logging

import duckdb

from pipelines.base.months import parse_month
from pipelines.model.contracts import contracts

logger = logging.getLogger(__name__)


def columns(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(table, column) of the layers that are written and not derived; none of a warehouse that is being made."""
    return set(
        con.execute(
            "select schema_name || '.' || table_name, column_name from duckdb_columns()"
            " where schema_name in ('kilde', 'kontroll', 'karantene') and database_name = current_database()"
        ).fetchall()
    )


def tell(before: set[tuple[str, str]], after: set[tuple[str, str]]) -> None:
    """Say in one line of the log, which the command line shows, what an existing warehouse was given."""
    known = {table for table, _ in before}
    names = {f"{table}.{column}" if table in known else table for table, column in after - before}
    if known and names:
        added = ", ".join(sorted(names))
        logger.warning(
            "The warehouse was made by an earlier version or contract; added: %s. Nothing was taken away.", added
        )


def name_editions(con: duckdb.DuckDBPyConnection) -> None:
    """Give what was loaded before editions had a digest (`Contract.edition`) that of today's contract, where that is of
    the same version: so it is known as read by it when the contract is another one day."""
    old = "select distinct leveranse, uttrekk, kontrakt_versjon from kontroll.leveranse"
    for name, extract, version in con.execute(f"{old} where kontrakt_versjon not like '%+%'").fetchall():
        contract = contracts().get(extract)
        if contract and contract.version == version:
            con.execute(
                "update kontroll.leveranse set kontrakt_versjon = $1"
                " where leveranse = $2 and uttrekk = $3 and kontrakt_versjon = $4",
                [contract.edition(parse_month(name)), name, extract, version],
            )
