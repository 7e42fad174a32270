"""What the speed claims in README were measured with: whole processes, timed from outside.

python benchmarks/measure.py [--share 0.1]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

MONTHS = ("2010-03", "2016-11")
ONE_MORE = "2016-12"


def timed(name: str, environment: dict[str, str], *arguments: str) -> float:
    """Run `aktivitet …`, print and return its wall seconds. Raises CalledProcessError when it fails."""
    before = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL
    )
    seconds = time.perf_counter() - before
    print(f"{name:<42}{seconds:8.1f} s")
    return seconds


def rows_at_the_door(home: Path) -> int:
    with duckdb.connect(str(home / "warehouse" / "aktivitet.duckdb"), read_only=True) as con:
        found = con.execute("select sum(lest)::bigint from kontroll.leveranse").fetchall()
    return int(found[0][0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", default="0.1")
    share = parser.parse_args().share
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {**os.environ, "AKTIVITET_HOME": folder, "AKTIVITET_KEY": "benchmark" * 4}
        environment.pop("AKTIVITET_LANDING", None)
        first, last = MONTHS
        timed("generate 81 months", environment, "generate", "--from", first, "--to", last, "--share", share)
        built = timed("materialize 81 months", environment, "materialize")
        rows = rows_at_the_door(home)
        timed("generate one more", environment, "generate", "--from", ONE_MORE, "--to", ONE_MORE, "--share", share)
        timed("materialize one more", environment, "materialize")
        timed("report of April 2015", environment, "report", "2015-04")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{'rows read at the door':<42}{rows:8,}")
        print(f"{'rows a second, whole run':<42}{rows / built:8,.0f}")
        print(f"{'peak memory of any process':<42}{peak:8.0f} MiB")


if __name__ == "__main__":
    main()
