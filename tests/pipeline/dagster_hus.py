"""A house with Dagster in it: its instance, its code server and the loops of its daemon, turned by hand.

Runs are processes of their own, started as `aktivitet ui` starts them. Only time is given.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.execution.backfill import BULK_ACTION_TERMINAL_STATUSES, PartitionBackfill
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.backfill import execute_backfill_iteration
from dagster._daemon.run_coordinator.queued_run_coordinator_daemon import QueuedRunCoordinatorDaemon
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._scheduler.scheduler import launch_scheduled_runs

from pipelines.base.home import ROOT, Home
from pipelines.orchestration.instance import point_dagster_home

MODULE = "tests.pipeline.uten_forlop"
LOG = logging.getLogger("test")
PATIENCE = 240
"""Seconds for a run; it takes some seconds on a machine that does nothing else."""
LAUNCH = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { __typename ... on LaunchBackfillSuccess { backfillId } }
}
"""
"""What the asset page sends when a range of partitions is materialised."""


def oslo(text: str) -> datetime:
    """A moment in Oslo, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC)


class House:
    """What an analyst and the clock do to it."""

    def __init__(self, home: Home, instance: dg.DagsterInstance, workspace: WorkspaceProcessContext) -> None:
        self.home, self.instance, self.workspace = home, instance, workspace

    @property
    def repository(self):
        request = self.workspace.create_request_context()
        (location,) = request.code_locations
        (repository,) = location.get_repositories().values()
        return repository

    def turn_on_sensor(self, name: str) -> None:
        self.instance.start_sensor(self.repository.get_sensor(name))

    def turn_on_schedule(self, name: str, at: str) -> None:
        with freeze_time(oslo(at)):
            self.instance.start_schedule(self.repository.get_schedule(name))

    def look(self, at: str) -> None:
        """One turn of the sensor daemon."""
        with freeze_time(oslo(at)):
            list(execute_sensor_iteration(self.workspace, LOG, None, None))

    def clock(self, at: str) -> None:
        """One turn of the scheduler daemon."""
        with freeze_time(oslo(at)):
            list(launch_scheduled_runs(self.workspace, LOG, oslo(at), {}))

    def ticks(self, name: str) -> list[str]:
        """What the last evaluations of a sensor or schedule said, newest first: reason of a skip, or the status."""
        found = [one for one in (*self.repository.get_sensors(), *self.repository.get_schedules()) if one.name == name]
        ticks = self.instance.get_ticks(found[0].get_remote_origin_id(), found[0].selector_id)
        return [tick.skip_reason or tick.status.value for tick in ticks]

    def finish(self) -> list[dg.DagsterRun]:
        """Let every run that is queued start and end; returns all runs, newest first."""
        queue = QueuedRunCoordinatorDaemon(interval_seconds=1)
        begun = time.monotonic()
        # A code server that hears nothing for a minute ends; the real daemon does this as often.
        self.workspace.refresh_workspace()
        while unfinished := [found for found in self.instance.get_runs() if not found.is_finished]:
            assert time.monotonic() - begun < PATIENCE, [found.status for found in unfinished]
            if any(found.status == dg.DagsterRunStatus.QUEUED for found in unfinished):
                list(queue.run_iteration(self.workspace))
            time.sleep(0.5)
        return list(self.instance.get_runs())

    def backfill(self, tables: Sequence[str], months: Sequence[str]) -> PartitionBackfill:
        """Materialise a range of assets from the asset page, and wait for its end."""
        params = {
            "assetSelection": [{"path": table.split(".")} for table in tables],
            "partitionNames": list(months),
            "fromFailure": False,
            "tags": [],
        }
        # Imported here, since the worker that does not run this has no use for a second of GraphQL.
        ask = import_module("dagster_graphql.test.utils").execute_dagster_graphql
        answer = ask(self.workspace.create_request_context(), LAUNCH, {"params": params})
        number = answer.data["launchPartitionBackfill"]["backfillId"]
        begun = time.monotonic()
        while (found := self.instance.get_backfill(number)) and found.status not in BULK_ACTION_TERMINAL_STATUSES:
            assert time.monotonic() - begun < PATIENCE, found.status
            list(execute_backfill_iteration(self.workspace, LOG))
            self.finish()
        assert found is not None
        return found

    def failure(self, found: dg.DagsterRun) -> str:
        """What the step that failed a run said."""
        for record in self.instance.all_logs(found.run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
            assert record.dagster_event is not None
            raised = record.dagster_event.step_failure_data.user_failure_data
            return str(raised.description) if raised else ""
        return ""


@contextmanager
def house(home: Home) -> Iterator[House]:
    """The house in `home`; the environment is that of `aktivitet ui`, as long as it lasts."""
    before = dict(os.environ)
    os.environ.update(AKTIVITET_KEY="en nøkkel som er lang nok for en test", PYTHONWARNINGS="ignore")
    os.environ.pop("AKTIVITET_LANDING", None)
    point_dagster_home(home)
    target = ModuleTarget(MODULE, None, str(ROOT), MODULE)
    try:
        with dg.DagsterInstance.get() as instance, create_test_daemon_workspace_context(target, instance) as workspace:
            yield House(home, instance, workspace)
    finally:
        os.environ.clear()
        os.environ.update(before)
