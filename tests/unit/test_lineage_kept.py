"""Lineage is worked out once of the same code; what is kept is never trusted of another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.lineage import cache
from pipelines.lineage.cache import Columns, Keeper
from pipelines.lineage.scopes import Column
from pipelines.warehouse.record import code_version

TILTAK = {"tiltak": frozenset({Column("kilde.tiltaksdeltakelse", "dato_fra"), Column("kilde.person", "rang")})}


class Worker:
    """Works out the same for every file, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of(self, keeper: Keeper) -> Callable[[str], Columns]:
        def columns(name: str) -> Columns:
            self.asked.append(name)
            return TILTAK

        return keeper.keeps(columns)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder that holds the lineage of one file."""
    keeper = Keeper()
    keeper.keep_in(tmp_path)
    Worker().of(keeper)("a")
    return tmp_path


def asked_again(folder: Path) -> list[str]:
    """Which files a new process, so to say, works out when it is asked for two of them, twice."""
    keeper, worker = Keeper(), Worker()
    keeper.keep_in(folder)
    columns = worker.of(keeper)
    assert [columns(name) for name in ("a", "b", "a", "b")] == [TILTAK] * 4
    return worker.asked


def test_what_is_kept_is_not_worked_out_again(kept: Path) -> None:
    assert asked_again(kept) == ["b"]
    assert asked_again(kept) == []


def test_of_other_code_everything_is_worked_out_again(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "code_version", lambda: "another")
    assert asked_again(kept) == ["a", "b"]


@pytest.mark.parametrize("rubbish", ["", "[]", "{}", '{"kode": 1}', "null", '{"kode": "KODE", "opphav": [1]}'])
def test_a_file_of_something_else_is_made_again(kept: Path, rubbish: str) -> None:
    (kept / cache.FILE).write_text(rubbish.replace("KODE", code_version()))
    assert asked_again(kept) == ["a", "b"]
    assert json.loads((kept / cache.FILE).read_text())["kode"] == code_version()


def test_without_a_folder_it_is_remembered_by_the_process() -> None:
    worker = Worker()
    columns = worker.of(Keeper())
    columns("a")
    columns("a")
    assert worker.asked == ["a"]
