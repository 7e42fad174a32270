"""The commands of README on a small synthetic register, as processes of their own: what a user sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def aktivitet(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run `aktivitet …` in a home of its own where three months have been generated and built."""
    home = tmp_path_factory.mktemp("hjem med æøå")
    environment = {**os.environ, "AKTIVITET_HOME": str(home), "AKTIVITET_KEY": "en nøkkel"}
    environment.pop("AKTIVITET_LANDING", None)

    def run(*arguments: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines.cli", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stdout + done.stderr
        return done

    run("generate", "--from", "2015-02", "--to", "2015-04", "--share", "0.002")
    run("materialize")
    return run


def rows(aktivitet: Run, statement: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(aktivitet("query", statement, "--format", "json").stdout)
    return found


def test_every_row_of_every_delivery_ended_in_one_place(aktivitet: Run) -> None:
    astray = "select * from kontroll.leveranse where lest <> lastet + duplikat + skjermet + karantene"
    assert rows(aktivitet, astray) == []
    (counted,) = rows(aktivitet, "select count(*) as n, sum(karantene) > 0 as karantene from kontroll.leveranse")
    assert counted == {"n": 30, "karantene": True}


def test_the_recipients_of_the_result_are_those_of_the_person_months(aktivitet: Run) -> None:
    differing = """
        select maaned from klargjort.person_maaned where mottaker group by maaned
        having count(*) <> (
            select antall from statistikk.tverrsnitt t
            where t.maaned = person_maaned.maaned and mal = 'mottakere' and gruppering = 'alle'
        )"""
    assert rows(aktivitet, differing) == []


def test_results_name_a_run_that_says_what_they_were_made_of(aktivitet: Run) -> None:
    (run,) = rows(
        aktivitet,
        "select distinct len(k.maaneder) as maaneder, len(k.leveranser) as filer from statistikk.tverrsnitt"
        " join kontroll.kjoring k using (kjoring_id)",
    )
    assert run == {"maaneder": 3, "filer": 30}


def test_building_again_finds_nothing_to_do(aktivitet: Run) -> None:
    assert "Nothing is new" in aktivitet("materialize").stdout


def test_a_month_without_a_delivery_is_named_and_nothing_changes(aktivitet: Run) -> None:
    before = rows(aktivitet, "from kontroll.bygg")
    refused = aktivitet("materialize", "--from", "2015-03", "--to", "2015-06", expected=1)
    assert "2015-05, 2015-06" in refused.stderr
    assert rows(aktivitet, "from kontroll.bygg") == before


@pytest.mark.parametrize(("option", "month"), [("--from", "2015-05"), ("--to", "2015-01")])
def test_a_range_outside_the_deliveries_names_the_month(aktivitet: Run, option: str, month: str) -> None:
    assert month in aktivitet("materialize", option, month, expected=1).stderr


def test_generate_leaves_real_deliveries_alone(aktivitet: Run, tmp_path: Path) -> None:
    (tmp_path / "2015-03").mkdir()
    (tmp_path / "2015-03" / "person.csv").write_text("det eneste eksemplaret")
    asked = ("generate", "--from", "2015-02", "--to", "2015-03", "--share", "0.001", "--landing", str(tmp_path))
    assert "2015-03" in aktivitet(*asked, expected=1).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["2015-03"]
    assert (tmp_path / "2015-03" / "person.csv").read_text() == "det eneste eksemplaret"


def test_every_table_and_column_a_reader_sees_is_described(aktivitet: Run) -> None:
    undescribed = """
        select schema_name || '.' || table_name as navn from duckdb_tables() where comment is null
        union all
        select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
        where comment is null and schema_name in ('klargjort', 'statistikk', 'kontroll', 'kodeverk')
        order by navn"""
    assert rows(aktivitet, undescribed) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("materialize", "--from", "april"),
        ("query", "select fra ingen"),
        ("query", "from read_text('/etc/hostname')"),
        ("query", "delete from kontroll.leveranse"),
        ("report", "2015-13"),
        ("report", "2015-T4"),
        ("materialize", "--from", "2015-04", "--to", "2015-02"),
        ("generate", "--share", "2"),
        ("generate", "--from", "2009-12"),
        ("generate", "--from", "2015-04", "--to", "2015-02"),
        ("finnes_ikke",),
    ],
)
def test_wrong_usage_is_said_with_exit_status_2(aktivitet: Run, arguments: tuple[str, ...]) -> None:
    aktivitet(*arguments, expected=2)


def test_the_report_of_a_month_is_the_same_bytes_twice(aktivitet: Run) -> None:
    said, *places = aktivitet("report", "2015-04").stdout.strip().splitlines()
    folder = Path(said.rsplit(" is in ", 1)[1])
    named = [place[place.index(str(folder)) :] for place in places]
    assert named == [str(folder / name) for name in ("figurer", "avstemming.html", "index.html")]
    first = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    aktivitet("report", "2015-04")
    again = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    assert {str(path) for path in first} >= {
        f"figurer/figur_{n}.{form}" for n in range(1, 10) for form in ("svg", "png", "csv")
    }
    assert first == again


def test_status_shows_deliveries_months_and_quarantine(aktivitet: Run) -> None:
    shown = aktivitet("status").stdout
    assert "2015-02 to 2015-04" in shown
    assert "quarantined" in shown
