"""Kill a run at many moments and see that nothing is lost or half done: `python benchmarks/kill.py [MOMENTS] [SEED]`.

A small register with four months built has the last delivered again and two new ones. One run of all is left alone;
then, from the same beginning each time, a run is killed (SIGKILL) at a moment drawn between its start and its end.
After each: readers have one whole snapshot, the old one or the new; `aktivitet status` answers; the next `aktivitet
materialize` ends well; every table is then what the run that was left alone made, the times of loading apart; and no
unfinished file is left. Prints a line for each moment and fails at the first difference.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

MONTHS = ("2015-01", "2015-04")
NEW = ("2015-05", "2015-06")
CHANGED = "2015-04"
CLOCK = {"lastet_tid", "kjoring_id"}
"""The time of loading, and the id of the run, which says for which months it was asked."""


def command(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "AKTIVITET_HOME": str(home), "AKTIVITET_KEY": "benchmark" * 4}
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def done(home: Path, *arguments: str) -> None:
    """Run `aktivitet …` to its end. Raises RuntimeError with what it said when it fails."""
    process = command(home, *arguments)
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"aktivitet {' '.join(arguments)} failed: {said.decode()}")


def tables(path: Path) -> dict[str, str]:
    """Every table of a DuckDB file → a digest of its rows, sorted, without `CLOCK`."""
    found = {}
    with duckdb.connect(str(path), read_only=True) as con:
        names = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by 1").fetchall()
        for (table,) in names:
            columns = [row[0] for row in con.execute(f"describe {table}").fetchall() if row[0] not in CLOCK]
            if table == "kontroll.kjoring" or not columns:
                continue
            chosen = ", ".join(f'"{column}"' for column in columns)
            # What was quarantined or loaded on record before the run that was killed may be on record twice.
            rows = con.execute(f"select distinct {chosen} from {table} order by all").fetchall()
            found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def state(home: Path) -> dict[str, dict[str, str]]:
    """The warehouse, and the snapshot that the pointer names."""
    snapshot = (home / "snapshots" / "gjeldende.json").read_text().split('"')[3]
    return {
        "warehouse": tables(home / "warehouse" / "aktivitet.duckdb"),
        "snapshot": tables(home / "snapshots" / f"{snapshot}.duckdb"),
    }


def differences(one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]) -> list[str]:
    return [
        f"{file} {table}"
        for file in one
        for table in sorted(one[file].keys() | other[file].keys())
        if one[file].get(table) != other[file].get(table)
    ]


def beginning(home: Path) -> None:
    """Four months built, one of them delivered again since, and two new ones."""
    generate = ("generate", "--share", "0.005")
    done(home, *generate, "--from", MONTHS[0], "--to", MONTHS[1])
    done(home, "materialize")
    done(home, *generate, "--from", NEW[0], "--to", NEW[1])
    done(home, *generate, "--from", CHANGED, "--to", CHANGED, "--seed", "7")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("moments", nargs="?", type=int, default=25)
    parser.add_argument("seed", nargs="?", type=int, default=2015)
    asked = parser.parse_args()
    moments, noise = asked.moments, random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        start, alone, killed = (Path(folder) / name for name in ("start", "alone", "killed"))
        beginning(start)
        before = state(start)["snapshot"]
        shutil.copytree(start, alone)
        begun = time.perf_counter()
        done(alone, "materialize")
        length = time.perf_counter() - begun
        wanted = state(alone)
        print(f"a run that is left alone takes {length:.1f} s", flush=True)
        for number in range(moments):
            shutil.copytree(start, killed)
            moment = noise.uniform(0.05, 1) * length
            process = command(killed, "materialize")
            time.sleep(moment)
            over = process.poll() is not None
            if not over:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            seen = state(killed)["snapshot"]
            assert seen in (before, wanted["snapshot"]), "readers have something half done"
            done(killed, "status")
            done(killed, "materialize")
            found = differences(state(killed), wanted)
            assert not found, f"after a kill at {moment:.2f} s: {found}"
            left = [path for path in killed.rglob("*") if path.suffix == ".wal" or "under_arbeid" in path.name]
            assert not left, f"left behind: {left}"
            what = "was over" if over else "killed"
            which = "the old snapshot" if seen == before else "the new snapshot"
            print(f"{number + 1:3} {what} at {moment:5.2f} s: {which}, and afterwards the same as alone", flush=True)
            shutil.rmtree(killed)


if __name__ == "__main__":
    main()
