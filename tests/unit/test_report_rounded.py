"""No number of a report is computed from anything but rounded cells (rules.md §8)."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import polars as pl
import pytest

from pipelines.base.files import csv_text
from pipelines.base.home import ROOT, Home
from pipelines.disclosure import ledger
from pipelines.disclosure.publication import Revised
from pipelines.disclosure.rounding import of_home
from pipelines.report import writer
from tests.conftest import put_key
from tests.unit.rapport_base import APRIL, base, written

pytestmark = pytest.mark.usefixtures("without_png")
READERS = ("report", "studies/*", "drawing", "document")
RAW = re.compile(r"\b(?:from|join)\s+(?:statistikk|kontroll\.(?:frafall|folsomhet|avstemming))\b", re.IGNORECASE)
TILTAK = "mal = 'tiltak' and gruppering = 'alle' and maaned = '2015-04-01'"


def test_reports_and_figures_read_no_table_of_counts_but_through_disclosure() -> None:
    modules = [path for folder in READERS for path in (ROOT / "pipelines").glob(f"{folder}/*.py")]
    readers = [path for path in modules if "fill" not in path.name and path.parent.name != "maalefeil"]
    found = {path.name for path in readers if RAW.search(path.read_text(encoding="utf-8"))}
    # These make the tables.
    assert found <= {"delrapport2.py", "results.py", "typology.py"}


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_count_changed_inside_its_block_changes_no_byte_of_the_report(tmp_path: Path) -> None:
    rounding = of_home(Home(put_key(tmp_path / "forst")))
    label = pl.Series(["tiltak|alle|alle"])
    printed = {x: rounding.rounded(label, pl.Series([x]))[0] for x in range(3821, 3825)}
    alike = next([x, y] for x in printed for y in printed if x < y and printed[x] == printed[y])
    first, second, other = (
        written(tmp_path / name, statement=f"update statistikk.tverrsnitt set antall = {x} where {TILTAK}")
        for name, x in zip(("forst", "sa", "annen"), [*alike, 3890], strict=True)
    )
    assert tree(first) == tree(second)
    assert tree(first) != tree(other)


def test_the_page_names_the_key_and_every_table_says_it_is_rounded(tmp_path: Path) -> None:
    folder = written(tmp_path)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert of_home(Home(tmp_path)).fingerprint in page
    assert page.count("Antall er avrundet til nærmeste fem opp eller ned") >= 5
    assert (folder / "tabeller" / "sdc.csv").read_text().startswith("celler;minste_bredde;median_bredde;overstyringer")


def test_the_ledger_is_the_owners_and_knows_every_file(tmp_path: Path) -> None:
    folder = written(tmp_path)
    kept = folder.parent / ".publisert"
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.iterdir()} == {0o600}
    (edition,) = ledger.editions(folder.parent)
    assert edition.name == "2015-04"
    assert set(edition.files) == set(tree(folder))


def test_a_report_of_other_deliveries_is_refused_unless_it_is_said_to_be_revised(tmp_path: Path) -> None:
    folder = written(tmp_path)
    before = tree(folder)
    with base(courses=False) as snapshot:
        snapshot.execute("update kontroll.leveranse set sha256 = 'ny' where leveranse = '2015-04'")
        with pytest.raises(Revised, match="--revidert"):
            writer.write(snapshot, Home(tmp_path), APRIL)
        assert tree(folder) == before
        writer.write(snapshot, Home(tmp_path), APRIL, revised=True)
    assert "Revidert: leveransene er endret" in (folder / "index.html").read_text(encoding="utf-8")


def test_inside_the_numbers_are_exact_and_every_page_and_sheet_is_marked(tmp_path: Path) -> None:
    put_key(tmp_path)
    with base(courses=False) as snapshot:
        snapshot.execute(f"update statistikk.tverrsnitt set antall = 3821 where {TILTAK}")
        writer.write(snapshot, Home(tmp_path), APRIL, inside=True)
    folder = tmp_path / "internt" / "2015-04"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Internt – ikke for deling" in page
    assert "3821" in (folder / "tabeller" / "aktivitet.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "internt").stat().st_mode) == 0o700
    assert not (tmp_path / "reports" / "2015-04").exists()


def test_csv_has_a_sign_for_what_there_are_too_few_to_tell() -> None:
    frame = pl.DataFrame({"antall": [5], "andel": [None], "skjult": [True]}, schema_overrides={"andel": pl.Float64})
    assert csv_text(frame) == "antall;andel\n5;:\n"
