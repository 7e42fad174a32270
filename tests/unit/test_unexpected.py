"""An error nobody foresaw is one sentence, and its trace, which is its owner's alone, names nobody."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.base.home import Home
from pipelines.cli import app, unexpected
from tests.numre import fodselsnummer

NUMBER = fodselsnummer(1)
PERSON_ID = "4711007"
PSEUDONYM = "0b5e9a52-7c4e-11ee-b962-0242ac120002"


def raised(text: str) -> Exception:
    """An error of a library that quotes what it read, met on the way by another."""
    try:
        try:
            duckdb.connect().execute("select cast($1 as date)", [text])
        except duckdb.Error as error:
            error.add_note(f"row of {text}")
            raise KeyError(text) from error
    except KeyError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"fodselsnr={NUMBER};",
        f"{NUMBER[:6]} {NUMBER[6:]}",
        f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]} - {NUMBER[6:]}",
        f"person_id: {PERSON_ID}",
        f"{PERSON_ID}.0",
        PSEUDONYM,
        "9" * 64,
    ],
    ids=["number", "in_text", "broken_in_two", "as_a_date", "person_id", "as_a_float", "pseudonym", "hmac"],
)
def test_the_trace_names_nobody(tmp_path: Path, text: str) -> None:
    said = unexpected.said_of(raised(text), Home(tmp_path))
    (log,) = (tmp_path / "logs").iterdir()
    written = log.read_text()
    assert said == (
        "Something went wrong that nobody foresaw (KeyError). What was done before is whole;"
        f" the trace, without identities, is in {log}."
    )
    assert "ConversionException" in written
    assert "in raised" in written
    for identity in (NUMBER, PERSON_ID, PSEUDONYM, "9" * 20, NUMBER[6:]):
        assert identity not in written
        assert identity not in said


def test_the_trace_is_its_owners_alone_and_only_the_last_are_kept(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for number in range(30):
        (tmp_path / "logs" / f"2015-04-{number:02}.log").touch()
    unexpected.said_of(ValueError("x"), Home(tmp_path))
    logs = sorted((tmp_path / "logs").iterdir())
    assert len(logs) == unexpected.KEPT
    assert logs[0].name == "2015-04-11.log"
    assert logs[-1].stat().st_mode & 0o777 == 0o600


def test_a_home_that_cannot_be_written_keeps_no_trace(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    said = unexpected.said_of(ValueError("x"), Home(tmp_path))
    assert said.endswith(f"the trace could not be written (FileExistsError, {tmp_path / 'logs'}).")


def test_a_command_ends_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that somebody made of the pointer's name, with a number, is something nobody foresaw."""
    monkeypatch.setenv("AKTIVITET_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["aktivitet", "query", "select 1"])
    monkeypatch.setattr(app.Home, "from_environment", lambda: Home(tmp_path))
    monkeypatch.setattr("pipelines.warehouse.snapshot.current_id", lambda _: int(f"x{NUMBER}"))
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith("Something went wrong that nobody foresaw (ValueError).")
    assert len(said.strip().splitlines()) == 1
    assert all(NUMBER not in path.read_text() for path in (tmp_path / "logs").iterdir())
    assert list((tmp_path / "logs").iterdir())
