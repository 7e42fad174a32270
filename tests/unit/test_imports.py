"""What is imported to define the pipeline: the web server, the daemon and every run do it before anything else."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {"kmedoids", "matplotlib", "scipy", "sqlglot", "typst", "xlsxwriter"}


def test_the_definitions_are_imported_without_what_only_a_step_uses() -> None:
    script = "import sys, pipelines.definitions; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())
