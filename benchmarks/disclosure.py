"""What rounding costs and what it leaves: `python benchmarks/disclosure.py --home FOLDER [--attack]`.

Of the current snapshot's last month, as a report of it would print it: how far the printed counts and shares are from the
true ones, and how far they are off on the whole (`bias`), table by table; how many plain cells of the cross-section are
hidden; and how long the audit takes and what memory the process needed. `--attack` adds what the reader of the tests
(`tests/angriper.py`) finds in it. Prints numbers of true counts in the sum only, and is for registers that are not real.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import duckdb
import polars as pl

from pipelines.base.home import Home
from pipelines.base.months import month_before
from pipelines.disclosure.audit import audit
from pipelines.disclosure.cells import Cells
from pipelines.disclosure.rounding import Rounding, of_home, using
from pipelines.disclosure.tables import published, raw
from pipelines.report.publication import published_parts
from pipelines.warehouse import snapshot

KEYS = {
    "statistikk.tverrsnitt": ["maaned", "mal", "gruppering", "gruppe"],
    "statistikk.forlop": ["utvalg", "mal", "gruppering", "gruppe", "maaned_nr"],
}
SIZES = ((100, 1_000), (1_000, 10**9))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--attack", action="store_true")
    asked = arguments.parse_args()
    home = Home(asked.home.absolute())
    with snapshot.connect(home) as reader:
        month = snapshot.last_month(reader)
        parts = published_parts(reader.con, [month_before(month), month])
        began, cpu = time.perf_counter(), time.process_time()
        audited = audit(reader.con, parts, of_home(home))
        took = f"{time.perf_counter() - began:.1f} s ({time.process_time() - cpu:.1f} s of processor)"
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"audit: {took}, {memory:.2f} GB; {audited.summary.row(0, named=True)}")
        with using(audited.rounding):
            for table, key in KEYS.items():
                if table in parts:
                    errors(reader.con, table, key, parts[table])
            hidden(reader.con, parts["statistikk.tverrsnitt"])
        if asked.attack:
            attack(reader.con, parts, audited.rounding)


def errors(con: duckdb.DuckDBPyConnection, table: str, key: list[str], part: dict[str, list[object]]) -> None:
    """Mean distance and bias of counts, and mean distance of shares by size."""
    shown = published(con, table, **part)  # type: ignore[arg-type]
    value = "andel" if "andel" in shown.columns else "verdi"
    both = shown.join(raw(con, table, part), on=key, nulls_equal=True, suffix="_sann")
    off = (
        both.filter(pl.col("antall_sann") % 5 != 0)["antall"]
        - both.filter(pl.col("antall_sann") % 5 != 0)["antall_sann"]
    )
    every = both["antall"] - both["antall_sann"]
    print(f"{table}: counts {every.abs().mean():.2f} off, bias {every.mean():+.3f} ({off.len()} were no fives)")
    for least, most in SIZES:
        rows = both.filter(pl.col("nevner_sann").is_between(least, most - 1), pl.col(value).is_between(0, 1))
        distance = (rows[value] - rows[f"{value}_sann"]).abs().mean()
        print(f"  shares of {least}–{most}: {100 * float(distance or 0):.2f} points off ({rows.height})")  # type: ignore[arg-type]


def hidden(con: duckdb.DuckDBPyConnection, part: dict[str, list[object]]) -> None:
    """How many plain cells (not crossed) have something hidden, and of these how many of twenty or more."""
    plain = published(con, "statistikk.tverrsnitt", **part).filter(
        ~pl.col("gruppering").str.contains("*", literal=True)
    )  # type: ignore[arg-type]
    few = plain.filter(pl.col("nevner") < 20)
    print(f"plain cross-section: {plain['skjult'].sum()} of {plain.height} cells with something hidden,")
    print(f"  of them {plain['skjult'].sum() - few['skjult'].sum()} of twenty or more")


def attack(con: duckdb.DuckDBPyConnection, parts: dict[str, dict[str, list[object]]], rounding: Rounding) -> None:
    from tests.angriper import attack as solve  # noqa: PLC0415  (the tests' own)

    print(solve([Cells(con, parts, rounding)]))


if __name__ == "__main__":
    main()
