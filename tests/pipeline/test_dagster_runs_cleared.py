"""Old runs and snapshots are cleared, but not a run that still says that a month is built, nor an open snapshot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.base.errors import Busy
from pipelines.base.home import ROOT, Home
from pipelines.base.months import parse_month
from pipelines.orchestration.assets import RESOURCES, WAREHOUSE
from pipelines.orchestration.housekeeping import bury_unless_busy, clear_runs
from pipelines.orchestration.instance import point_dagster_home
from pipelines.orchestration.partitions import range_tags
from pipelines.orchestration.utdata import publisert
from pipelines.warehouse import snapshot
from pipelines.warehouse.database import claim, open_warehouse

OPEN = """
import sys
from pipelines import snapshot
with snapshot.connect(snapshot_id=sys.argv[1]) as reader:
    print(reader.id, flush=True)
    sys.stdin.readline()
"""
CLAIM = """
import sys
from pipelines.base import home
from pipelines.warehouse import database
with database.claim(home.Home.from_environment()):
    print("claimed", flush=True)
    sys.stdin.readline()
"""
JAN, FEB = parse_month("2015-01"), parse_month("2015-02")


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "AKTIVITET_HOME", "AKTIVITET_DAGSTER"):
        monkeypatch.setenv(name, "")
    point_dagster_home(Home(tmp_path_factory.mktemp("hjem")))
    with dg.DagsterInstance.get() as found:
        yield found


@dg.job
def nothing() -> None:
    """A job without ops: a run with a status and events, in no time."""


def ran(instance: dg.DagsterInstance, *months: object) -> str:
    tags = range_tags(list(months)) if months else {}  # type: ignore[arg-type]
    return nothing.execute_in_process(instance=instance, tags=tags).run_id


def left(instance: dg.DagsterInstance) -> set[str]:
    return {found.run_id for found in instance.get_runs()}


def test_the_last_runs_are_kept_and_older_ones_removed(instance: dg.DagsterInstance) -> None:
    runs = [ran(instance, JAN) for _ in range(4)]
    assert clear_runs(instance, kept=2) == [runs[1], runs[0]]
    assert left(instance) == {runs[2], runs[3]}
    assert instance.all_logs(runs[0]) == []


def test_the_run_that_last_built_a_month_is_kept_however_old(instance: dg.DagsterInstance) -> None:
    both, *later = [ran(instance, JAN, FEB), ran(instance, FEB), ran(instance, FEB)]
    assert clear_runs(instance, kept=1) == [later[0]]
    assert left(instance) == {both, later[1]}


def test_all_that_dagster_writes_is_in_the_home_folder(instance: dg.DagsterInstance) -> None:
    """Its web server makes folders in DAGSTER_HOME, whatever the settings say of storage."""
    written = Path(os.environ["DAGSTER_HOME"])
    assert written == Path(os.environ["AKTIVITET_HOME"]) / "dagster"
    assert Path(instance.storage_directory()).is_relative_to(written)


def test_a_run_still_going_is_left_alone(instance: dg.DagsterInstance) -> None:
    going = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
    ran(instance, JAN)
    clear_runs(instance, kept=0)
    assert going.run_id in left(instance)


def test_a_run_whose_process_is_gone_is_put_down_as_failed(instance: dg.DagsterInstance) -> None:
    """And what it held is free again: a killed run kept the pool, and the next one waited for it without end."""
    dead = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(WAREHOUSE)
    assert storage.claim_concurrency_slot(WAREHOUSE, dead.run_id, "kilde").is_claimed
    assert not storage.claim_concurrency_slot(WAREHOUSE, "another", "kilde").is_claimed
    home = Home.from_environment()
    held = subprocess.Popen(
        [sys.executable, "-c", CLAIM], env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert held.stdout
    held.stdout.readline()
    with pytest.raises(Busy), claim(home, patience=0):
        pass
    bury_unless_busy(home, instance, least_age=0)
    assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.STARTED
    held.kill()
    held.wait(60)
    bury_unless_busy(home, instance)
    assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.STARTED, "it may be starting"
    bury_unless_busy(home, instance, least_age=0)
    assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE
    assert storage.claim_concurrency_slot(WAREHOUSE, "another", "kilde").is_claimed
    with claim(home, patience=0), claim(home, patience=0):
        pass


def test_a_run_that_publishes_clears_whoever_started_it(instance: dg.DagsterInstance, monkeypatch) -> None:
    """As the web page, the sensor and the schedules start it: not through `aktivitet materialize`."""
    old = [ran(instance, JAN) for _ in range(3)]
    monkeypatch.setattr("pipelines.orchestration.housekeeping.clear_runs.__defaults__", (1,))
    defs = dg.Definitions(assets=[publisert], resources=RESOURCES, executor=dg.in_process_executor)
    job = defs.resolve_implicit_global_asset_job_def()
    assert job.execute_in_process(instance=instance, tags=range_tags([JAN])).success
    assert set(old) & left(instance) == {old[2]}


def test_old_snapshots_are_cleared_but_not_one_that_is_open(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with open_warehouse(home) as con:
        published = [snapshot.publish(home, con, f"{number:x}") for number in range(2)]
        reader = subprocess.Popen(
            [sys.executable, "-c", OPEN, published[0]],
            env={**os.environ, "AKTIVITET_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reader.stdout
        assert reader.stdout.readline().strip() == published[0]
        published += [snapshot.publish(home, con, f"{number:x}") for number in range(2, snapshot.KEPT + 2)]
        there = sorted(path.stem for path in home.snapshots.glob("*.duckdb"))
        assert there == [published[0], *published[-snapshot.KEPT :]]
        reader.communicate("done\n", timeout=60)
        assert snapshot.clear(home.snapshots) == [published[0]]
