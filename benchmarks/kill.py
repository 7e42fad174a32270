"""Kill a run at many moments and see that nothing is lost or half done: `python benchmarks/kill.py [MOMENTS] [SEED]`.

A small register with four months built has the last delivered again and two new ones. One run of all is left alone;
then, from the same beginning each time, a run is killed (SIGKILL) at a moment drawn between its start and its end, and
just before and just after each move that makes something current (the snapshot, the pointer, a published file, the
report). The first run of an empty home is killed as well, compared table by table; and `generate` at the moves of the
manifest's folder.
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

AIMED = """
import os, signal, sys
from pathlib import Path

turn, after, seen = int(sys.argv.pop(1)), sys.argv.pop(1) == "after", []

def aimed(move):
    def moved(self, target):
        seen.append(f"{self.name} to {Path(target).name}")
        if len(seen) == turn and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        done = move(self, target)
        if len(seen) == turn and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return done
    return moved

Path.replace, Path.rename = aimed(Path.replace), aimed(Path.rename)
from pipelines.cli import app
try:
    app.main()
finally:
    if turn == 0:
        print(f"moves: {len(seen)}", flush=True)
"""
"""A command that kills itself before or after the move of that number; with 0 it only counts them."""
MONTHS = ("2015-01", "2015-04")
NEW = ("2015-05", "2015-06")
CHANGED = "2015-04"
CLOCK = {"lastet_tid", "lastet_nr", "kjoring_id"}
"""The time and the number of a load, and the id of the run, which says for which months it was asked."""


def command(home: Path, *arguments: str, aim: tuple[int, str] | None = None) -> subprocess.Popen[bytes]:
    """`aktivitet …` as a process, left alone or to kill itself at a move."""
    program = ["-m", "pipelines.cli"] if aim is None else ["-c", AIMED, str(aim[0]), aim[1]]
    environment = {**os.environ, "AKTIVITET_HOME": str(home), "AKTIVITET_KEY": "benchmark"}
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
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


def moves(home: Path, *arguments: str) -> int:
    """Run a command to its end; how many moves it made."""
    said, _ = command(home, *arguments, aim=(0, "never")).communicate()
    return int(said.decode().rsplit("moves: ", 1)[1])


def killed_at(start: Path, home: Path, *arguments: str, aim: tuple[int, str] | None = None, moment: float = 0) -> bool:
    """From a copy of `start`, kill a command at a move or after so many seconds; returns whether it was over."""
    shutil.copytree(start, home)
    process = command(home, *arguments, aim=aim)
    if aim is None:
        time.sleep(moment)
    else:
        process.communicate()
    over = process.poll() is not None
    if not over:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return over


def see(home: Path, before: dict[str, str] | None, wanted: dict[str, dict[str, str]], when: str) -> None:
    """That nothing is half done, and that the next run ends as the one left alone; the home is removed."""
    if before is not None or (home / "snapshots" / "gjeldende.json").exists():
        assert state(home)["snapshot"] in (before, wanted["snapshot"]), f"{when}: readers have something half done"
    done(home, "status")
    done(home, "materialize")
    found = differences(state(home), wanted)
    assert not found, f"{when}: {found}"
    left = [path for path in home.rglob("*") if path.suffix == ".wal" or "under_arbeid" in path.name]
    assert not left, f"{when}: left behind: {left}"
    print(f"{when}: afterwards the same as alone", flush=True)
    shutil.rmtree(home)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("moments", nargs="?", type=int, default=25)
    parser.add_argument("seed", nargs="?", type=int, default=2015)
    asked = parser.parse_args()
    noise = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        empty, start, alone, killed = (Path(folder) / name for name in ("empty", "start", "alone", "killed"))
        delivered = ("generate", "--share", "0.005", "--from", MONTHS[0], "--to", MONTHS[1])
        for turn in range(1, moves(empty, *delivered) + 1):
            for side in ("before", "after"):
                killed.mkdir()
                command(killed, *delivered, aim=(turn, side)).communicate()
                done(killed, *delivered)
                assert contents(killed / "landing") == contents(empty / "landing"), f"generate, {side} move {turn}"
                shutil.rmtree(killed)
        print("generate was killed at each of its moves: afterwards the same as alone", flush=True)
        beginning(start)
        for what, beginning_of in (("the first run", empty), ("a run", start)):
            before = state(start)["snapshot"] if beginning_of is start else None
            shutil.copytree(beginning_of, alone)
            begun = time.perf_counter()
            number_of_moves = moves(alone, "materialize")
            length = time.perf_counter() - begun
            wanted = state(alone)
            print(f"{what} that is left alone takes {length:.1f} s and makes {number_of_moves} moves", flush=True)
            for _ in range(asked.moments):
                moment = noise.uniform(0.05, 1) * length
                over = killed_at(beginning_of, killed, "materialize", moment=moment)
                see(killed, before, wanted, f"{what}, {'over' if over else 'killed'} at {moment:.2f} s")
            for turn in sorted(noise.sample(range(1, number_of_moves + 1), min(asked.moments, number_of_moves))):
                side = noise.choice(("before", "after"))
                killed_at(beginning_of, killed, "materialize", aim=(turn, side))
                see(killed, before, wanted, f"{what}, killed {side} move {turn}")
            shutil.rmtree(alone)


def contents(folder: Path) -> dict[str, str]:
    """Every file under a folder → its checksum."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    main()
