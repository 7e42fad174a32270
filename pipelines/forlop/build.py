"""Making the tables of the courses, in order, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import duckdb
import polars as pl

from pipelines import comments
from pipelines.forlop import typology
from pipelines.forlop.delrapport2 import delrapport2
from pipelines.forlop.results import build_spells, results

TABLES: dict[str, Sequence[str]] = {
    "klargjort.forlop": ["klargjort.person_maaned"],
    "klargjort.forlop_maaned": ["klargjort.person_maaned", "klargjort.forlop"],
    "klargjort.forlop_episode": ["klargjort.forlop", "klargjort.forlop_maaned"],
    "klargjort.forlop_sekvens": ["klargjort.forlop_episode"],
    "statistikk.forlop_oppsummert": [
        "klargjort.forlop",
        "klargjort.forlop_maaned",
        "klargjort.forlop_episode",
        "klargjort.forlop_sekvens",
        "kilde.tiltaksdeltakelse",
    ],
    "statistikk.forlop": [
        "klargjort.forlop",
        "klargjort.forlop_maaned",
        "klargjort.forlop_episode",
        "statistikk.forlop_oppsummert",
    ],
    "klargjort.forlop_type": ["klargjort.forlop", "klargjort.forlop_episode"],
    "statistikk.forlop_typer": ["klargjort.forlop", "klargjort.forlop_type"],
}
"""Every table of the courses → what it follows from, in the order they are made."""


def build(con: duckdb.DuckDBPyConnection, kjoring_id: str) -> None:
    """Replace every table of `TABLES`; `con` has a transaction open and `klargjort.person_maaned` in place."""
    build_spells(con, kjoring_id)
    courses = typology.courses_of(con)
    # Beside the results: most of these is DuckDB's work, most of the types (and what they import) is Python's.
    with ThreadPoolExecutor(max_workers=1) as beside:
        found = beside.submit(typology.typology, courses["sekvens"].to_list())
        _build_results(con, kjoring_id)
        typology.write(con, courses, found.result(), kjoring_id)


def _build_results(con: duckdb.DuckDBPyConnection, kjoring_id: str) -> None:
    con.register("forlop_resultat", pl.concat([results(con), delrapport2(con)]))
    con.execute(
        "create or replace table statistikk.forlop as "
        "select *, $kjoring_id::varchar as kjoring_id from forlop_resultat",
        {"kjoring_id": kjoring_id},
    )
    con.unregister("forlop_resultat")
    comments.comment(con, "statistikk.forlop")
