"""The rules that SQL can say: one SELECT per file under `sql/`, read by name and run with named parameters.

A statement sees the months it is asked for as `$maaneder` (a list of first-of-month dates); it is never built
by pasting values into text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import duckdb

from pipelines.base.home import ROOT

SQL = ROOT / "sql"


@cache
def read(name: str) -> str:
    """The text of `sql/<name>.sql`, for example `klargjort/person_maaned`."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def rule(name: str) -> str:
    """What the file's header says after «Rule:», on however many lines it stands."""
    header = re.match(r"(?:--.*\n)+", read(name))
    text = " ".join(line.removeprefix("--").strip() for line in header[0].splitlines()) if header else ""
    return text.partition("Rule: ")[2]


def run(con: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute the file with those of `parameters` it names; rows are fetched from what is returned."""
    return execute(con, read(name), **parameters)


def execute(con: duckdb.DuckDBPyConnection, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute a statement with those of `parameters` it names (DuckDB refuses one that is not used)."""
    named = set(re.findall(r"\$(\w+)", statement))
    return con.execute(statement, {name: value for name, value in parameters.items() if name in named})
