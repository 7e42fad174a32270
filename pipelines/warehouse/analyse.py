"""The snapshot for analysis: what notebooks read, with nobody to be picked out by background.

It goes nowhere else than to colleagues who ask questions of person-months, and shows them what they need for that. What
each table gives is declared under `analyse` in the YAML beside its SQL, by the names of `RULES`; a column that is named
nowhere there is left out, as is a table of persons without that section (docs/personvern.md says why).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import duckdb

from pipelines.base.errors import AktivitetError
from pipelines.model import descriptions, sql

PERSON = "person_key"
LEFT_OUT = "utelatt"
BACKGROUND = "bakgrunn"
"""Kept as it is, and what somebody may know of a person from elsewhere: `benchmarks/singled_out.py` measures how many
are alone in it."""
MID_YEAR = "alder_midt_i_aaret"
"""The age group on 30 June of the year of another column's month. By the month it would give the month of birth of
whoever passes from one group to the next."""
MID_YEAR_COMMENT = "Aldersgruppen 30. juni i året, den samme hele året."
COARSER = "grovere"
"""Background of which only the values listed are told; every other, and none, is `annet`."""
RULES = ("ny_nokkel", BACKGROUND, COARSER, MID_YEAR, "uendret", LEFT_OUT)
AGES = "(select unnest(range(fra_alder, til_alder + 1)) as alder, aldersgruppe from kodeverk.aldersgruppe)"


def fill(con: duckdb.DuckDBPyConnection, catalog: str, tables: dict[str, list[str]]) -> None:
    """Make the tables of the snapshot for analysis in the attached file `catalog`, from the warehouse's `tables`.

    Raises AktivitetError when rows are lost: a person without a row in any delivery's `person`.
    """
    key = secrets.token_bytes(32)
    statement = f"create or replace temp table analyse_personer as {sql.read('analyse/personer')}"
    sql.execute(con, statement, nokkel=key)
    for schema in sorted({table.partition(".")[0] for table in tables}):
        con.execute(f"create schema {catalog}.{schema}")
    for table, columns in tables.items():
        expressions = _expressions(table, columns)
        if not expressions:
            continue
        select = f"select {', '.join(expressions.values())} from {_source(table, columns)}"
        (made,) = con.execute(f"create table {catalog}.{table} as {select}").fetchall()
        if PERSON in columns and (made[0],) not in con.execute(f"select count(*) from {table}").fetchall():
            raise AktivitetError(f"{table} has persons that no delivery has; nothing was published.")
        descriptions.comment(con, table, catalog, expressions)
        for column in expressions.keys() & _comments(table).keys():
            con.execute(f"comment on column {catalog}.{table}.{column} is '{_comments(table)[column]}'")
    con.execute("drop table analyse_personer")


def kept(table: str) -> dict[str, Any]:
    """The rule of `RULES` → the columns of `schema.table` it holds for; empty where nothing is declared."""
    description = descriptions.descriptions().get(table)
    found = description.analyse if description else LEFT_OUT
    return found if isinstance(found, dict) else {}


def coarser(column: str, values: Sequence[str]) -> str:
    """SQL: the column with the values that are told, `annet` for the others and where there is none."""
    told = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"if({_quoted(column)} in ({told}), {_quoted(column)}, 'annet')"


def _comments(table: str) -> dict[str, str]:
    """What to say of the columns that mean something else here than in the full snapshot."""
    coarse = {c: f"{', '.join(values)}; ellers annet." for c, values in kept(table).get(COARSER, {}).items()}
    return coarse | dict.fromkeys(kept(table).get(MID_YEAR, {}), MID_YEAR_COMMENT)


def _expressions(table: str, columns: Sequence[str]) -> dict[str, str]:
    """Column → the SQL it is made with, of what the snapshot for analysis has of a table; empty for nothing."""
    description = descriptions.descriptions().get(table)
    if description is None or description.analyse == LEFT_OUT:
        return {}
    declared = kept(table)
    if PERSON not in columns:
        return {column: f"t.{_quoted(column)}" for column in columns if column not in declared.get(LEFT_OUT, [])}
    as_they_are = [*declared.get(BACKGROUND, []), *declared.get("uendret", [])]
    rekeyed = declared.get("ny_nokkel", [])
    made = {}
    for column in columns:
        name = _quoted(column)
        if column in rekeyed:
            made[column] = f"p.ny_nokkel as {name}"
        elif _year_of(declared, column, columns):
            made[column] = f"coalesce(a.aldersgruppe, 'annet') as {name}"
        elif column in declared.get(COARSER, {}):
            made[column] = f"{coarser(column, declared[COARSER][column])} as {name}"
        elif column in as_they_are:
            made[column] = f"t.{name}"
    return made


def _source(table: str, columns: Sequence[str]) -> str:
    if PERSON not in columns:
        return f"{table} t"
    declared = kept(table)
    by = [found for column in columns if (found := _year_of(declared, column, columns))]
    mid_year = (
        f"floor(date_diff('month', p.fodselsmaaned, make_date(year(t.{_quoted(by[0])}), 6, 1)) / 12)" if by else ""
    )
    ages = f" left join {AGES} a on a.alder = {mid_year}" if by else ""
    return f"{table} t join analyse_personer p using ({PERSON}){ages}"


def _year_of(declared: dict[str, Any], column: str, columns: Sequence[str]) -> str | None:
    """The column whose year an age group is of; None for what is no age group, or where that column is not there."""
    by: str | None = declared.get(MID_YEAR, {}).get(column)
    return by if by in columns else None


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
