"""docs/personvern.md, «Lagring og sletting»: what is loaded and built may go from the landing folder, whole or not at
all, and is not missing after that."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.cli import answers
from pipelines.ingest.deliveries import months_in
from pipelines.orchestration import runs
from pipelines.synthetic import generate
from pipelines.warehouse import build, landing, state
from pipelines.warehouse.database import open_warehouse, transaction
from pipelines.warehouse.record import register_build, register_run
from tests.pipeline.drept import killed_everywhere

MONTHS = [date(2015, 2, 1), date(2015, 3, 1), date(2015, 4, 1)]
FEBRUARY, MARCH, APRIL = MONTHS


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months, loaded, and on record as built."""
    home = Home(tmp_path_factory.mktemp("hjem"))
    generate(home.landing, first=MONTHS[0], last=MONTHS[-1], share=0.0005, seed=1, clean=True)
    build.load_deliveries(home, MONTHS)
    mark_as_built(home, MONTHS)
    return home.root


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Home:
    """A copy of it, for one test."""
    return Home(Path(shutil.copytree(loaded, tmp_path / "hjem")))


def mark_as_built(home: Home, months: list[date]) -> None:
    with open_warehouse(home) as con, transaction(con):
        register_build(con, state.DONE, months, register_run(con, months).id)


def on_record(home: Home) -> list[date]:
    with open_warehouse(home) as con:
        return state.removed_months(con)


def folders(home: Home) -> set[str]:
    """Those of the landing folder, that of the truth apart."""
    return {path.name for path in home.landing.iterdir()} - {"fasit"}


def test_what_is_loaded_and_built_is_removed_and_is_not_missing(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert landing.remove_loaded(home) == (MONTHS, [])
    assert folders(home) == set()
    assert runs.wanted(home, None, None) == [], "nothing is new, changed or stale"
    assert runs.wanted(home, FEBRUARY, APRIL) == [MONTHS], "a month that is asked for is built from what is loaded"
    answers.show_status(home)
    shown = capsys.readouterr().out
    assert "Removed    3 months: 2015-02 to 2015-04 from the landing folder, after load" in shown
    assert "Gone" not in shown
    assert "Incomplete" not in shown


def test_what_somebody_else_removed_is_shown_as_gone(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(home.landing / "2015-03")
    answers.show_status(home)
    shown = capsys.readouterr().out
    assert "Gone       1 month: 2015-03 from the landing folder, and not by `--remove-loaded`" in shown
    assert "Removed" not in shown


def test_what_is_not_just_what_is_loaded_and_built_is_left(home: Home) -> None:
    """A delivery that came again, one that is not built, and one with something more in its folder."""
    shutil.rmtree(home.landing / "2015-02")
    generate(home.landing, first=FEBRUARY, last=FEBRUARY, share=0.0005, seed=2, clean=True)
    with open_warehouse(home) as con:
        con.execute("delete from kontroll.bygg where maaned = $1", [MARCH])
    (home.landing / "2015-04" / "les meg.txt").write_text("viktig", encoding="utf-8")
    before = {path: path.read_bytes() for path in home.landing.rglob("*") if path.is_file()}
    assert landing.remove_loaded(home) == ([], MONTHS)
    assert {path: path.read_bytes() for path in home.landing.rglob("*") if path.is_file()} == before
    assert on_record(home) == []


def test_a_delivery_that_comes_again_after_removal_is_loaded_again(home: Home) -> None:
    landing.remove_loaded(home)
    generate(home.landing, first=MARCH, last=MARCH, share=0.0005, seed=2, clean=True)
    assert runs.wanted(home, None, None) == [[MARCH]]
    build.load_deliveries(home, [MARCH])
    assert on_record(home) == [FEBRUARY, APRIL], "it is not removed any more"


def test_a_killed_removal_leaves_each_delivery_whole_or_gone(home: Home) -> None:
    """Before each file it moves or removes: what is in the landing folder is whole, and what is not is on record. What
    stands aside goes with the next command that looks for deliveries."""
    whole = {path.name: sorted(p.name for p in path.iterdir()) for path in home.landing.glob("2015-*")}
    kills = 0
    for _ in killed_everywhere("landing.remove_loaded(home)", {"AKTIVITET_HOME": str(home.root)}):
        kills += 1
        for path in home.landing.glob("2015-*"):
            assert sorted(p.name for p in path.iterdir()) == whole[path.name]
        gone = set(MONTHS) - set(months_in(home.landing))
        assert gone <= set(on_record(home))
        assert runs.wanted(home, None, None) == []
        assert landing.ASIDE not in folders(home)
        if months_in(home.landing) == []:
            break
    assert kills > 3
    assert set(on_record(home)) == set(MONTHS)


def test_a_delivery_that_changed_while_it_was_moved_is_put_back(home: Home) -> None:
    aside = home.landing / landing.ASIDE
    aside.mkdir()
    (home.landing / "2015-03").rename(aside / "2015-03")
    (aside / "2015-03" / "diagnose.parquet").write_bytes(b"ny")
    assert runs.wanted(home, FEBRUARY, APRIL) == [MONTHS]
    assert folders(home) == {"2015-02", "2015-03", "2015-04"}
    assert (home.landing / "2015-03" / "diagnose.parquet").read_bytes() == b"ny"


def test_two_changed_deliveries_of_a_month_are_not_chosen_between(home: Home) -> None:
    aside = home.landing / landing.ASIDE
    shutil.copytree(home.landing / "2015-03", aside / "2015-03")
    (aside / "2015-03" / "diagnose.parquet").write_bytes(b"ny")
    with pytest.raises(AktivitetError, match="A changed delivery of 2015-03 stands in"):
        landing.remove_loaded(home)
    assert folders(home) == {landing.ASIDE, "2015-02", "2015-03", "2015-04"}
