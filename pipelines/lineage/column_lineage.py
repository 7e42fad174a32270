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

from pipelines.base import yaml_file
from pipelines.lineage.cache import Columns, keeper
from pipelines.lineage.scopes import JOINED_BY, WORKING_SCHEMA, Column, of_output, of_source, query
from pipelines.model import descriptions, sql
from pipelines.model.sql import SQL
from pipelines.reconciliation import reconcile
from pipelines.studies.forlop import results

__all__ = ["Column", "extract_columns", "lineage", "measures_of"]

WORKING = {
    **{table: f"forlop/{name}" for table, name in results.PREPARED.items()},
    **{name: f"kontroll/{name}" for name in reconcile.STEPS},
}
"""Temporary tables → the files they are made of."""
MADE_OF = {
    "statistikk.forlop": [f"forlop/{name}" for name in (*results.SELECTS, "hendelser")],
    "klargjort.forlop_type": ["forlop/sekvenser"],
}
"""Tables that no single SELECT makes → the files they are made of."""
OTHERWISE = {"statistikk.forlop": "forlop/hendelser"}
"""The file behind the measures that no file names: the life tables."""
COUNTS = {"statistikk.tverrsnitt": ("antall", "nevner", "andel"), "statistikk.forlop": ("antall", "nevner", "verdi")}
"""Tables that count measures → the columns that say how many."""
WHOLE = "mottakere"
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of every UNPIVOT


@cache
def lineage(table: str) -> dict[str, frozenset[Column]]:
    """Each column of a derived table → the columns of other tables it follows from, one step up.

    Empty for an extract. Where a table is made of several files, what Python works out of a file's rows follows
    from all that the file returns.
    """
    names = MADE_OF.get(table) or ([_files()[table]] if table in _files() else [])
    found: dict[str, frozenset[Column]] = {}
    for name in names:
        columns = _columns(name)
        everything = frozenset[Column]().union(*columns.values())
        wanted = descriptions.descriptions()[table].columns if table in MADE_OF else columns
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
    return frozenset(_measure_columns(_files()[table]))


def _measured(column: Column, measures: frozenset[str]) -> frozenset[Column]:
    """What the measures follow from in the table that counts them; nothing for another table or column."""
    if not measures or column.name not in COUNTS.get(column.table, ()):
        return frozenset()
    if column.table in MADE_OF:
        families = {measure.split("=")[0] for measure in measures}
        files = [name for name in MADE_OF[column.table] if _makes(name, families)] or [OTHERWISE[column.table]]
        return frozenset[Column]().union(*(of for name in files for of in _columns(name).values()))
    wanted = {WHOLE} if column.name == "nevner" else measures | {WHOLE}
    parts = [_measure_columns(_files()[column.table]).get(measure, frozenset()) for measure in wanted]
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
            known = _columns(WORKING[table])
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
        if not table.db and table.name in WORKING:
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


@cache
def _files() -> dict[str, str]:
    """Derived table → the file with its SELECT (as `sql.read` names it), which the description lies beside."""
    found = {}
    for path in SQL.rglob("*.yaml"):
        if path.with_suffix(".sql").is_file():
            found[str(yaml_file.read(path)["tabell"])] = path.relative_to(SQL).with_suffix("").as_posix()
    return found


@cache
def _schema() -> MappingSchema:
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for table, described in descriptions.descriptions().items():
        layer, _, name = table.partition(".")
        tables.setdefault(layer, {})[name] = dict.fromkeys(described.columns, "unknown")
    tables[WORKING_SCHEMA] = {
        table: dict.fromkeys(_parsed(name).named_selects, "unknown") for table, name in WORKING.items()
    }
    return MappingSchema({**tables}, dialect="duckdb", normalize=False)
