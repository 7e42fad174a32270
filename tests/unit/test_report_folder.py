"""The folder of a month's report when the month is built again: its figures are one run's, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.files import write_private
from pipelines.base.home import ROOT
from pipelines.document import report_folder
from pipelines.drawing import style
from pipelines.report.drawn import draw
from pipelines.warehouse.snapshot import Snapshot
from tests.unit.rapport_base import APRIL, base

EARLIER = b"et annet l\xc3\xb8p"
OWN = "notat.txt"
DRAWN = {f"figurer/figur_{number}.{form}" for number in range(1, 10) for form in ("svg", "png", "csv")}
NEW = ("index.html", "rapport.pdf", "tabeller.xlsx", "tabeller/a.csv", "figurer/a.svg", "avstemming.csv")
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


@pytest.mark.parametrize("moves", range(13))
def test_a_report_that_cannot_be_moved_in_leaves_the_one_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    replace, moved = Path.replace, []

    def some(path: Path, target: Path) -> Path:
        moved.append(path)
        if len(moved) == moves + 1:
            raise PermissionError(path)
        return replace(path, target)

    def report() -> None:
        with report_folder.renewed(folder) as beside:
            for name in NEW:
                write_private(beside / name, b"nytt")
            monkeypatch.setattr(Path, "replace", some)

    with pytest.raises(PermissionError):
        report()
    assert earlier(folder) == names(folder) == {*REPORTED, OWN}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2015-04", "2015-T1"]


def test_a_process_killed_while_it_moves_leaves_less_and_never_some_of_each(folder: Path) -> None:
    """Killed at each move in turn; the next report then takes the place of what is left."""
    script = """if True:
        import os, sys
        from pathlib import Path
        from pipelines.document import report_folder

        folder, moves, replace, moved = Path(sys.argv[1]), int(sys.argv[2]), Path.replace, []

        def some(path, target):
            moved.append(path)
            if len(moved) == moves:
                os.kill(os.getpid(), 9)
            return replace(path, target)

        with report_folder.renewed(folder) as beside:
            for name in ("index.html", "rapport.pdf", "avstemming.csv"):
                (beside / name).write_bytes(b"nytt")
            Path.replace = some
    """
    for moves in range(1, 11):
        for name in REPORTED:
            write_private(folder / name, EARLIER)
        done = subprocess.run([sys.executable, "-c", script, str(folder), str(moves)], cwd=ROOT, check=False)
        assert done.returncode == -9
        old, new = earlier(folder) - {OWN}, names(folder) - earlier(folder)
        assert not (old and new), moves
        assert "index.html" not in new
        with report_folder.renewed(folder) as beside:
            write_private(beside / "index.html", b"nytt")
        assert names(folder) == {"index.html", OWN}
        assert sorted(path.name for path in folder.parent.iterdir()) == ["2015-04", "2015-T1"]


def test_what_a_killed_process_left_beside_goes_and_nothing_else(folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead, living = int(ended.stdout), os.getppid()
    left = [f".2015-04.{dead}.a1_b.tmp", f".2014-T3.{dead}.c.tmp", f".2015-04.{10**30}.d.tmp"]
    kept = [f".2015-04.{living}.a.tmp", ".backup.20250101.tmp", f".notat.{dead}.a.tmp", f"2015-04.{dead}.a.tmp"]
    for name in (*left, *kept):
        write_private(folder.parent / name / "index.html", EARLIER)
    with report_folder.renewed(folder):
        pass
    assert {path.name for path in folder.parent.iterdir()} == {"2015-04", "2015-T1", *kept}


def test_a_report_of_nothing_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(AktivitetError), report_folder.renewed(tmp_path / "reports" / "2015-04"):
        raise AktivitetError("There are no results.")
    assert list((tmp_path / "reports").iterdir()) == []


def test_a_folder_that_is_a_link_to_another_place_is_written_there(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "annet sted" / "april"
    elsewhere.parent.mkdir()
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)
    with report_folder.renewed(folder) as beside:
        assert beside.parent.parent == elsewhere.parent
        write_private(beside / "index.html", b"nytt")
    assert folder.is_symlink()
    assert names(elsewhere) == {"index.html", OWN}


def test_a_month_without_results_keeps_what_is_there(snapshot: Snapshot, folder: Path) -> None:
    with pytest.raises(AktivitetError, match="no results"):
        draw(snapshot.con, date(2020, 1, 1), folder)
    assert earlier(folder) == {*REPORTED, OWN}
