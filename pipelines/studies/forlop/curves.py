"""From counts to curves: cumulative incidence per event, group and population, as rows of `statistikk.forlop`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from pipelines.disclosure.life_table import Counts, LifeTable, Values, aalen_johansen, median_month

MONTHS = 64
"""How long 2017:2 followed a spell, and so how long the curves are."""
TABLE = ["utvalg", "gruppering", "gruppe", "hendelse"]


def curves(counts: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The life tables of `sql/forlop/hendelser.sql` (a row per table and month in which anything happened).

    Yields frames with the columns of `statistikk.forlop`: per event x and month `kumulativ_insidens=x` with its
    interval `…_nedre=x`, `…_ovre=x` (antall: had the event by then; nevner: all that were followed),
    `i_risiko=x` and, where leaving competes, `ute_uten=x`; and per event the medians.
    """
    counts = counts.sort(*TABLE, "maaned_nr")
    tables = counts.select(TABLE).unique(maintain_order=True).with_row_index("tabell")
    rows = counts.join(tables, on=TABLE, how="left", maintain_order="left")
    happened, left, ended = (_grid(rows, tables.height, name) for name in ("inntraff", "ute", "i_alt"))
    table = aalen_johansen(happened, left, ended - happened - left)
    competing = aalen_johansen(left, happened, ended - happened - left)
    followed = ended.sum(axis=-1)

    by_then = happened.cumsum(axis=-1)
    for mal, number, value in (
        ("kumulativ_insidens", by_then, table.insidens),
        ("kumulativ_insidens_nedre", by_then, table.nedre),
        ("kumulativ_insidens_ovre", by_then, table.ovre),
        ("i_risiko", table.i_risiko, table.i_risiko / np.maximum(followed, 1)[:, None]),
        ("ute_uten", left.cumsum(axis=-1), competing.insidens),
    ):
        frame = _monthly(tables, mal, number, value, followed)
        # A month in which nobody can be followed any longer has no value.
        frame = frame.filter(pl.Series(table.i_risiko.ravel() > 0))
        yield frame.filter(pl.col("mal") != "ute_uten=ute")
    yield _medians(tables, table, happened, followed)


def _grid(rows: pl.DataFrame, tables: int, name: str) -> Counts:
    grid = np.zeros((tables, MONTHS), dtype=np.int64)
    grid[rows["tabell"].to_numpy(), rows["maaned_nr"].to_numpy() - 1] = rows[name].to_numpy()
    return grid


def _monthly(tables: pl.DataFrame, mal: str, number: Counts, value: Values, followed: Counts) -> pl.DataFrame:
    place = np.repeat(np.arange(tables.height), MONTHS)
    return tables[place].select(
        "utvalg",
        mal=pl.lit(f"{mal}=") + pl.col("hendelse"),
        gruppering="gruppering",
        gruppe="gruppe",
        maaned_nr=pl.Series(np.tile(np.arange(1, MONTHS + 1), tables.height)),
        antall=pl.Series(number.ravel()),
        nevner=pl.Series(followed[place]),
        verdi=pl.Series(value.ravel()),
    )


def _medians(tables: pl.DataFrame, table: LifeTable, happened: Counts, followed: Counts) -> pl.DataFrame:
    """Leaving: the length half do not get beyond, by Kaplan–Meier. The others: among those seen to start."""
    started = happened.sum(axis=-1)
    among_starters = (2 * happened.cumsum(axis=-1) >= started[:, None]).argmax(axis=-1) + 1.0
    is_leaving = (tables["hendelse"] == "ute").to_numpy()
    # Half have left by month k: the lengths of half are k − 1 months or less.
    value = np.where(is_leaving, median_month(table) - 1, np.where(started > 0, among_starters, np.nan))
    return tables.select(
        "utvalg",
        mal=pl.when(pl.col("hendelse") == "ute")
        .then(pl.lit("median_varighet"))
        .otherwise(pl.lit("median_maaneder=") + pl.col("hendelse")),
        gruppering="gruppering",
        gruppe="gruppe",
        maaned_nr=pl.lit(None, pl.Int32),
        antall=pl.Series(started),
        nevner=pl.Series(followed),
        verdi=pl.Series(value),
    ).with_columns(pl.col("verdi").fill_nan(None))
