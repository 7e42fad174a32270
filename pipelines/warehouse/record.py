"""What was built from what: runs, builds, the rules and the code they were made by (rules.md §4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache

import duckdb

from pipelines.base.home import ROOT
from pipelines.base.months import month_name
from pipelines.model import sql
from pipelines.model.run import Run
from pipelines.warehouse.fingerprints import fingerprint

VERSION = "0.1.0"


SOURCES = ("pipelines", "sql", "data_contracts", "reports/published")


def register_run(con: duckdb.DuckDBPyConnection, months: Sequence[date]) -> Run:
    """Put the run that builds `months` from what is loaded now on record, and return it.

    The id is a digest of code, months and deliveries: the same input gives the same id, and so the same bytes.
    """
    names = tuple(month_name(month) for month in sorted(months))
    rows = sql.run(con, "kontroll/gjeldende_leveranse").fetchall()
    deliveries = tuple(f"{name}/{extract}:{sha256}" for name, extract, sha256, _ in rows)
    code = code_version()
    digest = hashlib.sha256("\n".join((code, *names, "", *deliveries)).encode()).hexdigest()[:12]
    run = Run(digest, code, names, deliveries)
    con.execute("delete from kontroll.kjoring where kjoring_id = $1", [run.id])
    con.execute("insert into kontroll.kjoring values ($1, $2, $3, $4)", [run.id, code, names, deliveries])
    return run


def register_build(con: duckdb.DuckDBPyConnection, table: str, months: Sequence[date], run_id: str) -> None:
    """Note which load of each month `table` was built from, and by which rules."""
    con.execute("delete from kontroll.bygg where tabell = $1 and maaned in (select unnest($2))", [table, list(months)])
    con.execute(
        "insert into kontroll.bygg by name select maaned, $1 as tabell, lastet_nr, $2 as kjoring_id, $4 as regler"
        f" from ({sql.read('kontroll/lastet')}) where maaned in (select unnest($3))",
        [table, run_id, list(months), fingerprint(table)],
    )


@cache
def code_version() -> str:
    """Version and a digest of everything that decides a result: the code, the SQL, the contracts."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".csv"}:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return f"{VERSION}+{digest.hexdigest()[:12]}"
