"""Old runs are cleared, but not one that still says that a month is built."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest

from pipelines import run
from pipelines.deliveries import parse_month
from pipelines.home import Home
from pipelines.partitions import range_tags

JAN, FEB = parse_month("2015-01"), parse_month("2015-02")


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "AKTIVITET_HOME", "AKTIVITET_DAGSTER"):
        monkeypatch.setenv(name, "")
    run.point_dagster_home(Home(tmp_path_factory.mktemp("hjem")))
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
    assert run.clear_runs(instance, kept=2) == [runs[1], runs[0]]
    assert left(instance) == {runs[2], runs[3]}
    assert instance.all_logs(runs[0]) == []


def test_the_run_that_last_built_a_month_is_kept_however_old(instance: dg.DagsterInstance) -> None:
    both, *later = [ran(instance, JAN, FEB), ran(instance, FEB), ran(instance, FEB)]
    assert run.clear_runs(instance, kept=1) == [later[0]]
    assert left(instance) == {both, later[1]}


def test_a_run_still_going_is_left_alone(instance: dg.DagsterInstance) -> None:
    going = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
    ran(instance, JAN)
    run.clear_runs(instance, kept=0)
    assert going.run_id in left(instance)
