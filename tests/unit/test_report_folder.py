"""The folder of a month's report when the month is built again: its figures are one run's, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from pipelines.assets.utdata import draw
from pipelines.errors import AktivitetError
from pipelines.figures import style
from pipelines.snapshot import Snapshot
from pipelines.utdata import write_private
from tests.unit.rapport_base import APRIL, base

EARLIER = b"et annet l\xc3\xb8p"
OWN = "notat.txt"
DRAWN = {f"figurer/figur_{number}.{form}" for number in range(1, 10) for form in ("svg", "png", "csv")}
REPORTED = (
    *("index.html", "rapport.pdf", "tabeller.xlsx", "tabeller/aktivitet.csv", "avstemming.html", "avstemming.csv"),
    *("figurer/figur_2.svg", "figurer/forlop_noensinne.svg"),
)

pytestmark = pytest.mark.usefixtures("without_png")


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Snapshot]:
    with base(courses=False) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """That of April, with an earlier run's report in it, a note of the reader's own, and a tertial's beside it."""
    for name in (*REPORTED, OWN):
        write_private(tmp_path / "2015-04" / name, EARLIER)
        write_private(tmp_path / "2015-T1" / name, EARLIER)
    return tmp_path / "2015-04"


def earlier(folder: Path) -> set[str]:
    """The files that the earlier run left."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.read_bytes() == EARLIER)
    return {path.relative_to(folder).as_posix() for path in found}


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_month_built_again_has_its_own_figures_alone(snapshot: Snapshot, folder: Path) -> None:
    drawn, written = draw(snapshot.con, APRIL, folder)
    files = names(folder)
    assert files == {path.relative_to(folder).as_posix() for path in written} | {OWN}
    assert files == DRAWN | {"avstemming.html", "avstemming.csv", OWN}
    assert len(drawn) == 9
    assert earlier(folder) == {OWN}
    assert earlier(folder.parent / "2015-T1") == {*REPORTED, OWN}


@pytest.mark.parametrize("why", [KeyboardInterrupt(), OSError("No space left on device")], ids=["stopped", "disk full"])
def test_a_report_that_is_not_finished_leaves_the_one_before(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch, why: BaseException
) -> None:
    save, saved = style.save, []

    def some(figure, beside, name, data):
        if len(saved) == 2:
            raise why
        saved.extend(save(figure, beside, name, data)[:1])
        return saved

    monkeypatch.setattr(style, "save", some)
    with pytest.raises(type(why)):
        draw(snapshot.con, APRIL, folder)
    assert earlier(folder) == names(folder) == {*REPORTED, OWN}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2015-04", "2015-T1"]


def test_a_report_stopped_while_it_moves_in_is_less_and_never_some_of_each(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            draw(snapshot.con, APRIL, folder)
    assert names(folder) == earlier(folder) == {*REPORTED, OWN} - {"index.html", "rapport.pdf", "tabeller.xlsx"}
    draw(snapshot.con, APRIL, folder)
    assert earlier(folder) == {OWN}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2015-04", "2015-T1"]


def test_what_a_killed_process_left_beside_goes_with_the_next_report(snapshot: Snapshot, folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    of_the_dead = folder.parent / f".2015-04.{int(ended.stdout)}.tmp"
    of_the_living = folder.parent / f".2015-04.{os.getppid()}.tmp"
    of_another_month = folder.parent / f".2015-05.{int(ended.stdout)}.tmp"
    for left in (of_the_dead, of_the_living, of_another_month):
        write_private(left / "index.html", EARLIER)
    draw(snapshot.con, APRIL, folder)
    assert [path.exists() for path in (of_the_dead, of_the_living, of_another_month)] == [False, True, False]


def test_a_month_without_results_keeps_what_is_there(snapshot: Snapshot, folder: Path) -> None:
    with pytest.raises(AktivitetError, match="no results"):
        draw(snapshot.con, date(2020, 1, 1), folder)
    assert earlier(folder) == {*REPORTED, OWN}
