"""The SQL files as text: the report's appendix prints them, and Dagster shows the rule of each check."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from sqlglot import exp, parse_one

from pipelines.base.home import ROOT
from pipelines.model import sql
from pipelines.model.contracts import contracts
from pipelines.orchestration.checks import CHECKED

FILES = sorted(sql.files())


@pytest.mark.parametrize("name", FILES)
def test_no_comment_was_broken_by_the_formatter(name: str) -> None:
    """sqlfmt breaks a comment that is too long, and leaves a line of a word or two in the middle of a sentence."""
    lines = [line.strip() for line in sql.read(name).splitlines()]
    text = [(line, after) for line, after in pairwise(lines) if line.startswith("-- ") and after.startswith("-- ")]
    short = [(line, after) for line, after in text if len(line) < 25 and not line.endswith(".")]
    assert [line for line, after in short if re.match(r"-- (?!rules\.md)[a-zæøå]", after)] == []


@pytest.mark.parametrize("name", FILES)
def test_a_module_that_a_comment_points_to_exists(name: str) -> None:
    text = sql.read(name)
    for path in re.findall(r"pipelines/[\w/]+\.py", text):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("name", FILES)
def test_no_code_of_a_list_is_written_into_sql(name: str) -> None:
    """A rule that turns on a code joins its list (contracts.md), so that what it counts as is an edit there."""
    coded = {column.name for contract in contracts().values() for column in contract.columns if column.kodeverk}
    for node in parse_one(sql.read(name), dialect="duckdb").find_all(exp.Binary, exp.In):
        sides = [node.this, *node.args.get("expressions", []), node.args.get("expression")]
        columns = {side.name for side in sides if isinstance(side, exp.Column)}
        assert not (columns & coded and any(isinstance(side, exp.Literal) for side in sides)), node.sql()


@pytest.mark.parametrize("name", sorted(name for checks in CHECKED.values() for name in checks))
def test_the_rule_of_a_check_is_told_to_its_end(name: str) -> None:
    assert sql.rule(f"kontroll/{name}").startswith("rules.md §")
    assert sql.rule(f"kontroll/{name}").endswith(".")


@pytest.mark.parametrize("name", FILES)
def test_the_tables_a_file_reads_are_those_its_statement_names(name: str) -> None:
    """They are found without parsing, since every command asks; here sqlglot says whether that is so."""
    layers = {"kilde", "klargjort", "statistikk", "kontroll", "kodeverk"}
    tables = parse_one(sql.read(name), dialect="duckdb").find_all(exp.Table)
    assert set(sql.tables_read(name)) == {f"{table.db}.{table.name}" for table in tables if table.db in layers}
