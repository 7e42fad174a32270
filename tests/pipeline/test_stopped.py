"""Whoever stops a run is told so in a line, and the next run goes on from what is whole (`benchmarks/kill.py`)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from pipelines import synthetic
from pipelines.base.errors import STOPPED
from pipelines.base.home import Home

APRIL = date(2015, 4, 1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "kill"])
def test_a_run_that_is_stopped_says_so_without_a_stack_trace(tmp_path: Path, how: signal.Signals) -> None:
    home = Home(tmp_path)
    synthetic.generate(home.landing, first=APRIL, last=APRIL, share=0.0005, seed=1, fmt="parquet", clean=True)
    running = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "materialize"],
        env={**os.environ, "AKTIVITET_HOME": str(tmp_path), "AKTIVITET_KEY": "x" * 32},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Tests that run in the background of a shell have Ctrl-C switched off.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    while not any(home.dagster.glob("*/compute_logs/*.out")):  # Dagster has begun with the first table
        assert running.poll() is None, running.communicate()[0]
        time.sleep(0.05)
    running.send_signal(how)
    said, _ = running.communicate()
    assert running.returncode == 130, said
    assert said.strip().splitlines()[-1] == STOPPED
    assert "Traceback" not in said
