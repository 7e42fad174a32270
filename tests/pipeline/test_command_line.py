"""The commands of README on a small synthetic register: what a user sees.

`generate`, `materialize`, `report` and `status` are processes of their own, as is one of each way to end; what else
is said and asked goes through `main` in this process, which is all that such a process would do.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from pipelines.cli import app
from tests.traader import ONE

Run = Callable[..., subprocess.CompletedProcess[str]]


def process(environment: dict[str, str]) -> Run:
    """`aktivitet …` as a process."""

    def run(*arguments: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "pipelines.cli", *arguments]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stdout + done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """That of a user whose home has three months, generated and built; with all of the machine's threads."""
    home = tmp_path_factory.mktemp("hjem med æøå")
    own = {**os.environ, "AKTIVITET_HOME": str(home), "AKTIVITET_KEY": "en nøkkel som er lang nok for en test"}
    for name in ("AKTIVITET_LANDING", *ONE):
        own.pop(name, None)
    process(own)("generate", "--from", "2015-02", "--to", "2015-04", "--share", "0.001")
    process(own)("materialize")
    return own


@pytest.fixture
def command(environment: dict[str, str]) -> Run:
    """Run `aktivitet …` as a process."""
    return process(environment)


@pytest.fixture
def aktivitet(environment: dict[str, str]) -> Run:
    """Run `aktivitet …` in this process."""

    def run(*arguments: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, environment, clear=True),
            mock.patch.object(sys, "argv", ["aktivitet", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            app.main()
        done = subprocess.CompletedProcess(list(arguments), int(ended.value.code or 0), out.getvalue(), err.getvalue())
        assert done.returncode == expected, done.stdout + done.stderr
        return done

    return run


def rows(aktivitet: Run, statement: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(aktivitet("query", statement, "--format", "json").stdout)
    return found


def test_every_row_of_every_delivery_ended_in_one_place(
    aktivitet: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked of the full snapshot: analysts are not told how many are sheltered."""
    monkeypatch.setitem(environment, "AKTIVITET_ROLE", "drift")
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
        ("query", ""),
        ("query", " ; ", "--format", "csv"),
        ("query", "-- ikke noe", "--format", "json"),
        ("report", "2015-13"),
        ("report", "2015-T4"),
        ("report", "2015-t4"),
        ("materialize", "--from", "2015-04", "--to", "2015-02"),
        ("generate", "--share", "2"),
        ("generate", "--from", "2009-12"),
        ("generate", "--from", "2015-04", "--to", "2015-02"),
        ("finnes_ikke",),
    ],
)
def test_wrong_usage_is_said_with_exit_status_2(aktivitet: Run, arguments: tuple[str, ...]) -> None:
    done = aktivitet(*arguments, expected=2)
    assert done.stderr
    assert not done.stdout


@pytest.mark.parametrize("statement", ["prepare en as select 1", "begin", "select 1 where false"])
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_statement_without_rows_is_answered(aktivitet: Run, statement: str, form: str) -> None:
    said = aktivitet("query", statement, "--format", form).stdout
    assert (said == "[]\n") == (form == "json")
    assert said


def test_the_report_of_a_month_is_where_the_command_says(command: Run) -> None:
    said, *places = command("report", "2015-04").stdout.strip().splitlines()
    folder = Path(said.rsplit(" is in ", 1)[1])
    named = [place[place.index(str(folder)) :] for place in places]
    assert named == [str(folder / name) for name in ("figurer", "avstemming.html", "index.html")]
    written = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert written >= {f"figurer/figur_{n}.{form}" for n in range(1, 10) for form in ("svg", "png", "csv")}
    assert written >= {"rapport.pdf", "tabeller.xlsx"}


def test_a_process_ends_as_its_command_does(command: Run) -> None:
    """Done, refused and wrongly used; what is asked for is on stdout alone, and what went wrong on stderr."""
    asked = command("query", "select 1 as en", "--format", "json")
    assert (json.loads(asked.stdout), asked.stderr) == ([{"en": 1}], "")
    refused = command("materialize", "--from", "2015-05", expected=1)
    assert (refused.stdout, "2015-05" in refused.stderr, "Traceback" in refused.stderr) == ("", True, False)
    command("finnes_ikke", expected=2)


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("/proc/hjem", "The folder /proc/hjem/landing cannot be made there.\n"),
        (f"/tmp/{'a' * 300}", f"The name of a file or folder is too long (/tmp/{'a' * 300}/landing).\n"),
    ],
    ids=["proc", "too long"],
)
def test_a_home_that_cannot_be_made_is_said(environment: dict[str, str], home: str, said: str) -> None:
    done = process({**environment, "AKTIVITET_HOME": home})("status", expected=1)
    assert (done.stdout, done.stderr) == ("", said)


def test_deliveries_where_there_can_be_none(command: Run) -> None:
    done = command("generate", "--landing", "/proc/levert", "--share", "0.0001", "--to", "2010-03", expected=1)
    assert "cannot be made there" in done.stderr


def test_status_shows_deliveries_months_and_quarantine(command: Run, environment: dict[str, str]) -> None:
    for name in ("201505", "2015\n06"):
        (Path(environment["AKTIVITET_HOME"]) / "landing" / name).mkdir()
    shown = command("status").stdout
    assert "Not read   '2015\\n06', 201505 " in shown
    assert "2015-02 to 2015-04" in shown
    assert "quarantined" in shown
