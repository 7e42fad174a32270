"""The rules that SQL can say: one SELECT a file, read by name and run with named parameters.

`klargjort/person_maaned` is `sql/klargjort/person_maaned.sql`; `forlop/andeler` is `sql/andeler.sql` in the folder of
the study `forlop`. A statement sees the months it is asked for as `$maaneder` (a list of first-of-month dates); it is
never built by pasting values into text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base.home import ROOT
from pipelines.model import study

SQL = ROOT / "sql"
ALTERNATIVES = "folsomhet"
"""The folder of the files that work out a choice and what it would otherwise have been, a study's too."""


def files(pattern: str = "*.sql") -> dict[str, Path]:
    """Every file by its name, those of `sql/` first, then study by study."""
    return _files(SQL, tuple(study.folders()), pattern)


@lru_cache(maxsize=8)
def _files(root: Path, studies: tuple[Path, ...], pattern: str) -> dict[str, Path]:
    found = {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob(pattern))}
    for folder in studies:
        for part, name in (("sql", folder.name), (ALTERNATIVES, ALTERNATIVES)):
            found |= {f"{name}/{path.stem}": path for path in sorted((folder / part).glob(pattern))}
    return found


@cache
def read(name: str) -> str:
    """The text of a file, for example `klargjort/person_maaned`. Raises KeyError when there is none."""
    return files()[name].read_text(encoding="utf-8")


def place(name: str) -> str:
    """Where a file lies in the checkout, as reports print it."""
    path = files()[name]
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def statement(name: str) -> str:
    """A file without its comments: what decides a result."""
    return re.sub(r"--.*", "", read(name))


@cache
def tables_read(name: str) -> tuple[str, ...]:
    """The tables a file reads, `schema.table`, sorted; what has no schema is a CTE or a temporary table."""
    pattern = r"\b(?:kilde|klargjort|statistikk|kontroll|kodeverk)\.[a-z_0-9]+"
    return tuple(sorted(set(re.findall(pattern, re.sub(r"'[^']*'", "", statement(name))))))


@dataclass(frozen=True)
class Head:
    """What the comment a file opens with says; each part is one line of text, however many it stands on."""

    grain: str
    """What one row is."""
    key: tuple[str, ...]
    """The columns no two rows have in common; none where there is one row."""
    rule: str
    """Where the rule stands (a page of docs/spesifikasjon/ and its chapter), and what it is."""


HEAD = re.compile(r"Grain: (?P<grain>.+?\.) Key: (?P<key>none|\w+(?:, \w+)*)(?:; .+?)?\. Rule: (?P<rule>.+\.)")


def head(name: str) -> Head:
    """The head of a file: `Grain:`, `Key:` and `Rule:`, in that order, each to a full stop.

    A key is columns, and after a semicolon what else is to be said of them. After an empty comment line come remarks,
    which are no part of the head.

    Raises ValueError when it has another form.
    """
    comment = re.match(r"(?:--.*\n)*", read(name))
    lines = comment[0].splitlines() if comment else []
    first = " ".join(line.removeprefix("--").strip() for line in takewhile(lambda line: line.strip() != "--", lines))
    found = HEAD.fullmatch(first)
    if found is None:
        raise ValueError(f"{place(name)} must open with «-- Grain: ….», «-- Key: ….» and «-- Rule: ….».")
    key = () if found["key"] == "none" else tuple(found["key"].split(", "))
    return Head(found["grain"], key, found["rule"])


def rule(name: str) -> str:
    """What the file's head says after «Rule:». Raises ValueError when it has none."""
    return head(name).rule


def run(con: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute the file with those of `parameters` it names; rows are fetched from what is returned."""
    return execute(con, read(name), **parameters)


def execute(con: duckdb.DuckDBPyConnection, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute a statement with those of `parameters` it names (DuckDB refuses one that is not used)."""
    named = set(re.findall(r"\$(\w+)", statement))
    return con.execute(statement, {name: value for name, value in parameters.items() if name in named})
