"""The processes of `aktivitet ui`: Dagster's web server behind `ui_access`, and its daemon, one ended with the other.

`dagster dev` does the same, but its web server cannot be given anything in front. Started as
`python -m pipelines.orchestration.ui_server PORT` by `ui.serve`, in a process group of its own.
"""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import uvicorn
from dagster import DagsterInstance, __version__
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster_webserver.app import create_app_from_workspace_process_context

from pipelines.orchestration.ui_access import HOSTS, PARAMETER, guarded

HOST = HOSTS[0]
MODULE = "pipelines.definitions"
POLL = 2000
"""Milliseconds between the page's questions, Dagster's own default."""
PATIENCE = 60
"""Seconds that the daemon has to end."""


class Server(uvicorn.Server):
    """Says where the page is once it answers."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Open {self.address}", "Ctrl-C ends it.", sep="\n", flush=True)


def host(port: int) -> int:
    """Serve the page on `port` until the daemon ends by itself; returns 1 then. SIGTERM and SIGINT end it with 0.

    The token is new each time, and nowhere but in this process and in the address that is printed.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    token = secrets.token_urlsafe(32)
    target = ModuleTarget(MODULE, attribute=None, working_directory=None, location_name=None)
    with DagsterInstance.get() as instance, WorkspaceProcessContext(instance, target, __version__) as workspace:
        app = create_app_from_workspace_process_context(workspace, live_data_poll_rate=POLL)
        config = uvicorn.Config(
            guarded(app, token, port),
            host=HOST,
            port=port,
            log_level="warning",
            access_log=False,  # It would write the token.
            timeout_graceful_shutdown=5,
        )
        _serve(Server(config, f"http://{HOST}:{port}/?{PARAMETER}={token}"))
    print("Dagster's daemon ended; the page is closed.", file=sys.stderr)
    return 1


def _serve(server: Server) -> None:
    """Until the daemon ends; that the server itself is told to end is raised, as SystemExit."""
    daemon = subprocess.Popen([Path(sys.executable).with_name("dagster-daemon"), "run", "--module-name", MODULE])
    threading.Thread(target=_end_with, args=(daemon, server), daemon=True).start()
    try:
        server.run()
    finally:
        daemon.terminate()
        with suppress(subprocess.TimeoutExpired):
            daemon.wait(PATIENCE)
        daemon.kill()


def _end_with(daemon: subprocess.Popen[bytes], server: Server) -> None:
    daemon.wait()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(host(int(sys.argv[1])))
