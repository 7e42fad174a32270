"""Figures drawn by two processes are those of one, and nothing that happens to the second is seen but in the time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure

from pipelines.drawing import rendering
from pipelines.drawing.rendering import Drawing, Workshop
from tests.tegninger import only_the_first_can, only_the_second_can, picture, the_second_is_killed

DATA = pl.DataFrame({"antall": [1]})
NAMES = ("figur_1", "figur_2", "figur_3")


def drawings(draw: Callable[[str], Figure] = picture) -> list[Drawing]:
    return [Drawing(name, name, DATA, partial(draw, name)) for name in NAMES]


def drawn(folder: Path, draw: Callable[[str], Figure] = picture) -> dict[str, bytes]:
    with Workshop(folder) as shop:
        asked = [path for drawing in drawings(draw) for path in shop.save(drawing)]
    return {path.name: path.read_bytes() for path in asked}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """What one process draws."""
    with monkeypatch.context() as patched:
        patched.setattr(rendering, "CORES", 1)
        return drawn(tmp_path / "alene")


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "CORES", 2)


def test_what_the_second_process_cannot_be_told_is_drawn_here(alone: dict[str, bytes], tmp_path: Path) -> None:
    def of_this_test(title: str) -> Figure:
        return picture(title)

    assert drawn(tmp_path / "her", of_this_test) == alone


def test_a_second_process_that_stands_still_is_not_waited_for(
    alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PATIENCE", 0.5)
    rendering.prepare()
    os.kill(rendering._waiting[0].pid, signal.SIGSTOP)
    assert drawn(tmp_path / "her") == alone


def test_without_room_for_a_second_process_one_draws(
    alone: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "finnes_ikke"))
    assert drawn(tmp_path / "her") == alone


@pytest.mark.parametrize("draw", [picture, only_the_first_can, the_second_is_killed])
def test_two_draw_what_one_draws(alone: dict[str, bytes], tmp_path: Path, draw: Callable[[str], Figure]) -> None:
    assert list(alone) == [f"{name}.{kind}" for name in NAMES for kind in ("svg", "png", "csv")]
    assert drawn(tmp_path / "to", draw) == alone


def test_the_second_process_draws(tmp_path: Path) -> None:
    with Workshop(tmp_path) as shop:
        first, *_ = drawings(only_the_second_can)
        shop.save(first)
        ((_, helped),) = shop._asked
        assert helped.result()


def test_what_nobody_can_draw_is_an_error_here(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not_the_picture"), Workshop(tmp_path) as shop:
        shop.save(Drawing("figur_1", "", DATA, partial(picture, not_the_picture=1)))


def test_an_error_meanwhile_ends_the_second_process(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)

    def meanwhile() -> None:
        with shop:
            shop.save(drawings()[0])
            raise KeyError

    with pytest.raises(KeyError):
        meanwhile()
    assert shop._helper is not None
    assert shop._helper.poll() == -signal.SIGKILL


def test_the_second_process_ends_when_the_first_is_killed(tmp_path: Path) -> None:
    killed = f"""
import os, signal
from pathlib import Path
from pipelines.drawing import rendering
rendering.CORES = 2
print(rendering.Workshop(Path({str(tmp_path)!r}))._helper.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", killed], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    cmdline = Path(f"/proc/{done.stdout.strip()}/cmdline")
    for _ in range(1000):
        if not cmdline.exists() or not cmdline.read_bytes():  # gone, or waiting for somebody to ask how it ended
            return
        time.sleep(0.02)
    pytest.fail("still there")
