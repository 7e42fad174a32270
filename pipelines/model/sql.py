"""The rules that SQL can say: one SELECT a file, read by name and run with named parameters.

`klargjort/person_maaned` is `sql/klargjort/person_maaned.sql`; `forlop/andeler` is `sql/andeler.sql` in the folder of
the study `forlop`. A statement sees the months it is asked for as `$maaneder` (a list of first-of-month dates); it is
never built by pasting values into text. A threshold it names (`$opphold_dager`) is bound from the YAML that defines
it, whoever runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base.home import ROOT
from pipelines.model import study, thresholds
from pipelines.model.thresholds import Value

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


def rule(name: str) -> str:
    """What the file's header says after «Rule:», on however many lines it stands."""
    header = re.match(r"(?:--.*\n)+", read(name))
    text = " ".join(line.removeprefix("--").strip() for line in header[0].splitlines()) if header else ""
    return text.partition("Rule: ")[2]


@cache
def all_thresholds() -> dict[str, Value]:
    """Every threshold by name. Raises ValueError for a name that is defined twice."""
    return thresholds.read(files("*.yaml").values())


def threshold(name: str) -> int:
    """A threshold that is one number, for a rule in Python. Raises KeyError when there is none of that name."""
    value = all_thresholds()[name]
    assert isinstance(value, int), f"{name} is a list"
    return value


def limits(name: str) -> list[int]:
    """A threshold that is a list of numbers. Raises KeyError when there is none of that name."""
    value = all_thresholds()[name]
    assert isinstance(value, list), f"{name} is one number"
    return value


def filled(text: str, *others: str) -> str:
    """The text with the thresholds it names; `others` are names that are left (`thresholds.filled`)."""
    return thresholds.filled(text, all_thresholds() if "{" in text else {}, others)


def thresholds_of(name: str) -> dict[str, Value]:
    """The thresholds a file names, in the order of their names."""
    return {key: value for key, value in sorted(all_thresholds().items()) if key in _named(statement(name))}


def printed(name: str) -> str:
    """The text of a file as the appendix prints it, after the values of the thresholds it names."""
    values = [f"-- ${key} = {value}\n" for key, value in thresholds_of(name).items()]
    return "".join(values) + read(name)


def run(con: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute the file with those of `parameters` it names; rows are fetched from what is returned."""
    return execute(con, read(name), **parameters)


def execute(con: duckdb.DuckDBPyConnection, statement: str, **parameters: Any) -> duckdb.DuckDBPyConnection:
    """Execute a statement with the thresholds and those of `parameters` it names."""
    return con.execute(statement, _bound(statement, parameters))


def relation(con: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> duckdb.DuckDBPyRelation:
    """What the file selects, with the thresholds and those of `parameters` it names, to be read as a frame."""
    return con.sql(read(name), params=_bound(read(name), parameters))


def _bound(statement: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters the statement names: DuckDB refuses one that is not used."""
    named = _named(statement)
    known = parameters if named <= parameters.keys() else {**all_thresholds(), **parameters}
    return {name: value for name, value in known.items() if name in named}


def _named(statement: str) -> set[str]:
    return set(re.findall(r"\$([a-z_]\w*)", re.sub(r"--.*", "", statement)))
