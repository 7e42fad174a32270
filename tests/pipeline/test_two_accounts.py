"""docs/personvern.md, «Hvem kan lese hva»: the account that runs the register, an analyst's, and another one."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.base import sharing
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.document import report_folder
from pipelines.synthetic import generate
from pipelines.warehouse import build, snapshot
from pipelines.warehouse.database import open_warehouse

APRIL = date(2015, 4, 1)
GROUP, ANALYST, STRANGER = 64010, 64011, 64012
APART = ("AKTIVITET_LANDING", "AKTIVITET_SECRETS", "AKTIVITET_SNAPSHOTS")
PERSON_MONTHS = ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned")

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def as_account(number: int, groups: list[int], work: Callable[[], Any]) -> Any:
    """What `work` returns, or the error it raises, in a process of that account.

    A copy of this process: an interpreter of its own may stand where that account cannot read it.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups(groups)
            os.setresgid(number, number, number)
            os.setresuid(number, number, number)
            try:
                found = work()
            except (AktivitetError, OSError) as error:
                found = error
            os.write(write, pickle.dumps(found))
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return pickle.loads(told)


@pytest.fixture(scope="module", params=[False, True], ids=["ett hjem", "mapper hver for seg"])
def root(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A month built and published with a group, and a report, in a folder that everybody may pass through."""
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    root.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AKTIVITET_KEY", raising=False)
        patch.setenv("AKTIVITET_HOME", str(root / "hjem"))
        patch.setenv("AKTIVITET_GROUP", str(GROUP))
        for variable in APART:
            patch.delenv(variable, raising=False)
            if request.param:
                patch.setenv(variable, str(root / variable.partition("_")[2].lower()))
        home = Home.from_environment()
        home.landing.mkdir(mode=0o700, exist_ok=True)
        generate(home.landing, first=APRIL, last=APRIL, share=0.0005, seed=1, clean=True)
        build.load_deliveries(home, [APRIL])
        with open_warehouse(home) as con:
            for table in PERSON_MONTHS:
                build.build_months(con, f"klargjort.{table}", f"klargjort/{table}", [APRIL])
            snapshot.publish(home, con, "a")
        (home.reports / ".publisert").write_text("intern", encoding="utf-8")
        with report_folder.renewed(home.reports / "2015-04") as report:
            (report / report_folder.FIGURES).mkdir()
            for name in (report_folder.PAGE, f"{report_folder.FIGURES}/figur_9.svg"):
                (report / name).write_text("rapport", encoding="utf-8")
        yield root
    shutil.rmtree(root)


def readable(files: list[Path]) -> Callable[[], list[Path]]:
    """Those of the files that the account can open."""

    def opened() -> list[Path]:
        found = []
        for file in files:
            try:
                with file.open("rb"):
                    found.append(file)
            except PermissionError:
                continue
        return found

    return opened


def kind(file: Path, home: Home) -> str:
    """What a file of the home is, by the folder it stands in."""
    places = {
        "analyse": home.analyse, "rapport": home.reports / "2015-04", "fullt": home.snapshots,
        "landing": home.landing, "nokkel": home.secrets, "lager": home.warehouse.parent,
    }  # fmt: skip
    return next((name for name, place in places.items() if file.is_relative_to(place)), file.name)


def test_an_analyst_reads_analyse_snapshots_and_reports_and_nothing_else(root: Path) -> None:
    home = Home.from_environment()
    files = [path for path in root.rglob("*") if path.is_file()]
    assert {kind(file, home) for file in files} == {
        "analyse", "rapport", "fullt", "landing", "nokkel", "lager", ".publisert",
    }  # fmt: skip
    seen = as_account(ANALYST, [GROUP], readable(files))
    assert {kind(file, home) for file in seen} == {"analyse", "rapport"}
    assert {file for file in files if kind(file, home) in {"analyse", "rapport"}} == set(seen)
    assert as_account(STRANGER, [], readable(files)) == []


def test_an_analyst_asks_the_snapshot_for_analysis_and_not_the_full_one(root: Path) -> None:
    def ask(*, full: bool) -> Any:
        with snapshot.connect(full=full) as reader:
            return reader.execute("select count(*) > 0 from klargjort.person_maaned").fetchall()

    assert root.exists()
    assert ask(full=True) == [(True,)]
    assert as_account(ANALYST, [GROUP], lambda: ask(full=False)) == [(True,)]
    for account, groups, full in ((ANALYST, [GROUP], True), (STRANGER, [], True), (STRANGER, [], False)):
        refused = as_account(account, groups, lambda full=full: ask(full=full))
        assert isinstance(refused, AktivitetError)
        assert "This account may not read" in str(refused)


def test_an_analyst_writes_nowhere(root: Path) -> None:
    folders = [path for path in [root, *root.rglob("*")] if path.is_dir()]

    def written() -> list[Path]:
        return [folder for folder in folders if os.access(folder, os.W_OK)]

    assert as_account(ANALYST, [GROUP], written) == []


def test_a_group_that_is_not_there_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTIVITET_GROUP", "ingen-slik-gruppe")
    with pytest.raises(AktivitetError, match="ingen-slik-gruppe, and this machine has no such group"):
        sharing.group()


def test_a_group_of_others_cannot_be_given_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said in words, and before anything is read by anybody."""
    monkeypatch.setenv("AKTIVITET_GROUP", str(GROUP))
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    os.chown(folder, ANALYST, ANALYST)
    try:
        refused = as_account(ANALYST, [], lambda: sharing.share(folder))
        assert isinstance(refused, AktivitetError)
        assert "this account is no member of it" in str(refused)
    finally:
        folder.rmdir()
    assert tmp_path.stat().st_gid != GROUP
