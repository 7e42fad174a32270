"""A derived table made of its file in `sql/`: some of its months, or all of it. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from pipelines.base.chunks import in_parts
from pipelines.model import descriptions, sql

PERSONS_AT_A_TIME = 3_000_000
"""Person-months of one statement: DuckDB cannot spill all it needs for more in two gigabytes."""


def fill_months(con: duckdb.DuckDBPyConnection, table: str, name: str, months: Sequence[date], kjoring_id: str) -> int:
    """Replace the months of `table` with what `sql/<name>.sql` says of them; returns the number of rows.

    Rows go in by name, of many persons some months at a time. Result tables (`statistikk.*`) carry `kjoring_id`. When
    the SELECT has other columns than the table, every loaded month is made again: no month is lost to readers because
    another one was built.
    """
    statement = _with_run(table, sql.read(name))
    if _make(con, table, statement, months, kjoring_id):
        loaded = {row[0] for row in sql.run(con, "kontroll/lastet").fetchall()}
        months = sorted({*months, *loaded})
    con.execute(f"delete from {table} where maaned in (select unnest($1))", [list(months)])
    persons = dict(con.execute("select maaned, count(*) from kilde.person group by maaned").fetchall())
    inserted = [
        sql.execute(con, f"insert into {table} by name {statement}", maaneder=part, kjoring_id=kjoring_id).fetchall()
        for part in in_parts(sorted(months), lambda month: persons.get(month, 0), PERSONS_AT_A_TIME)
    ]
    return sum(int(rows[0][0]) for rows in inserted)


def fill_whole(con: duckdb.DuckDBPyConnection, table: str, name: str, kjoring_id: str) -> int:
    """Replace all of `table` with what `sql/<name>.sql` says; returns the number of rows."""
    statement = _with_run(table, sql.read(name))
    sql.execute(con, f"create or replace table {table} as {statement}", kjoring_id=kjoring_id)
    descriptions.comment(con, table)
    rows = con.execute(f"select count(*) from {table}").fetchall()
    return int(rows[0][0])


def _with_run(table: str, statement: str) -> str:
    if not table.startswith(("statistikk.", "kontroll.")):
        return statement
    return f"select *, $kjoring_id::varchar as kjoring_id from ({statement})"


def _make(con: duckdb.DuckDBPyConnection, table: str, statement: str, months: Sequence[date], kjoring_id: str) -> bool:
    """Make the table from its SELECT where it is not there, or where its columns are no longer those.

    A table of other columns was made by other code and all of it can be derived again, so it is dropped and every
    month becomes stale. Returns whether one was dropped.
    """
    wanted = sql.execute(con, f"describe {statement}", maaneder=list(months), kjoring_id=kjoring_id).fetchall()
    schema, _, name = table.partition(".")
    found = con.execute(
        "select column_name, data_type from duckdb_columns() where schema_name = $1 and table_name = $2"
        " and database_name = current_database()",
        [schema, name],
    ).fetchall()
    if sorted(found) == sorted((row[0], row[1]) for row in wanted):
        return False
    if found:
        con.execute(f"drop table {table}")
        con.execute("delete from kontroll.bygg where tabell = $1", [table])
    columns = ", ".join(f'"{row[0]}" {row[1]}' for row in wanted)
    con.execute(f"create table {table} ({columns})")
    descriptions.comment(con, table)
    return bool(found)
