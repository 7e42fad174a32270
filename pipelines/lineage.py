"""Where a column comes from: read out of the SQL that makes it, so that it cannot be out of date.

A column follows from the columns of its expression and, of every SELECT on the way, from those its rows are chosen
by (WHERE, HAVING, QUALIFY, the conditions of inner joins): `tiltak` says whether a chosen participation is there, so
it follows from the dates that choose it. `person_key`, `maaned` and `forlop_nr`, by which everything is joined, are
left out unless the column is one of them; so are code lists, which are not data. A SELECT that turns columns into rows
(UNPIVOT) hides which is which: there a column follows from everything that is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from pipelines import comments, yaml_file
from pipelines.sql import SQL

JOINED_BY = frozenset({"person_key", "maaned", "forlop_nr"})
DATA = frozenset({"kilde", "klargjort", "statistikk"})


class Column(NamedTuple):
    """A column of a table, `schema.table` and its name."""

    table: str
    name: str


@cache
def lineage(table: str) -> dict[str, frozenset[Column]]:
    """Each column of a derived table → the columns of other tables it follows from, one step up.

    Empty for an extract, and for a table that no single SELECT makes (statistikk.forlop, kontroll.avstemming).
    """
    file = _files().get(table)
    if file is None:
        return {}
    try:
        tree = qualify(
            parse_one(file.read_text(encoding="utf-8"), dialect="duckdb"),
            dialect="duckdb",
            schema=_schema(),
            validate_qualify_columns=False,
        )
    except SqlglotError:
        return {}
    root = build_scope(tree)
    if root is None:
        return {}
    found: dict[tuple[int, str], frozenset[Column]] = {}
    turned = _read(root) if tree.find(exp.Pivot) else frozenset[Column]()
    return {
        name: frozenset(column for column in _of_output(root, name, found) or turned if column.table != table)
        for name in _query(root).named_selects
    }


def _read(root: Scope) -> frozenset[Column]:
    """Every column that the grouped SELECTs of a statement follow from: what is counted, and by what."""
    return frozenset(
        found
        for scope in root.traverse()
        if scope.expression.args.get("group")
        for column in scope.expression.find_all(exp.Column)
        if column.name not in JOINED_BY
        for found in _of_source(scope, column, {})
    )


@cache
def extract_columns(table: str, name: str) -> frozenset[Column]:
    """The columns of the extracts that a column follows from, over any number of tables."""
    found: set[Column] = set()
    waiting, seen = [Column(table, name)], set()
    while waiting:
        column = waiting.pop()
        if column in seen:
            continue
        seen.add(column)
        if column.table.startswith("kilde."):
            found.add(column)
        else:
            waiting += lineage(column.table).get(column.name, frozenset())
    return frozenset(found)


@cache
def _files() -> dict[str, Path]:
    """Derived table → the file with its SELECT, which the description lies beside."""
    described = {str(yaml_file.read(path)["tabell"]): path for path in SQL.rglob("*.yaml")}
    return {table: path.with_suffix(".sql") for table, path in described.items() if path.with_suffix(".sql").is_file()}


@cache
def _schema() -> dict[str, object]:
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for table, described in comments.descriptions().items():
        layer, _, name = table.partition(".")
        tables.setdefault(layer, {})[name] = dict.fromkeys(described.columns, "unknown")
    return {**tables}


def _query(scope: Scope) -> exp.Query:
    """The SELECT of a scope; what is no SELECT (an UNNEST in FROM) returns nothing that is known."""
    return scope.expression if isinstance(scope.expression, exp.Query) else exp.Select()


def _of_output(scope: Scope, name: str, found: dict[tuple[int, str], frozenset[Column]]) -> frozenset[Column]:
    """What a column that `scope` returns follows from; `found` remembers, and stops a recursive CTE."""
    key = (id(scope), name)
    if key not in found:
        found[key] = frozenset()
        found[key] = frozenset(_walk(scope, name, found))
    return found[key]


def _walk(scope: Scope, name: str, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    if scope.set_operation_scopes:
        position = _query(scope).named_selects.index(name)
        for part in scope.set_operation_scopes:
            yield from _of_output(part, _query(part).named_selects[position], found)
        return
    for expression in (select for select in _query(scope).selects if select.alias_or_name == name):
        for column in expression.find_all(exp.Column):
            if column.name not in JOINED_BY or column.name == name:
                yield from _of_source(scope, column, found)
            else:
                yield from _of_presence(scope.sources.get(column.table), found)
    yield from _of_choice(scope, found)


def _of_choice(scope: Scope, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    for expression in _choosing(scope):
        for column in expression.find_all(exp.Column):
            if column.name not in JOINED_BY:
                yield from _of_source(scope, column, found)


def _of_presence(source: object, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    """Whether a row was found is asked of its key: it follows from what chose the row."""
    if isinstance(source, Scope) and not source.set_operation_scopes:
        yield from _of_choice(source, found)


def _choosing(scope: Scope) -> Iterator[exp.Expr]:
    """The parts of a SELECT that decide which rows there are."""
    for part in ("where", "having", "qualify"):
        if scope.expression.args.get(part):
            yield scope.expression.args[part]
    for join in scope.expression.args.get("joins") or []:
        if not join.side and join.args.get("on"):
            yield join.args["on"]


def _of_source(scope: Scope, column: exp.Column, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    source = scope.sources.get(column.table)
    if isinstance(source, Scope):
        yield from _of_output(source, column.name, found)
    elif isinstance(source, exp.Table) and source.db in DATA:
        yield Column(f"{source.db}.{source.name}", column.name)
