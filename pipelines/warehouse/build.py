"""Building the layers after the door: each table in one transaction, with what must hold tested inside it.

No Dagster here; the assets call these functions, and so may a notebook or a test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import duckdb

from pipelines.base import progress
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.ingest import deliveries, loading
from pipelines.model import sql
from pipelines.model.run import Run
from pipelines.warehouse import database, keys, state, tables
from pipelines.warehouse.pending import changed_months, require
from pipelines.warehouse.record import register_build, register_run


class AuditFailed(AktivitetError):
    """A build broke what must hold in every month; it was rolled back."""


def load_deliveries(home: Home, months: Sequence[date]) -> list[date]:
    """Take the new and changed deliveries of `months` through the door; returns the months loaded.

    Raises MissingMonths when a month has neither a delivery nor loaded rows, DeliveryRefused when one cannot be
    taken in, AktivitetError when the pseudonym key is another than that of the rows that stay, or when synthetic
    deliveries would lie among others; each time the warehouse is as it was.
    """
    with database.open_warehouse(home, spill=False) as con:
        require(con, home.landing, months)
        changed = changed_months(con, home.landing, months)
        opened = deliveries.open_all(home.landing, changed)
        if opened:
            with database.transaction(con):
                key = keys.current(home, con)
                state.remember_key(con, key, changed)
                loading.load(con, opened, key, progress.report)
                state.synthetic_share(con)
    return changed


def build_months(
    con: duckdb.DuckDBPyConnection,
    table: str,
    name: str,
    months: Sequence[date],
    audits: Sequence[str] = (),
) -> int:
    """Replace the months of a table by `sql/<name>.sql`, audit, commit; returns the number of rows.

    Raises AuditFailed, and changes nothing, when one of `audits` (files of `sql/kontroll/`) returns a row.
    """
    progress.report(table, 0, 1)
    with database.transaction(con):
        run = register_run(con, months)
        if table == state.PERSON_MONTHS:
            # What was held against the truth was other person-months (studies/maalefeil/evaluate.py makes it again).
            con.execute("drop table if exists statistikk.maalefeil")
        rows = tables.fill_months(con, table, name, months, run.id)
        for audit in audits:
            found = sql.run(con, f"kontroll/{audit}", maaneder=list(months)).fetchall()
            if found:
                text = "; ".join(f"{month_name(row[0])}: {row[2]} {row[3] or ''}".strip() for row in found)
                raise AuditFailed(f"{table} breaks {audit} and was rolled back: {text}")
        register_build(con, table, months, run.id)
    progress.report(table, 1, 1)
    return rows


def build_whole(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    months: Sequence[date],
    fill: Callable[[duckdb.DuckDBPyConnection, Run], None],
) -> dict[str, int]:
    """Replace tables that follow from all months at once; `fill` gets the connection and the run.

    Returns the number of rows of each of `tables`.
    """
    progress.report(tables[0], 0, 1)
    with database.transaction(con):
        run = register_run(con, months)
        fill(con, run)
        for table in tables:
            register_build(con, table, months, run.id)
    progress.report(tables[0], 1, 1)
    return row_counts(con, tables)


def row_counts(con: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> dict[str, int]:
    """How many rows each of `tables` has."""
    return {table: int(con.execute(f"select count(*) from {table}").fetchall()[0][0]) for table in tables}
