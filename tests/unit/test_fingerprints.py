"""What makes a table stale: what it follows from, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.model import derived
from pipelines.warehouse.fingerprints import fingerprint
from tests.kopi import again, copied

BUILT = [name for name, table in derived.tables().items() if table.built]
COURSES = {name for name, table in derived.tables().items() if table.study == "forlop" and table.built}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of all that decides what is stale, for tests to edit."""
    with copied(tmp_path, monkeypatch):
        yield tmp_path


def stale_after(edit: Callable[[], object]) -> set[str]:
    before = {name: fingerprint(name) for name in BUILT}
    edit()
    again()
    return {name for name in BUILT if fingerprint(name) != before[name]}


def append(path: Path, text: str) -> Callable[[], object]:
    return lambda: path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_note_of_a_printed_number_is_of_the_reconciliation_alone(checkout: Path) -> None:
    assert stale_after(append(checkout / "reports/published/tverrsnitt.csv", " ")) == {"kontroll.avstemming"}


def test_an_entry_of_a_code_list_is_of_what_joins_it(checkout: Path) -> None:
    """The names of activities say what is treatment: plans, what is made of them, and no table of vedtak or cards."""
    stale = stale_after(append(checkout / "data_contracts/kodeverk/aktivitetstype.csv", "Samtaler,behandling,lokalt\n"))
    assert {"klargjort.aktivitetsplan_maaned", "klargjort.person_maaned", "statistikk.tverrsnitt"} <= stale
    assert stale >= COURSES
    assert not {"klargjort.vedtak_maaned", "klargjort.meldekort_maaned", "klargjort.tiltak_maaned"} & stale


def test_a_list_nothing_joins_makes_nothing_stale(checkout: Path) -> None:
    assert stale_after(append(checkout / "data_contracts/kodeverk/beskrivelser.yaml", "# en merknad\n")) == set()


def test_a_comment_and_a_description_are_no_rule(checkout: Path) -> None:
    def edit() -> None:
        append(checkout / "sql/klargjort/person_maaned.sql", "\n-- Said once more.\n")()
        text = (checkout / "sql/klargjort/person_maaned.yaml").read_text(encoding="utf-8")
        (checkout / "sql/klargjort/person_maaned.yaml").write_text(text.replace("Deltok i", "Var i"), encoding="utf-8")

    assert stale_after(edit) == set()


def test_the_rule_of_one_result_makes_that_one_stale_and_what_is_held_against_it(checkout: Path) -> None:
    path = checkout / "pipelines/studies/tverrsnitt/sql/tverrsnitt_aar.sql"
    assert stale_after(append(path, "limit 1000000\n")) == {"statistikk.tverrsnitt_aar"}


def test_python_that_works_out_rows_is_of_those_rows(checkout: Path) -> None:
    stale = stale_after(append(checkout / "pipelines/studies/forlop/typology.py", "\nSAMPLE = 9\n"))
    assert stale == {"klargjort.forlop_type", "statistikk.forlop_typer"}
    figures = checkout / "pipelines/studies/forlop/figures.py"
    assert stale_after(append(figures, "\nCOLOUR = 1\n")) == set()


def test_a_code_list_that_is_edited_is_seen_by_a_process_that_goes_on(checkout: Path) -> None:
    before = fingerprint("klargjort.aktivitetsplan_maaned")
    append(checkout / "data_contracts/kodeverk/aktivitetstype.csv", "Samtaler,behandling,lokalt\n")()
    assert fingerprint("klargjort.aktivitetsplan_maaned") != before


def test_a_pattern_that_names_no_file_is_an_error(checkout: Path) -> None:
    path = checkout / "pipelines/studies/forlop/sql/forlop_type.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("typology.py", "typologi.py"), encoding="utf-8")
    again()
    with pytest.raises(ValueError, match=r"forlop/forlop_type.yaml names typologi.py"):
        derived.tables()
