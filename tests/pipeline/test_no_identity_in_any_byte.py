"""Nothing that says who anyone is stands in any byte under the home folder: after a good delivery, after one that was
refused, and after a process that was killed half way through the door. And what was refused changes nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from pipelines.base.files import write_private
from pipelines.base.home import ROOT, Home
from pipelines.base.months import parse_month
from pipelines.cli import app
from pipelines.warehouse import build, snapshot
from pipelines.warehouse.database import open_warehouse
from tests.former import Csv, Parquet
from tests.leveranser import Leveranse, sifre_i
from tests.numre import fodselsnummer

APRIL, MAI = parse_month("2015-04"), parse_month("2015-05")
PERSONS = 80
KILLED = """
import os, signal
from pipelines.ingest import validation
from pipelines.warehouse import build
from pipelines.base.months import parse_month
from pipelines.base.home import Home
load = validation.load
def killed(contract, rows):
    if contract.name == "meldekort_dag":
        os.kill(os.getpid(), signal.SIGKILL)
    return load(contract, rows)
validation.load = killed
build.load_deliveries(Home.from_environment(), [parse_month("2015-05")])
"""


def delivery(month: str, *broken: str) -> Leveranse:
    """People in every extract, with ids that nothing else looks like; free text that says their number, and
    the id of a case that is it (a nought in front would be lost, and ten digits are an id)."""
    leveranse = Leveranse(month)
    for n in range(PERSONS):
        navn = f"p{n}"
        leveranse.fodselsnr[navn] = fodselsnummer(11 + n % 20, aar=50 + n // 20)
        leveranse.fyll(person=[{"person": navn, "person_id": 7_000_000_000 + 7_919 * n**2, "fr_kode": None}])
        leveranse.person_id[navn] = 7_000_000_000 + 7_919 * n**2
        event = f"{month}-15"
        for uttrekk, more in {
            "utbetaling": {
                "dato_postert": event,
                "belop": f"kr {leveranse.fodselsnr[navn]}" if navn in broken else "1",
            },
            "meldekort": {"meldekort_id": n + 1, "dato_innkommet": event},
            "aap_vedtak": {
                "tekstvariantkode": f"{leveranse.fodselsnr[navn]} søkte",
                "sak_id": int(leveranse.fodselsnr[navn]),
            },
            "aktivitet": {"aktivitettypenavn": f"Samtale med {leveranse.fodselsnr[navn]}"},
            "diagnose": {"diagnosekode": "P76\0" if n == 3 else "P76"},
            "innsatsgruppe": {},
            "tiltaksdeltakelse": {},
            "aktivitetsplan": {},
        }.items():
            leveranse.fyll(**{uttrekk: [{"person": navn, **more}]})
        leveranse.fyll(meldekort_dag=[{"meldekort_id": n + 1, "ukenr": 14, "dagnr": 1}])
    return leveranse


def identities_in(home: Home, leveranse: Leveranse) -> set[str]:
    """Every number and person_id that some file has, as text or as a number of eight bytes, either end first."""
    numbers = {*map(str, leveranse.person_id.values()), *leveranse.fodselsnr.values()}
    binary = np.array(sorted(map(int, numbers)), dtype=np.int64)
    lowest, highest = binary[[0, -1]]
    found = set()
    for path in home.root.rglob("*"):
        if path.is_file() and home.landing not in path.parents:
            content = path.read_bytes()
            text = content.decode("latin-1")
            found |= {f"{path.name}: {number}" for number in sifre_i(text, 10, 11) & numbers}
            for start in range(min(8, len(content))):
                whole = content[start : len(content) - (len(content) - start) % 8]
                for end in "<>":
                    read = np.frombuffer(whole, f"{end}i8")
                    hits = np.isin(read[(read >= lowest) & (read <= highest)], binary)
                    found |= {f"{path.name}: {hits.sum()} of eight bytes"} if hits.any() else set()
    return found


def read_back(home: Home) -> str:
    """Every row of every table, which compression may hide from the eye."""
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        tables = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        return "\n".join(
            str(row) for (table,) in tables for row in con.execute(f"from {table} order by all").fetchall()
        )


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home where April is loaded and published, with two rows in quarantine."""
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel som er lang nok for en test")
    home = Home(tmp_path / "hjem")
    delivery("2015-04", "p7").skriv(home.landing, Parquet(tekst=True))
    build.load_deliveries(home, [APRIL])
    with open_warehouse(home) as con:
        for name in ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned"):
            build.build_months(con, f"klargjort.{name}", f"klargjort/{name}", [APRIL])
        snapshot.publish(home, con, "a")
    return home


def test_a_good_and_a_killed_delivery(home: Home) -> None:
    leveranse = delivery("2015-04")
    loaded = read_back(home)
    assert "Samtale med [fjernet]" in loaded
    assert "ugyldig_verdi" in loaded

    delivery("2015-05").skriv(home.landing, Csv())
    done = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "AKTIVITET_HOME": str(home.root), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not identities_in(home, leveranse), "as the killed process left it, log of changes and all"
    assert read_back(home) == loaded

    build.load_deliveries(home, [MAI])
    assert not identities_in(home, leveranse)
    assert len(read_back(home).splitlines()) > len(loaded.splitlines()) + 8 * PERSONS
    assert not [path for path in home.root.rglob("*") if path.stat().st_mode & 0o077]


def aktivitet(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """`aktivitet …` in this process; returns its exit status."""
    monkeypatch.setattr(sys, "argv", ["aktivitet", *arguments])
    try:
        app.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def bytes_of(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file of a folder: its contents and when it was last written."""
    return {
        path.relative_to(folder).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def too_many_broken(_: Path, leveranse: Leveranse) -> str:
    """Amounts that are someone's number."""
    return f"utbetaling.csv, column belop, rule ugyldig_verdi, {len(leveranse.rader['utbetaling'])} rows, first at line"


def a_short_row(folder: Path, leveranse: Leveranse) -> str:
    """One that the reader stops at, and would quote."""
    path = folder / "aktivitet.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:40], f"{leveranse.fodselsnr['p0']};1\n".encode(), *lines[40:]]))
    return "aktivitet.csv, rule uleselig_fil, first at line 41"


def test_a_refused_run_of_the_command_changes_nothing_and_names_nobody(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of what is printed, and of every byte left behind: Dagster's storage and logs, and where DuckDB would spill."""
    for name in ("DAGSTER_HOME", "AKTIVITET_DAGSTER", "DAGSTER_EVENT_BATCH_SIZE"):
        monkeypatch.setenv(name, "10000")
    monkeypatch.setenv("AKTIVITET_HOME", str(home.root))
    monkeypatch.delenv("AKTIVITET_LANDING", raising=False)
    write_private(home.reports / "2015-04" / "index.html", b"en rapport")
    folders = (home.snapshots, home.reports)
    loaded, kept = read_back(home), [bytes_of(folder) for folder in folders]
    for fault in (too_many_broken, a_short_row):
        broken = PERSONS if fault is too_many_broken else 0
        leveranse = delivery("2015-05", *(f"p{n}" for n in range(broken)))
        expected = fault(leveranse.skriv(home.landing, Csv()), leveranse)
        assert aktivitet(monkeypatch, "materialize") == 1
        printed = "".join(capfd.readouterr())
        assert expected in printed
        assert not sifre_i(printed, 10, 11), "neither a number nor a person_id"
        assert not identities_in(home, leveranse)
        assert {path.name for path in home.warehouse.parent.iterdir()} == {"aktivitet.duckdb", "skriver.lock"}
        assert read_back(home) == loaded
        assert [bytes_of(folder) for folder in folders] == kept
        written = b"".join(path.read_bytes() for path in home.dagster.rglob("*") if path.is_file())
        assert expected.encode() in written, "Dagster keeps what was said, and was searched"
        shutil.rmtree(home.landing / "2015-05")


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """Else it would prove nothing."""
    home = Home(tmp_path)
    leveranse = delivery("2015-04")
    (home.reports / "a").write_bytes(b"x" + next(iter(leveranse.person_id.values())).to_bytes(8, "little"))
    (home.reports / "b").write_text(f"x{leveranse.fodselsnr['p1']}2")
    assert {found.partition(":")[0] for found in identities_in(home, leveranse)} == {"a", "b"}
