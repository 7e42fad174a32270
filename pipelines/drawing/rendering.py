"""Figures on their way to files, drawn by two processes at once where the machine has two cores.

Most of a report's time is matplotlib's, which uses one core. A second process is started when the first figure is not
yet thought of, and has read in matplotlib when it comes. What it does not draw, for whatever reason, is drawn here:
it can only save time, and an error is met where it can be told.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import polars as pl
from matplotlib.figure import Figure

from pipelines.base.home import ROOT
from pipelines.drawing import style

CORES = os.cpu_count() or 1
DONE = b"."
PATIENCE = 60
"""Seconds that one drawing of the second process is waited for; it takes a quarter of one."""
_waiting: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Drawing:
    """A figure to be: what it is called, what it says, the data it is drawn from, and how (a function that pickles)."""

    name: str
    title: str
    data: pl.DataFrame
    draw: Callable[[], Figure]
    table: str = ""
    """The published table its data is of; none for a figure that is of several."""

    @cached_property
    def figure(self) -> Figure:
        return self.draw()

    def save(self, folder: Path) -> list[Path]:
        """As `style.save`."""
        return style.save(self.figure, folder, self.name, self.data)


class Workshop:
    """Draws into one folder. All that was asked for is there when the `with` is left; errors are raised then."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._asked: list[tuple[Drawing, Future[bool]]] = []
        # One thread, that the second process is given one drawing at a time.
        self._thread = ThreadPoolExecutor(max_workers=1)
        prepare()
        self._helper = _waiting.pop() if _waiting and CORES > 1 else None

    def save(self, drawing: Drawing) -> list[Path]:
        """Ask for the drawing; returns the paths its files will have."""
        self._asked.append((drawing, self._thread.submit(self._helped, drawing)))
        return style.paths(self._folder, drawing.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                # From the last, as the second process draws from the first.
                for drawing, helped in reversed(self._asked):
                    if helped.cancel() or not self._in_time(helped):
                        drawing.save(self._folder)
        finally:
            if self._helper:
                self._helper.kill()
            self._thread.shutdown(cancel_futures=True)
            if self._helper:
                self._helper.communicate()

    def _in_time(self, helped: Future[bool]) -> bool:
        try:
            return helped.result(timeout=PATIENCE)
        except TimeoutError:
            if self._helper:
                self._helper.kill()
            return False

    def _helped(self, drawing: Drawing) -> bool:
        """Whether the second process has drawn it."""
        if self._helper is None or self._helper.stdin is None or self._helper.stdout is None:
            return False
        try:
            asked = pickle.dumps((drawing, self._folder))
            self._helper.stdin.write(asked)
            self._helper.stdin.flush()
            return self._helper.stdout.read(1) == DONE
        except (OSError, pickle.PicklingError, AttributeError, TypeError):  # It is gone, or cannot be told.
            return False


def prepare() -> None:
    """Start the second process of the next workshop, which takes a second to read in what it draws with.

    It ends with this one, since its input does.
    """
    if CORES > 1 and not _waiting:
        with suppress(OSError):  # No room for another process: one draws it all.
            _waiting.append(
                subprocess.Popen(
                    [sys.executable, "-m", __name__],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )


def _work(asked: BinaryIO, done: BinaryIO) -> None:
    """Draw what is asked for until no more is, or something cannot be drawn."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # A Ctrl-C is for the process that asks.
    while True:
        drawing, folder = pickle.load(asked)
        drawing.save(folder)
        done.write(DONE)
        done.flush()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints is no answer.
    _work(sys.stdin.buffer, answers)
