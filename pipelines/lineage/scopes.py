"""What a column of a SELECT follows from, through its CTEs and subqueries: the part of `lineage` that knows sqlglot.

Statements are qualified: every column has its table. Names of tables are as in the statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

JOINED_BY = frozenset({"person_key", "maaned", "forlop_nr"})
WORKING_SCHEMA = "arbeid"
"""Where `lineage` puts temporary tables."""
DATA = frozenset({"kilde", "klargjort", "statistikk", WORKING_SCHEMA})
CODE_LISTS = "kodeverk"


class Column(NamedTuple):
    """A column of a table, `schema.table` and its name."""

    table: str
    name: str


def query(scope: Scope) -> exp.Query:
    """The SELECT of a scope; what is no SELECT (an UNNEST in FROM) returns nothing that is known."""
    return scope.expression if isinstance(scope.expression, exp.Query) else exp.Select()


def of_output(scope: Scope, name: str, found: dict[tuple[int, str], frozenset[Column]]) -> frozenset[Column]:
    """What a column that `scope` returns follows from; `found` remembers, and stops a recursive CTE."""
    key = (id(scope), name)
    if key not in found:
        found[key] = frozenset()
        found[key] = frozenset(_walk(scope, name, found))
    return found[key]


def _walk(scope: Scope, name: str, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    if scope.set_operation_scopes:
        position = query(scope).named_selects.index(name)
        for part in scope.set_operation_scopes:
            yield from of_output(part, query(part).named_selects[position], found)
        return
    for expression in (select for select in query(scope).selects if select.alias_or_name == name):
        for column in expression.find_all(exp.Column):
            if column.name not in JOINED_BY or column.name == name:
                yield from of_source(scope, column, found)
            else:
                yield from _of_presence(scope.sources.get(column.table), found)
    yield from _of_choice(scope, found)


def _of_choice(scope: Scope, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    for expression in _choosing(scope):
        for column in expression.find_all(exp.Column):
            if column.name not in JOINED_BY:
                yield from of_source(scope, column, found)


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


def _of_structs(scope: Scope, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    """A column of no known table comes out of a list of structs that a SELECT below lays out."""
    for source in scope.sources.values():
        for select in query(source).selects if isinstance(source, Scope) else ():
            if isinstance(source, Scope) and select.find(exp.Explode):
                yield from of_output(source, select.alias_or_name, found)


def _of_key(scope: Scope, table: str, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    """What the rows of a joined table are looked up by, on the other side of its join."""
    for join in scope.expression.args.get("joins") or []:
        if join.alias_or_name == table and join.args.get("on"):
            for column in join.args["on"].find_all(exp.Column):
                if column.table != table and column.name not in JOINED_BY:
                    yield from of_source(scope, column, found)


def of_source(scope: Scope, column: exp.Column, found: dict[tuple[int, str], frozenset[Column]]) -> Iterator[Column]:
    if not column.table:
        yield from _of_structs(scope, found)
    source = scope.sources.get(column.table)
    if isinstance(source, Scope):
        # What is read from a code list follows from what is looked up in it.
        yield from of_output(source, column.name, found) or _of_key(scope, column.table, found)
    elif isinstance(source, exp.Table) and source.db in DATA:
        yield Column(f"{source.db}.{source.name}", column.name)
    elif isinstance(source, exp.Table) and source.db == CODE_LISTS:
        yield from _of_key(scope, column.table, found)
