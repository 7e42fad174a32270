"""The folder of a month's report when the month is built again: its figures are one run's, whatever happens."""

from __future__ import annotations

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


def test_a_month_built_again_has_its_own_figures_alone(snapshot: Snapshot, folder: Path) -> None:
    drawn, written = draw(snapshot.con, APRIL, folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {path.relative_to(folder).as_posix() for path in written} | {OWN}
    assert files == DRAWN | {"avstemming.html", "avstemming.csv", OWN}
    assert len(drawn) == 9
    assert earlier(folder) == {OWN}
    assert earlier(folder.parent / "2015-T1") == {*REPORTED, OWN}


def test_a_run_killed_while_it_draws_leaves_nothing_of_the_one_before(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = style.save

    def killed(*arguments, **options):
        if (folder / "figurer" / "figur_1.csv").exists():
            raise KeyboardInterrupt
        return save(*arguments, **options)

    monkeypatch.setattr(style, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        draw(snapshot.con, APRIL, folder)
    assert earlier(folder) == {OWN}
    assert (folder / "figurer" / "figur_1.svg").exists()


def test_a_run_killed_while_it_clears_has_drawn_nothing(
    snapshot: Snapshot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.rmtree", mock.Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        draw(snapshot.con, APRIL, folder)
    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert left == earlier(folder) == {*REPORTED, OWN} - {"index.html", "rapport.pdf", "tabeller.xlsx"}


def test_a_month_without_results_keeps_what_is_there(snapshot: Snapshot, folder: Path) -> None:
    with pytest.raises(AktivitetError, match="no results"):
        draw(snapshot.con, date(2020, 1, 1), folder)
    assert earlier(folder) == {*REPORTED, OWN}
