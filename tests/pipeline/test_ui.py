"""`aktivitet ui`: it answers, and when it is stopped nothing is left of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-m", "pipelines.cli", "ui", "--port"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    """Whether anything does, be it a refusal."""
    with socket.socket() as asked:
        asked.settimeout(2)
        return asked.connect_ex(("127.0.0.1", port)) == 0


def processes(home: Path) -> list[int]:
    """Those that have this home in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if str(home).encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def waited_for(condition, seconds: float) -> bool:
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            return False
        time.sleep(0.2)
    return True


def stopped(served: subprocess.Popen, home: Path) -> int:
    """Its exit status when it is told to stop. What may be left of it is ended."""
    try:
        served.send_signal(signal.SIGTERM)
        return served.wait(60)
    finally:
        for number in processes(home):
            os.kill(number, signal.SIGKILL)


def test_it_answers_until_stopped_and_leaves_no_process(tmp_path: Path) -> None:
    port = free_port()
    environment = {**os.environ, "AKTIVITET_HOME": str(tmp_path)}
    served = subprocess.Popen(
        # Started as a shell starts a background job, which ignores Ctrl-C, and so does all it starts.
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", *COMMAND, str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert waited_for(lambda: answers(port), 120)
        assert len(processes(tmp_path)) > 2
        served.send_signal(signal.SIGTERM)
        assert served.wait(60) == 0
        assert waited_for(lambda: not processes(tmp_path), 10)
    finally:
        for number in processes(tmp_path):
            os.kill(number, signal.SIGKILL)


def test_a_taken_port_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "AKTIVITET_HOME": str(tmp_path)}
        done = subprocess.run(
            [*COMMAND, str(port)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
