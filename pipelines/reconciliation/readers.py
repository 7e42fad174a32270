"""The reconciliation as readers see it: judged on rounded counts, so that no verdict tells more than these do.

The same SQL as `reconciliation.reconcile`, in a room of its own where every table it reads holds what may be published
(rules.md §8). `kontroll.avstemming`, judged on exact counts, stays inside.
"""

from __future__ import annotations

import duckdb
import polars as pl

from pipelines.disclosure.rounding import MOST, Rounding, current
from pipelines.disclosure.tables import cells, rounded
from pipelines.disclosure.values import FEWEST_FOR_SHARE
from pipelines.model import sql
from pipelines.reconciliation import reconcile as reconciliation

COUNTED = {
    "avstemming_tilgang": {"antall": "tilgang"},
    "avstemming_personer": {"teller": "konverterte", "nevner": "n:personer"},
}
"""Working tables that count persons themselves → the label of each count, before the group."""
CROSS_SECTION = "statistikk.tverrsnitt"
RESULTS = (CROSS_SECTION, "statistikk.tverrsnitt_anslag", "statistikk.forlop")
INSIDE = ("minste_gruppe", "avrundingsmargin")


def for_readers(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The reconciliation in reading order, as it may leave the house; columns as `kontroll.avstemming`, but for those
    that tell of exact counts, and `skjult` (never true: what there are too few for has a reason instead).

    For inside use (`Rounding.exact`) it is `kontroll.avstemming` itself.
    """
    rounding = current()
    stored: pl.DataFrame = con.sql(f"from {reconciliation.TABLE} order by nr, lesning").pl()
    if rounding.exact:
        return stored.drop(INSIDE, strict=False).with_columns(skjult=pl.lit(False))
    share, run = (stored[name].first() if stored.height else None for name in ("andel_av_befolkning", "kjoring_id"))
    with duckdb.connect() as room:
        reconciliation.read_in(room)
        for table in RESULTS:
            _put(room, table, _published(con, table))
        with con.cursor() as cursor:
            reconciliation.read_in(cursor)
            for table, labels in COUNTED.items():
                _put(room, table, _rounded(cursor, table, labels, rounding))
        for step in reconciliation.STEPS:
            if step not in COUNTED:
                room.execute(f"create temp table {step} as {sql.read(f'kontroll/{step}')}")
        judged: pl.DataFrame = room.sql(
            sql.read("kontroll/avstemming"),
            params={"andel_av_befolkning": share, "avrunding": MOST, "minste_nevner": FEWEST_FOR_SHARE},
        ).pl()
    untested = pl.col("status") == "kan_ikke_testes"
    numbers = ("reprodusert", "avvik", "utvalgsmargin")
    return (
        judged.with_columns(pl.when(untested).then(None).otherwise(pl.col(name)).alias(name) for name in numbers)
        .with_columns(kjoring_id=pl.lit(run, pl.String), skjult=pl.lit(False))
        .drop(INSIDE, strict=False)
        .sort("nr", "lesning", maintain_order=True)
    )


def _published(con: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    """The table as it may be published; empty where the snapshot has none, as before there were courses."""
    try:
        return cells(con, table) if table == CROSS_SECTION else rounded(con, table)
    except duckdb.CatalogException:
        return pl.DataFrame(schema=EMPTY)


EMPTY = {
    **dict.fromkeys(("utvalg", "mal", "gruppering", "gruppe", "aktivitetsstatus"), pl.String),
    **{"maaned": pl.Date, "maaned_nr": pl.Int32, "h": pl.Float64},
    **{"antall": pl.Int64, "nevner": pl.Int64, "verdi": pl.Float64},
}


def _rounded(con: duckdb.DuckDBPyConnection, table: str, labels: dict[str, str], rounding: Rounding) -> pl.DataFrame:
    """A working table that counts persons, its counts rounded; empty where there are no courses to count."""
    statement = sql.read(f"kontroll/{table}")
    try:
        frame: pl.DataFrame = con.sql(statement).pl()
    except duckdb.CatalogException:
        return EMPTY_COUNTED[table].clone()
    group = [pl.lit("|") + pl.col(name) for name in ("gruppering", "gruppe") if name in frame.columns]
    return frame.with_columns(
        rounding.rounded(frame.select(pl.concat_str(pl.lit(label), *group)).to_series(), frame[name])
        if group
        else rounding.rounded(pl.Series([label], dtype=pl.String).new_from_index(0, frame.height), frame[name])
        for name, label in labels.items()
    )


EMPTY_COUNTED = {
    "avstemming_tilgang": pl.DataFrame(
        schema={"maaned": pl.Date, "gruppering": pl.String, "gruppe": pl.String, "antall": pl.Int64}
    ),
    "avstemming_personer": pl.DataFrame(
        schema={
            **dict.fromkeys(("id", "lesning"), pl.String),
            **dict.fromkeys(("fra", "til"), pl.Date),
            **dict.fromkeys(("maaneder_ventet", "teller", "nevner"), pl.Int64),
        }
    ),
}


def _put(room: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    if "." in table:
        room.execute(f"create schema if not exists {table.split('.', maxsplit=1)[0]}")
    room.register("_ramme", frame)
    room.execute(f"create table {table} as from _ramme")
    room.unregister("_ramme")
