"""The pool of everything that writes has one place. What cannot be let in says so, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import ROOT, Home
from pipelines.orchestration.assets import WAREHOUSE
from pipelines.orchestration.housekeeping import bury_runs
from pipelines.orchestration.instance import point_dagster_home

WAITING = """
import dagster as dg
from pipelines.base import progress
from tests.pipeline.test_pool import writing

with dg.DagsterInstance.get() as instance, progress.listening(lambda what, *_: print(what, flush=True)):
    writing.execute_in_process(instance=instance)
"""


@dg.op(pool=WAREHOUSE)
def write() -> None:
    """What needs the place to write from."""


@dg.job(executor_def=dg.in_process_executor)
def writing() -> None:
    write()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "AKTIVITET_HOME", "AKTIVITET_DAGSTER"):
        monkeypatch.setenv(name, "")
    point_dagster_home(Home(tmp_path))
    with dg.DagsterInstance.get() as found:
        yield found


def test_a_pool_with_room_for_none_is_said_to_be(instance: dg.DagsterInstance) -> None:
    """Dagster would wait for it without end; with room again nothing is left of the run that was turned away."""
    instance.event_log_storage.set_concurrency_slots(WAREHOUSE, 0)
    with pytest.raises(AktivitetError, match=r"pool «warehouse» has a limit of 0.*Set it to 1"):
        writing.execute_in_process(instance=instance)
    instance.event_log_storage.set_concurrency_slots(WAREHOUSE, 1)
    assert writing.execute_in_process(instance=instance).success


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "kill"])
def test_who_waits_says_for_what_and_ends_when_told_to(instance: dg.DagsterInstance, how: signal.Signals) -> None:
    instance.event_log_storage.initialize_concurrency_limit_to_default(WAREHOUSE)
    assert instance.event_log_storage.claim_concurrency_slot(WAREHOUSE, "another", "kilde").is_claimed
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITING],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell have Ctrl-C switched off.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert waiting.stdout
    assert waiting.stdout.readline() == "waiting for another run to leave the pool «warehouse»\n"
    waiting.send_signal(how)
    _, said = waiting.communicate(timeout=60)
    assert said.strip().splitlines()[-1].endswith("DagsterExecutionInterruptedError")


def test_what_is_left_in_the_pool_by_a_run_that_is_over_is_freed(instance: dg.DagsterInstance) -> None:
    """Killed between its end and its leaving, it is no run that goes on, and still has the place."""
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default(WAREHOUSE)
    over = instance.create_run_for_job(writing, status=dg.DagsterRunStatus.FAILURE)
    assert storage.claim_concurrency_slot(WAREHOUSE, over.run_id, "write").is_claimed
    bury_runs(instance)
    assert storage.claim_concurrency_slot(WAREHOUSE, "another", "write").is_claimed
