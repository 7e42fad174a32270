"""Where a column comes from: read out of the SQL that makes it, so that it cannot be out of date.

A column follows from the columns of its expression and, of every SELECT on the way, from those its rows are chosen
by (WHERE, HAVING, QUALIFY, the conditions of inner joins): `tiltak` says whether a chosen participation is there, so
it follows from the dates that choose it. `person_key`, `maaned` and `forlop_nr`, by which everything is joined, are
left out unless the column is one of them. Code lists are not data: what is read from one follows from what is looked up
in it. A SELECT that turns columns into rows (UNPIVOT) hides which is which: there a column follows from everything
that is counted.
"""

from __future__ import annotations

import logging
import re
from functools import cache

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

from pipelines.lineage.cache import Columns, keeper
from pipelines.lineage.scopes import JOINED_BY, WORKING_SCHEMA, Column, of_output, of_source, query
from pipelines.model import derived, descriptions, sql
from pipelines.model.derived import Derived

__all__ = ["Column", "extract_columns", "lineage", "measures_of"]

WHOLE = "mottakere"
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every UNPIVOT


@cache
def lineage(table: str) -> dict[str, frozenset[Column]]:
    """Each column of a derived table → the columns of other tables it follows from, one step up.

    Empty for an extract. Where a table is made of several files, what Python works out of a file's rows follows
    from all that the file returns.
    """
    names = _made_of(table)
    found: dict[str, frozenset[Column]] = {}
    for name in names:
        columns = _columns(name)
        everything = frozenset[Column]().union(*columns.values())
        wanted = columns if len(names) == 1 and names[0] == _tables()[table].file else _tables()[table].columns
        for column in wanted:
            if column != "kjoring_id":
                found[column] = found.get(column, frozenset()) | columns.get(column, everything)
    return {name: frozenset(column for column in of if column.table != table) for name, of in found.items()}


@cache
def extract_columns(table: str, name: str, measures: frozenset[str] = frozenset()) -> frozenset[Column]:
    """The columns of the extracts that a column follows from, over any number of tables.

    `measures` (values of `mal`) narrows a column of counts to what those measures count.
    """
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
            waiting += _measured(column, measures) or lineage(column.table).get(column.name, frozenset())
    return frozenset(found)


def measures_of(table: str) -> frozenset[str]:
    """The measures a table counts, by the columns its SQL turns into rows."""
    return frozenset(_measure_columns(_tables()[table].file))


def _measured(column: Column, measures: frozenset[str]) -> frozenset[Column]:
    """What the measures follow from in the table that counts them; nothing for another table or column."""
    table = _tables().get(column.table)
    if not measures or table is None or column.name not in table.counts:
        return frozenset()
    if table.last is not None:
        families = {measure.split("=")[0] for measure in measures}
        files = [name for name in table.made_of if _makes(name, families)] or [table.last]
        return frozenset[Column]().union(*(of for name in files for of in _columns(name).values()))
    wanted = {WHOLE} if column.name == "nevner" else measures | {WHOLE}
    parts = [_measure_columns(table.file).get(measure, frozenset()) for measure in wanted]
    return frozenset[Column]().union(*parts)


def _makes(name: str, families: set[str]) -> bool:
    """Whether a file makes measures of one of the families: it names them."""
    text = sql.read(name)
    return any(re.search(rf"'{family}=|'{family}'|as {family}\b", text) for family in families)


@keeper.keeps
def _columns(name: str) -> Columns:
    """The columns of what `sql/<name>.sql` selects, each with the columns of tables it follows from."""
    tree = _tree(name)
    root = build_scope(tree)
    if root is None:
        return {}
    found: dict[tuple[int, str], frozenset[Column]] = {}
    turned = _read(root) if tree.find(exp.Pivot) else frozenset[Column]()
    names = query(root).named_selects
    return {column: _unfolded(of_output(root, column, found) | turned) for column in names}


def _unfolded(columns: frozenset[Column]) -> frozenset[Column]:
    """Columns of temporary tables are those of what they are made of."""
    found: set[Column] = set()
    for column in columns:
        layer, _, table = column.table.partition(".")
        if layer == WORKING_SCHEMA:
            known = _columns(_working()[table])
            found |= known.get(column.name) or frozenset[Column]().union(*known.values())
        else:
            found.add(column)
    return frozenset(found)


@keeper.keeps
def _measure_columns(name: str) -> Columns:
    """Measure → what it follows from: the columns of the SELECTs of a file that are turned into rows."""
    root = build_scope(_tree(name))
    found: dict[str, frozenset[Column]] = {}
    for scope in root.traverse() if root else ():
        if scope.expression.args.get("group"):
            found |= {column: of_output(scope, column, {}) for column in query(scope).named_selects}
    return found


def _parsed(name: str) -> exp.Query:
    tree = parse_one(sql.read(name), dialect="duckdb")
    assert isinstance(tree, exp.Query), f"sql/{name}.sql is no SELECT"
    return tree


@cache
def _tree(name: str) -> exp.Expr:
    """The statement, every column with its table. Working tables are put in a schema of their own."""
    tree = _parsed(name)
    for table in tree.find_all(exp.Table):
        if not table.db and table.name in _working():
            table.set("db", exp.to_identifier(WORKING_SCHEMA))
    try:
        return qualify(tree, dialect="duckdb", schema=_schema(), validate_qualify_columns=False)
    except SqlglotError:
        return tree


def _read(root: Scope) -> frozenset[Column]:
    """Every column that the grouped SELECTs of a statement follow from: what is counted, and by what."""
    return frozenset(
        found
        for scope in root.traverse()
        if scope.expression.args.get("group")
        for column in scope.expression.find_all(exp.Column)
        if column.name not in JOINED_BY
        for found in of_source(scope, column, {})
    )


def _made_of(table: str) -> tuple[str, ...]:
    """The files a derived table is made of; none for an extract."""
    return _tables()[table].made_of if table in _tables() else ()


def _tables() -> dict[str, Derived]:
    return derived.tables()


@cache
def _working() -> dict[str, str]:
    """Temporary table → the file it is made of."""
    return {name: file for table in _tables().values() for name, file in table.working.items()}


@cache
def _schema() -> MappingSchema:
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for table, described in descriptions.descriptions().items():
        layer, _, name = table.partition(".")
        tables.setdefault(layer, {})[name] = dict.fromkeys(described.columns, "unknown")
    tables[WORKING_SCHEMA] = {
        table: dict.fromkeys(_parsed(name).named_selects, "unknown") for table, name in _working().items()
    }
    return MappingSchema({**tables}, dialect="duckdb", normalize=False)
