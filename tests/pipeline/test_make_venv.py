"""`make venv` in a checkout of next to nothing: what was left half made is made anew. No package is fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.base.home import ROOT

BACKEND = """
import zipfile

def build_editable(folder, *_):
    with zipfile.ZipFile(f"{folder}/liten-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("liten-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: liten\\nVersion: 1\\n")
        wheel.writestr("liten-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("liten-1.dist-info/RECORD", "")
    return "liten-1-py3-none-any.whl"
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
NO_SUCH = f"./finnes-ikke.whl --hash=sha256:{'0' * 64}\n"


def make_venv(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "venv", f"PYTHON={sys.executable}"]
    # Not what the `make` that runs the tests was told.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def works(checkout: Path) -> bool:
    asked = [checkout / ".venv/bin/python", "-m", "pip", "show", "--quiet", "liten"]
    return subprocess.run(asked, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose `.venv` was stopped before it had pip, and then made."""
    folder = tmp_path_factory.mktemp("utsjekk")
    shutil.copy(ROOT / "Makefile", folder)
    for name, text in (("backend.py", BACKEND), ("pyproject.toml", PROJECT), ("requirements.lock", "")):
        (folder / name).write_text(text)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / ".venv"], timeout=60, check=True)
    assert (done := make_venv(folder)).returncode == 0, done.stderr
    return folder


def test_a_venv_that_was_stopped_before_it_had_pip_is_made_anew(checkout: Path) -> None:
    assert works(checkout)


def test_a_venv_that_is_ready_is_added_to(checkout: Path) -> None:
    kept = checkout / ".venv/kept"
    kept.touch()
    assert "Nothing to be done" in make_venv(checkout).stdout
    (checkout / "requirements.lock").touch()
    assert (done := make_venv(checkout)).returncode == 0, done.stderr
    assert kept.exists()


def test_a_venv_that_was_stopped_while_installing_is_made_anew(checkout: Path) -> None:
    """By another lock, say; a package is left without half of its files."""
    lock = checkout / "requirements.lock"
    lock.write_text(NO_SUCH)
    assert make_venv(checkout).returncode != 0
    (half,) = checkout.glob(".venv/lib/*/site-packages/pip/_internal")
    shutil.rmtree(half)
    assert not works(checkout)
    lock.write_text("")
    assert (done := make_venv(checkout)).returncode == 0, done.stderr
    assert works(checkout)
