"""`statistikk`: the cross-section of 2017:1 chapter 2, month by month, its annual means and its estimate."""

from __future__ import annotations

import duckdb

from pipelines.orchestration.assets import month_table, whole_tables
from pipelines.warehouse.record import Run
from pipelines.warehouse.tables import fill_whole

tverrsnitt = month_table(
    "statistikk.tverrsnitt",
    "tverrsnitt/tverrsnitt",
    ["klargjort.person_maaned"],
    audits=["summerer_til_mottakere"],
)
tverrsnitt_anslag = month_table(
    "statistikk.tverrsnitt_anslag", "tverrsnitt/tverrsnitt_anslag", ["statistikk.tverrsnitt"]
)


def _annual_means(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    fill_whole(con, "statistikk.tverrsnitt_aar", "tverrsnitt/tverrsnitt_aar", run.id)


tverrsnitt_aar = whole_tables(
    "statistikk__tverrsnitt_aar", {"statistikk.tverrsnitt_aar": ["statistikk.tverrsnitt"]}, _annual_means
)
