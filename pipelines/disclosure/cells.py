"""The base cells of a publication: each number that is printed once, under the label it is rounded by.

Two rows that are the same number of the same thing are one cell, so that what is known of one is known of the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import duckdb
import polars as pl

from pipelines.disclosure.labels import COUNT, FIRST, KIND, LEAST, SIZED, SPARSE, column_label, labelled
from pipelines.disclosure.layout import SIZE, Layout, layouts
from pipelines.disclosure.rounding import MOST, Rounding
from pipelines.disclosure.tables import raw

Parts = Mapping[str, Mapping[str, Sequence[Any]]]
"""Table → the values of its columns that are published; no columns for the whole table."""
FROM = r"^([^=]+=[^>]+)>"
"""What measures of one state share out: everything that is gone to from it."""


class Cells:
    """`frame`: cell (its number, from 0), `navn` (what it is, the same in every report), `merke` (its label), `antall`
    (the truth), `trykt` (as printed). `rows`: table by table, its rows with `celle` and `storrelse`, numbers of cells.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, parts: Parts, rounding: Rounding) -> None:
        self.rows: dict[str, pl.DataFrame] = {}
        found: list[pl.DataFrame] = []
        for table, values in parts.items():
            layout = layouts()[table]
            rows = raw(con, table, values)
            self.rows[table] = _named(rows, layout)
            for name, label, count in _columns(layout):
                found.append(self.rows[table].select(navn=name, merke=label, antall=pl.col(count).cast(pl.Int64)))
        every = pl.concat(found).drop_nulls("antall").unique().sort("navn", "antall", "merke")
        every = every.unique(["navn", "antall"], keep="first", maintain_order=True)
        self.frame = _printed(every.with_row_index("celle"), rounding)
        for table, rows in self.rows.items():
            self.rows[table] = self._numbered(rows, layouts()[table])

    def printed(self, rounding: Rounding) -> Cells:
        """The same cells, rounded otherwise."""
        again = copy(self)
        again.frame = _printed(self.frame, rounding)
        return again

    def _numbered(self, rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
        numbers = self.frame.select("celle", "navn", "antall")
        for (name, _, count), into in zip(_columns(layout), ("celle", "storrelse"), strict=False):
            on = numbers.rename({"celle": into, "navn": name, "antall": count})
            rows = rows.join(on, on=[name, count], how="left", maintain_order="left")
        return rows


def _printed(frame: pl.DataFrame, rounding: Rounding) -> pl.DataFrame:
    return frame.with_columns(trykt=rounding.rounded(frame["merke"], frame["antall"]).cast(pl.Int64))


def _columns(layout: Layout) -> list[tuple[str, str, str]]:
    """Per count of a row: the column of its name, of its label, and of the count itself."""
    if layout.mal is None:
        return [(f"_navn_{name}", f"_merke_{name}", name) for name in layout.tall]
    found = [("_navn", COUNT, layout.tall[0])]
    return [*found, ("_navn_nevner", SIZED, layout.nevner)] if layout.nevner else found


def _named(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rows with the names and labels of their cells."""

    def text(names: Sequence[str]) -> list[pl.Expr]:
        return [pl.col(name).cast(pl.String).fill_null("") for name in names]

    period = text(layout.perioder)
    if layout.mal is None:
        labels = {name: column_label(rows, layout, name) for name in layout.tall}
        rows = rows.with_columns(label.alias(f"_merke_{name}") for name, label in labels.items())
        return rows.with_columns(
            pl.concat_str([pl.lit(layout.table), *period, f"_merke_{name}"], separator="|").alias(f"_navn_{name}")
            for name in layout.tall
        )
    rows = _completed(labelled(rows, layout), layout)
    variable = pl.col(layout.mal).str.extract(FROM, 1).fill_null("")
    place = [*period, pl.col(SIZED), variable, *text(layout.navn)]
    size = pl.concat_str([pl.lit(layout.table), *place], separator="|")
    own_size = pl.concat_str(
        [pl.lit(layout.table), *period, pl.col(COUNT), pl.lit(""), *text(layout.navn)], separator="|"
    )
    plain = pl.concat_str([pl.lit(layout.table), *period, pl.col(COUNT)], separator="|")
    is_size = pl.col(COUNT).str.starts_with(SIZE)
    return rows.with_columns(_navn=pl.when(is_size).then(own_size).otherwise(plain), _navn_nevner=size, _slag_=KIND)


def _completed(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rows with those that are not there because nobody is counted, where a row of 0 would not be printed either:
    no reader can tell the one from the other. Without courses too rare to be listed."""
    count = layout.tall[0]
    rows = rows.filter((pl.col(FIRST) == 0) | (pl.col(count) >= pl.col(LEAST) - MOST))
    sparse = rows.filter(SPARSE, pl.col(FIRST) == 0)
    if sparse.is_empty():
        return rows
    period, navn = list(layout.perioder), list(layout.navn)
    grouped = [name for name in ("gruppering",) if name in navn]
    measures = sparse.select(*period, *grouped, "mal", COUNT, SIZED, SPARSE, KIND, FIRST, LEAST).with_columns(
        pl.col(COUNT).str.split("|").list.first()
    )
    groups = rows.select(*period, *navn).unique()
    every = measures.unique([*period, *grouped, "mal"]).join(groups, on=[*period, *grouped], nulls_equal=True)
    absent = every.join(rows, on=[*period, *navn, "mal"], how="anti", nulls_equal=True)
    variable = pl.col("mal").str.extract(FROM, 1).fill_null(pl.col("mal").str.split("=").list.first())
    sizes = sparse.select(*period, *navn, variable.alias("_variabel"), pl.col(str(layout.nevner))).unique()
    sizes = sizes.unique([*period, *navn, "_variabel"], keep="first", maintain_order=True)
    place = [pl.lit("|") + pl.col(name).cast(pl.String).fill_null("") for name in navn]
    named = pl.when(pl.col(COUNT).str.starts_with(SIZE)).then(COUNT).otherwise(pl.concat_str(pl.col(COUNT), *place))
    zeros = absent.with_columns(
        variable.alias("_variabel"), named.alias(COUNT), pl.lit(0).cast(rows.schema[count]).alias(count)
    )
    zeros = zeros.join(sizes, on=[*period, *navn, "_variabel"], how="left", nulls_equal=True).drop("_variabel")
    return pl.concat([rows, zeros.select(name for name in zeros.columns if name in rows.columns)], how="diagonal")
