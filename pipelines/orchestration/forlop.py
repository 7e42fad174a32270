"""The courses (2017:2): spells, their months and sequences, and the results, replaced whole in every run."""

from __future__ import annotations

import duckdb

from pipelines.orchestration.assets import SENSITIVE, whole_tables
from pipelines.studies.forlop import fill as build
from pipelines.studies.forlop.delrapport2 import unchanged
from pipelines.warehouse.record import Run


def _courses(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    build.build(con, run.id, unchanged(con, run))


forlop = whole_tables("forlop", build.TABLES, _courses, tags=SENSITIVE)
