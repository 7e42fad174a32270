"""Making the tables of the courses, in order, inside the caller's transaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import polars as pl

from pipelines.model import descriptions
from pipelines.model.run import Run
from pipelines.studies.forlop import typology
from pipelines.studies.forlop.delrapport2 import delrapport2, unchanged
from pipelines.studies.forlop.results import build_spells, results


def fill(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Replace every table of the study, keeping delrapport2's rows where nothing they follow from is another."""
    build(con, run.id, unchanged(con, run))


def build(con: duckdb.DuckDBPyConnection, kjoring_id: str, quoted: pl.DataFrame | None = None) -> None:
    """Replace every table of the study; `con` has a transaction open and `klargjort.person_maaned` in place.

    `quoted` is the rows of delrapport2's panel, with the run that made them, where they need not be made again.
    """
    build_spells(con, kjoring_id)
    courses = typology.courses_of(con)
    # Beside the results: most of these is DuckDB's work, most of the types is Python's.
    with ThreadPoolExecutor(max_workers=1) as beside:
        found = beside.submit(typology.typology, courses["sekvens"].to_list())
        _build_results(con, kjoring_id, quoted)
        typology.write(con, courses, found.result(), kjoring_id)


def _build_results(con: duckdb.DuckDBPyConnection, kjoring_id: str, quoted: pl.DataFrame | None) -> None:
    run = pl.lit(kjoring_id, pl.String).alias("kjoring_id")
    if quoted is None:
        quoted = delrapport2(con).with_columns(run)
    con.register("forlop_resultat", pl.concat([results(con).with_columns(run), quoted]))
    con.execute("create or replace table statistikk.forlop as from forlop_resultat")
    con.unregister("forlop_resultat")
    descriptions.comment(con, "statistikk.forlop")
