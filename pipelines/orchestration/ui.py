"""Dagster's web server and daemon, on this machine only; stopped, they are gone with everything they started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from types import FrameType

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.orchestration.housekeeping import bury_unless_busy
from pipelines.orchestration.instance import point_dagster_home

HOST = "127.0.0.1"


def serve(home: Home, port: int) -> int:
    """Serve the page on `port` until stopped (Ctrl-C, SIGTERM); returns its exit status.

    Raises AktivitetError when the port is taken.
    """
    _require_free(port)
    point_dagster_home(home)
    _bury_runs(home)
    command = [sys.executable, "-m", "pipelines.orchestration.ui_server", str(port)]
    served: subprocess.Popen[bytes] | None = None
    stopped = False

    def stop(_: int, __: FrameType | None) -> None:
        """Tell it to stop; told twice, end it."""
        nonlocal stopped
        if served and stopped:
            _signal_group(served.pid, signal.SIGKILL)
        elif served:
            served.terminate()
        stopped = True

    # Before it is started: what a shell starts in the background ignores Ctrl-C, and so would Dagster, which is how
    # it stops its own processes. A signal with a handler is not ignored by what is started.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    # A group of its own: Dagster leaves a code server or a run behind when it alone is told to stop.
    served = subprocess.Popen(command, start_new_session=True)
    try:
        return served.wait()
    finally:
        _signal_group(served.pid, signal.SIGTERM)


def _bury_runs(home: Home) -> None:
    """Nothing is started while Dagster believes that a killed run goes on."""
    from dagster import DagsterInstance  # noqa: PLC0415

    with DagsterInstance.get() as instance:
        bury_unless_busy(home, instance, least_age=0)


def _require_free(port: int) -> None:
    with socket.socket() as tried:
        # As the web server does, so that a port that was just left counts as free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            raise AktivitetError(f"Port {port} is taken; choose another: aktivitet ui --port {port + 1}") from None


def _signal_group(group: int, number: signal.Signals) -> None:
    """Signal what is left of the group."""
    with suppress(ProcessLookupError):
        os.killpg(group, number)
