"""The courses as NAV-rapport 2017:2 could see them: its sample, and nothing after June 2015.

2017:1 quotes a panel of March 2010–June 2015, each spell followed for 1–64 months. A later panel sees longer
spells, later starts of activity and ends that were not known then, so the quoted numbers are compared with the
same SQL run on what was there at the time, in a database of its own.
"""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from pipelines.base.months import month_name
from pipelines.model.run import Run
from pipelines.studies.forlop.results import COLUMNS, SPELLS, build_spells, results
from pipelines.warehouse.state import stale_months

UTVALG = "delrapport2"
TABLE = "statistikk.forlop"
FIRST, LAST = date(2010, 3, 1), date(2015, 6, 1)
SOURCES = {
    # What sql/forlop reads of it: whoever reads more is told at once that it is not there.
    "klargjort.person_maaned": """
        select
            person_key, maaned, mottaker, tiltak, arbeid, behandling, tilstand, meldekort_status, konvertert,
            i_tiprosentutvalg, aap_siden, kjonn, aldersgruppe, diagnosegruppe, utdanning
        from klargjort.person_maaned
        where i_tiprosentutvalg and maaned <= $siste
    """,
    "klargjort.tiltak_maaned": """
        from klargjort.tiltak_maaned
        semi join (
            from klargjort.person_maaned where i_tiprosentutvalg and tiltak and maaned <= $siste
        ) as deltok using (person_key, maaned)
    """,
}


def unchanged(con: duckdb.DuckDBPyConnection, run: Run) -> pl.DataFrame | None:
    """The rows as `statistikk.forlop` has them, with their kjoring_id, when nothing they follow from is another.

    That is, when no month that the panel has is built by `run` or waits to be, and the rows were made by the code of
    `run`. None when they must be made.
    """
    waiting = [month for month in stale_months(con, TABLE) if month <= LAST]
    if waiting or min(run.months, default="") <= month_name(LAST):
        return None
    if not con.execute("from duckdb_tables() where schema_name = 'statistikk' and table_name = 'forlop'").fetchall():
        return None
    made = f"from {TABLE} semi join (from kontroll.kjoring where kodeversjon = $kode) using (kjoring_id)"
    rows: pl.DataFrame = con.sql(f"{made} where utvalg = $utvalg", params={"kode": run.code, "utvalg": UTVALG}).pl()
    return rows if len(rows) else None


def delrapport2(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The rows of `statistikk.forlop` with utvalg `delrapport2`: the new recipients of the 10-percent sample.

    No rows where the panel does not cover March 2010–June 2015: then the quoted numbers cannot be tested.
    """
    first, last = con.execute("select min(maaned), max(maaned) from klargjort.person_maaned").fetchall()[0]
    if first is None or first > FIRST or last < LAST:
        return pl.DataFrame(schema=COLUMNS)
    with duckdb.connect() as then:
        for table, statement in SOURCES.items():
            rows = con.sql(statement, params={"siste": LAST}).pl()
            then.execute(f"create schema if not exists {table.split('.')[0]}")
            then.register("kilde_rader", rows)
            then.execute(f"create table {table} as from kilde_rader")
            then.unregister("kilde_rader")
        then.execute("create schema statistikk")
        build_spells(then, UTVALG, SPELLS[:1])
        # ⟂ AAP began in March 2010: a spell of somebody not converted that starts then is new, though no month
        # before it is seen. Without these nobody could be followed for 64 months, as B did.
        then.execute("update klargjort.forlop set start_kjent = true, helt_ny = forlop_nr = 1 and not konvertert")
        build_spells(then, UTVALG, SPELLS[1:])
        return results(then, "tiprosent").with_columns(utvalg=pl.lit(UTVALG))
