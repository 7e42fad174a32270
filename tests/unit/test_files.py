"""What leaves the house is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipelines.base.files import write_private
from pipelines.base.home import ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from pipelines.base import files

files.durable.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
files.write_private(Path(sys.argv[1]), b"ny")
"""


def test_what_a_killed_process_left_goes_when_the_file_is_written_again(tmp_path: Path) -> None:
    path = write_private(tmp_path / "figur_1.svg", b"gammel")
    subprocess.run([sys.executable, "-c", KILLED, path], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert len(list(tmp_path.iterdir())) == 2
    assert path.read_bytes() == b"gammel"
    write_private(path, b"ny")
    assert [found.name for found in tmp_path.iterdir()] == ["figur_1.svg"]
    assert path.read_bytes() == b"ny"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "figur_1.svg", tmp_path / f".figur_1.svg.{os.getppid()}.abc.tmp"
    other_figure = tmp_path / ".figur_10.svg.999999999.abc.tmp"
    theirs.write_bytes(b"halv")
    other_figure.write_bytes(b"halv")
    write_private(ours, b"ny")
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([ours.name, theirs.name, other_figure.name])
