"""No SQL is put together from a path: a folder's name may hold whatever ends a text, or stands for other names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.base.home import ROOT

RUNS_SQL = {"execute", "executemany", "sql", "query", "run", "_run"}
PATHS = re.compile(r"path|folder|file|landing|home|root|directory|warehouse|snapshots?$|current|unfinished|beside")
FROM_FILE = re.compile(r"(read_\w+|scan_\w+|glob)\((?![$?)])|\battach (?!\$|\?)|\bcopy\b[^;]*\bto '", re.IGNORECASE)
"""A function that reads a file, or a statement that opens one, with something else than a parameter."""
SOURCES = sorted((ROOT / "pipelines").rglob("*.py"))


NO_PATH = {("contracts.py", "path.stem"), ("database.py", "_memory_limit(self._path)")}
"""The name of a code list of the project's own, and a number of bytes."""


def names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def statements(tree: ast.AST) -> Iterator[ast.expr]:
    """What is given to something that runs SQL."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in RUNS_SQL:
            yield from call.args[:2]


def pasted(source: str) -> list[str]:
    """The expressions of a module that name a path and stand in an f-string that is run as SQL."""
    return [
        ast.unparse(part.value)
        for statement in statements(ast.parse(source))
        for part in ast.walk(statement)
        if isinstance(part, ast.FormattedValue) and any(PATHS.search(name) for name in names_in(part.value))
    ]


def opened(source: str) -> list[str]:
    """The texts of a module, docstrings apart, that would read a file named in the SQL itself."""
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [node.value for node in texts if id(node) not in told and FROM_FILE.search(node.value)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "pipelines")))
def test_no_path_is_pasted_into_sql(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert [found for found in pasted(source) if (path.name, found) not in NO_PATH] == []
    assert opened(source) == []


def test_no_file_of_sql_names_a_file() -> None:
    assert [path.name for path in (ROOT / "sql").rglob("*.sql") if FROM_FILE.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    [
        """con.execute(f"attach '{path}' as snapshot")""",
        """con.sql("from " + f"read_csv('{home.landing / name}')")""",
        """self._run(f"copy t to '{folder}/x.parquet'")""",
        """sql.execute(con, f"from '{file.path}'")""",
    ],
)
def test_what_would_be_found(source: str) -> None:
    assert pasted(source)


@pytest.mark.parametrize("text", ["attach 'a.duckdb' as b", "from read_parquet('x')", "copy t to 'x'"])
def test_what_would_be_found_in_a_text(text: str) -> None:
    assert opened(f"con.execute({text!r})")
    assert opened(f"statement = {text!r}")
