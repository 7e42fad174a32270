"""What of each table a report prints the counts of, for the audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from pipelines.base.months import month_name
from pipelines.studies.forlop.section import POPULATION

TABLES = "select schema_name || '.' || table_name from duckdb_tables()"


def published_parts(
    con: duckdb.DuckDBPyConnection, months: Sequence[date], *, courses: bool = True
) -> dict[str, dict[str, list[Any]]]:
    """Table → the values of its columns that are printed; only tables the snapshot has.

    What is computed of other months (the means of years) is computed of cells that the reports of those months print.
    """
    parts: dict[str, dict[str, list[Any]]] = {
        "statistikk.tverrsnitt": {"maaned": list(months)},
        **({"statistikk.forlop": {"utvalg": [POPULATION]}, "statistikk.forlop_typer": {}} if courses else {}),
        "kontroll.frafall": {"maaned": list(months)},
        "kontroll.leveranse": {"leveranse": [month_name(month) for month in months]},
    }
    there = {name for (name,) in con.execute(TABLES).fetchall()}
    return {table: values for table, values in parts.items() if table in there}
