"""`kontroll`: how many persons each step keeps, and every printed number held against what is derived."""

from __future__ import annotations

import duckdb

from pipelines.orchestration.assets import month_table, whole_tables
from pipelines.reconciliation import reconcile
from pipelines.warehouse import state, tables
from pipelines.warehouse.record import Run

FRAFALL = {
    "kontroll.frafall": ["kilde.person", "klargjort.person_maaned", "klargjort.vedtak_maaned", "klargjort.forlop"]
}
"""Whole, since a month that is added decides for earlier months too which courses are new (rules.md §3)."""


def _count_steps(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    tables.fill_whole(con, "kontroll.frafall", "kontroll/frafall", run.id)


frafall = whole_tables("kontroll__frafall", FRAFALL, _count_steps)
folsomhet = month_table(
    "kontroll.folsomhet",
    "kontroll/folsomhet",
    ["klargjort.person_maaned", "klargjort.vedtak_maaned", "klargjort.tiltak_maaned", "kilde.utbetaling"],
)


def _reconcile(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    reconcile.reconcile(con, run.id, andel_av_befolkning=state.synthetic_share(con))


avstemming = whole_tables("kontroll__avstemming", {"kontroll.avstemming": reconcile.SOURCES}, _reconcile)
