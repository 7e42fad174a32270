"""The SQL files as text: the report's appendix prints them, and Dagster shows the rule of each check."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from sqlglot import exp, parse_one

from pipelines.base import yaml_file
from pipelines.base.home import ROOT
from pipelines.model import derived, sql
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


@pytest.mark.parametrize("name", FILES)
def test_a_file_opens_with_its_grain_key_and_rule_and_the_rule_stands_where_it_says(name: str) -> None:
    head = sql.head(name)
    page, chapter = re.match(r"(\w+\.md)(?:,? §(\d+)|, «([^»]+)»|, |: )", head.rule).group(1, 2)  # type: ignore[union-attr]
    text = (ROOT / "docs" / "spesifikasjon" / page).read_text(encoding="utf-8")
    if chapter:
        assert re.search(rf"^## {chapter}\. ", text, re.MULTILINE), f"{page} has no chapter {chapter}"
    for heading in re.findall(r"^\w+\.md,? (?:§\d+,? )?«([^»]+)»", head.rule):
        assert heading in text, f"{page} does not speak of {heading}"


@pytest.mark.parametrize("name", FILES)
def test_the_key_is_of_columns_that_the_statement_gives(name: str) -> None:
    tree = parse_one(sql.read(name), dialect="duckdb")
    assert isinstance(tree, exp.Query)
    if "*" not in tree.named_selects:
        assert set(sql.head(name).key) <= set(tree.named_selects)


@pytest.mark.parametrize("table", [table for table in derived.tables().values() if table.made_of == (table.file,)])
def test_the_key_of_a_table_is_that_of_its_statement(table: derived.Derived) -> None:
    described = yaml_file.read(sql.files("*.yaml")[table.file])
    assert set(sql.head(table.file).key) == set(described["nokkel"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-- Grain: one row.\n-- Rule: rules.md §1.\n", id="no_key"),
        pytest.param("-- Key: maaned.\n-- Grain: one row.\n-- Rule: rules.md §1.\n", id="another_order"),
        pytest.param("-- Grain: one row.\n-- Key: the month.\n-- Rule: rules.md §1.\n", id="a_key_in_words"),
        pytest.param("-- Grain: one row\n-- Key: maaned.\n-- Rule: rules.md §1.\n", id="no_full_stop"),
        pytest.param("-- One row.\n-- Key: maaned.\n-- Rule: rules.md §1.\n", id="another_label"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_head_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    name = "klargjort/person_maaned"
    monkeypatch.setattr(sql, "read", lambda _: f"{text}select 1\n")
    with pytest.raises(ValueError, match=r"person_maaned\.sql must open with"):
        sql.head(name)


def test_remarks_after_an_empty_comment_line_are_no_part_of_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "-- Grain: one row per month\n-- and person.\n-- Key: maaned, person_key; both.\n-- Rule: rules.md §1.\n"
    monkeypatch.setattr(sql, "read", lambda _: f"{head}--\n-- ⟂ So.\nselect 1\n")
    assert sql.head("x") == sql.Head("one row per month and person.", ("maaned", "person_key"), "rules.md §1.")


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
