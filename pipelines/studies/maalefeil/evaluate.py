"""How far the register falls short of the truth, where the truth is known: `aktivitet evaluate`.

Synthetic deliveries have what was true beside them (`<landing>/fasit/`, by fødselsnummer). Nothing of it is read by
the ordinary build; here it is pseudonymised as it is read, held against `klargjort.person_maaned`, and forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.base import progress, sharing
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_name, parse_month
from pipelines.ingest import identity
from pipelines.studies.maalefeil import figures as maalefeil
from pipelines.warehouse import database, keys, snapshot, state, tables
from pipelines.warehouse.record import register_run

TABLE = "statistikk.maalefeil"
TRUTH = "fasit"


def evaluate(home: Home) -> list[Path]:
    """Fill `statistikk.maalefeil` for every month that is built and has a truth, publish it, and draw it.

    Returns the files written under `reports/evaluering/`. Raises AktivitetError when no built month has a truth, and
    when what is loaded is a real register.
    """
    progress.report("truth", 0, 2)
    with database.claim(home), database.open_warehouse(home, spill=False) as con:
        months = [month for month in _true_months(home.landing) if month in _built_months(con)]
        if not months:
            raise AktivitetError(
                f"No built month has a truth in {home.landing / TRUTH}: only synthetic deliveries do."
                " Run `aktivitet generate` and `aktivitet materialize` first."
            )
        if state.synthetic_share(con) is None:
            raise AktivitetError("A real register is loaded; what was true is only known of a synthetic one.")
        with database.transaction(con):
            _read_truth(con, home, months)
            run = register_run(con, months)
            tables.fill_whole(con, TABLE, "maalefeil/maalefeil", run.id)
            con.execute("drop table temp.fasit")
        snapshot.publish(home, con, run.id)
    progress.report("figure", 1, 2)
    with snapshot.connect(home, full=True) as reader:
        written = maalefeil.draw(reader.con, home.reports / "evaluering")
    sharing.share(home.reports / "evaluering")
    progress.report("figure", 2, 2)
    return written


def _true_months(landing: Path) -> list[date]:
    return sorted(parse_month(path.stem) for path in (landing / TRUTH).glob("????-??.parquet"))


def _built_months(con: duckdb.DuckDBPyConnection) -> set[date]:
    there = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'klargjort' and table_name = 'person_maaned'"
    )
    if not there.fetchall():
        return set()
    return {row[0] for row in con.execute("select distinct maaned from klargjort.person_maaned").fetchall()}


def _read_truth(con: duckdb.DuckDBPyConnection, home: Home, months: Sequence[date]) -> None:
    """The truth as the temporary table `fasit`: pseudonyms in place of numbers, before anything is written."""
    pads = identity.hmac_pads(keys.current(home, con))
    con.execute(
        "create or replace temp table fasit (person_key uuid, maaned date, tiltak boolean, arbeid boolean,"
        " behandling boolean, passiv boolean)"
    )
    for month in months:
        con.execute(
            f"insert into fasit select {identity.person_key('fodselsnr')}, $maaned::date, tiltak, arbeid, behandling,"
            " passiv from read_parquet($fil)",
            {**pads, "maaned": month, "fil": str(home.landing / TRUTH / f"{month_name(month)}.parquet")},
        )
