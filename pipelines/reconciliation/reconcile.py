"""Published against reproduced: every number the sources print beside what the pipeline derives (rules.md §6).

What is printed, and what it is tied to, is read by `printed`. The verdict is `sql/kontroll/avstemming.sql`; nothing
is ever written by hand into the reproduced column.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl

from pipelines.model import derived, descriptions, sql
from pipelines.reconciliation import printed

TABLE = "kontroll.avstemming"


def reconcile(con: duckdb.DuckDBPyConnection, kjoring_id: str, *, andel_av_befolkning: float | None = None) -> int:
    """Replace `kontroll.avstemming`; returns its number of rows. To be called inside a transaction.

    `andel_av_befolkning` is the share of the population a synthetic register was drawn with: counts are scaled
    by it and get a sampling margin. None is a real register: everybody, no margin.
    """
    for name, frame in _inputs():
        con.register("_lest", frame)
        con.execute(f"create or replace temp table {name} as from _lest")
        con.unregister("_lest")
    for step, name in derived.tables()[TABLE].working.items():
        con.execute(f"create or replace temp table {step} as {sql.read(name)}")
    statement = f"select *, $kjoring_id::varchar as kjoring_id from ({sql.read('kontroll/avstemming')})"
    sql.execute(
        con,
        f"create or replace table {TABLE} as {statement}",
        kjoring_id=kjoring_id,
        andel_av_befolkning=andel_av_befolkning,
    )
    descriptions.comment(con, TABLE)
    return int(con.execute(f"select count(*) from {TABLE}").fetchall()[0][0])


def _inputs() -> Iterator[tuple[str, pl.DataFrame]]:
    yield "publisert", printed.published()
    yield "kobling", printed.couplings()
    yield "kobling_forlop", printed.course_couplings()
    yield "kobling_mangler", printed.reasons()
