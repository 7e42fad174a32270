"""The tables of spells, and the result rows that follow from them (rules.md §3).

Works on any connection that has `klargjort.person_maaned` and `tiltak_maaned`: the warehouse, or `delrapport2`'s copy
of a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from pipelines.model import sql
from pipelines.studies.forlop.curves import curves
from pipelines.warehouse.tables import fill_whole

SPELLS = (
    "klargjort.forlop",
    "klargjort.forlop_maaned",
    "klargjort.forlop_episode",
    "klargjort.forlop_sekvens",
    "statistikk.forlop_oppsummert",
)
"""The tables of spells and months, in the order they are made."""
UTVALG = ("alle", "tilgang", "helt_ny", "tiprosent")
"""The nested populations: each is part of the one before it."""
PREPARED = {"forlop_profil": "profil", "forlop_grupper": "grupper", "forlop_utvalg": "utvalg"}
"""Temporary tables the result files read → the file each is made of, in order."""
SELECTS = (
    "omfang", "andeler", "tilstander", "maaneder", "snitt", "fordelinger", "overganger", "vanligste", "medianer",
    "dager",
)  # fmt: skip
"""The files that make rows of `statistikk.forlop`; the life tables come on top."""
COLUMNS = pl.Schema(
    {
        "utvalg": pl.String,
        "mal": pl.String,
        "gruppering": pl.String,
        "gruppe": pl.String,
        "maaned_nr": pl.Int32,
        "antall": pl.Int64,
        "nevner": pl.Int64,
        "verdi": pl.Float64,
        "personer": pl.Int64,
    }
)
"""The columns of `statistikk.forlop` before kjoring_id."""


def build_spells(con: duckdb.DuckDBPyConnection, kjoring_id: str, tables: Sequence[str] = SPELLS) -> None:
    """Replace the tables of spells, each whole: one more month may lengthen, join or end any spell."""
    for table in tables:
        fill_whole(con, table, f"forlop/{table.split('.')[1]}", kjoring_id)


def results(con: duckdb.DuckDBPyConnection, widest: str = UTVALG[0]) -> pl.DataFrame:
    """The rows of `statistikk.forlop` for `UTVALG` from `widest` on, sorted by key; columns as `COLUMNS`.

    Reads the tables of spells, and leaves nothing behind.
    """
    minst = UTVALG.index(widest)
    utvalg = UTVALG[minst:]
    for table, name in PREPARED.items():
        statement = f"create temp table {table} as {sql.read(f'forlop/{name}')}"
        sql.execute(con, statement, utvalg=list(utvalg), minst=minst)
    try:
        frames = [_select(con, name) for name in SELECTS]
        frames += curves(_select(con, "hendelser"))
        most = pl.concat([_most_spells(con, nivaa, name) for nivaa, name in enumerate(utvalg, start=minst)])
    finally:
        for table in reversed(PREPARED):
            con.execute(f"drop table temp.{table}")
    rows = pl.concat([_columns(frame) for frame in frames]).join(most, on="utvalg", how="left")
    rows = rows.with_columns(personer=-(-pl.col("personer") // pl.col("_mest"))).drop("_mest")
    return rows.sort("utvalg", "mal", "gruppering", "gruppe", "maaned_nr", nulls_last=False)


def _columns(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the results; `personer` as spells. A row that counts neither months nor periods counts spells."""
    if "personer" not in frame.columns:
        frame = frame.with_columns(personer="antall")
    return frame.select(pl.col(name).cast(of) for name, of in COLUMNS.items())


def _most_spells(con: duckdb.DuckDBPyConnection, nivaa: int, utvalg: str) -> pl.DataFrame:
    """The most spells anyone has in a population: so many times fewer may the persons be than the spells."""
    most = "select count(*) as antall from forlop_profil where nivaa >= $nivaa group by person_key"
    (found,) = con.execute(f"select coalesce(max(antall), 1) from ({most})", {"nivaa": nivaa}).fetchall()
    return pl.DataFrame({"utvalg": [utvalg], "_mest": found}, schema={"utvalg": pl.String, "_mest": pl.Int64})


def _select(con: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    frame: pl.DataFrame = con.sql(sql.read(f"forlop/{name}")).pl()
    return frame
