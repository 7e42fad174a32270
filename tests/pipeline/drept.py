"""A piece of work in a process that is killed before one of the times it moves or removes a file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

from pipelines.base.home import ROOT

KILLED = -9
CHILD = """
import os, signal, sys
left = int(sys.argv[1])
def die(event, arguments):
    global left
    if event in {"os.rename", "os.remove", "os.rmdir", "os.link"}:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
from pipelines.base.home import Home
from pipelines.warehouse import keys, landing
home = Home.from_environment()
sys.addaudithook(die)
"""


def killed_everywhere(work: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Do `work` on `home` with a kill before the first of them, the second, and so on until it is through.

    Gives each number of file operations that were let through, once the process is dead; what is there then is the
    caller's to look at. The last is of the process that was not killed.
    """
    own = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    for number in range(1000):
        words = [sys.executable, "-c", f"{CHILD}{work}", str(number)]
        done = subprocess.run(words, env=own, capture_output=True, text=True, check=False)
        assert done.returncode in {0, KILLED}, done.stderr
        yield number
        if done.returncode == 0:
            return
