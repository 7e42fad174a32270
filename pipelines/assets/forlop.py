"""The courses (2017:2): spells, their months and sequences, and the results, replaced whole in every run."""

from __future__ import annotations

import duckdb

from pipelines.assets.tabell import SENSITIVE, whole_tables
from pipelines.forlop import build
from pipelines.forlop.delrapport2 import unchanged
from pipelines.state import Run


def _courses(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    build.build(con, run.id, unchanged(con, run))


forlop = whole_tables("forlop", build.TABLES, _courses, tags=SENSITIVE)
