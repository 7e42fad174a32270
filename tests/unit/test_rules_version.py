"""By which rules something was built: what an analyst changes is seen at once, also by a process that goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.warehouse import record
from pipelines.warehouse.record import rules_version


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of rules in place of the house's: one statement, one code list."""
    for name in ("SQL", "KODEVERK", "PRINTED"):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(record, name, tmp_path / name)
    (tmp_path / "SQL" / "a.sql").write_text("-- Rule: the first.\nselect 1\n")
    (tmp_path / "KODEVERK" / "b.csv").write_text("kode\nA\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("SQL/a.sql", "-- Rule: the first.\nselect 2\n"),  # as long as it was
        ("SQL/c.sql", "select 1\n"),
        ("KODEVERK/b.csv", "kode\nA\nB\n"),
        ("PRINTED/d.csv", "antall\n10\n"),
    ],
)
def test_what_is_changed_makes_other_rules_and_changed_back_the_same(folder: Path, file: str, text: str) -> None:
    path, before = folder / file, rules_version()
    was = path.read_text() if path.exists() else None
    path.write_text(text)
    assert rules_version() != before
    path.unlink() if was is None else path.write_text(was)
    assert rules_version() == before


def test_a_comment_is_no_rule(folder: Path) -> None:
    before = rules_version()
    (folder / "SQL" / "a.sql").write_text("-- Rule: said in other words.\nselect 1\n")
    assert rules_version() == before


@pytest.mark.usefixtures("folder")
def test_files_that_are_as_they_were_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules_version()
    monkeypatch.setattr(Path, "read_text", None)
    assert rules_version() == before
