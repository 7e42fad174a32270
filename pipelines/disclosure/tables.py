"""The rows of a table as they may be published: rounded, and what follows from rounded rows.

rounded(con, table)      every row, `skjult` added
published(con, table, **filters)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import duckdb
import polars as pl

from pipelines.base.errors import AktivitetError
from pipelines.disclosure import values
from pipelines.disclosure.labels import COUNT, KIND, OF_RULES, SIZED, SPARSE, SUM, column_label, labelled
from pipelines.disclosure.layout import SHARE, SIZE, Layout, layouts
from pipelines.disclosure.rounding import Rounding, current
from pipelines.model import sql

FilterValue = str | int | float | date | None
Filter = FilterValue | Collection[FilterValue]
Part = tuple[tuple[str, tuple[Any, ...]], ...]
"""Values of columns by which a table falls into parts that are rounded and computed each by itself."""
APART = {"utvalg", "maaned"}
UNCHANGING = "select path from duckdb_databases() where readonly and database_name = current_database()"
ADDED = [*OF_RULES, "_kurve", "_rundet_sum", "_uten_tall", "_uten_verdi"]


class NotPublishable(AktivitetError):
    """The table, or a column asked for, is not one that may leave the house."""


def published(con: duckdb.DuckDBPyConnection, table: str, **filters: Filter) -> pl.DataFrame:
    """The rows of a result table as they may leave the house: rounded, with `skjult`, sorted by the table's key.

    A filter is a column with the value, or the values, wanted: `published(con, "statistikk.tverrsnitt",
    maaned=date(2015, 4, 1), mal=["tiltak", "arbeid"])`. Where `skjult`, what is null is of too few to be told; else
    null is what cannot be known.

    Raises NotPublishable for a table that does not declare how it may be published, and for a column it does not have.
    """
    wanted = {name: _values(value) for name, value in filters.items()}
    layout = layouts().get(table)
    apart = APART & wanted.keys() & set(layout.key if layout else ())
    part = tuple((name, tuple(sorted(set(wanted[name])))) for name in sorted(apart))
    frame = rounded(con, table, part)
    for name, values_ in wanted.items():
        if name not in frame.columns:
            raise NotPublishable(f"{table} has no column {name} that may be published.")
        frame = frame.filter(pl.col(name).is_in(values_, nulls_equal=True))
    return frame


def _values(value: Filter) -> list[Any]:
    return [value] if isinstance(value, str | int | float | date | None) else list(value)


def rounded(con: duckdb.DuckDBPyConnection, table: str, part: Part = ()) -> pl.DataFrame:
    """Every row of the table as it may leave the house, or of a part of it; see `published`."""
    layout = layouts().get(table)
    if layout is None:
        raise NotPublishable(f"{table} may not leave the house; these may: {', '.join(layouts())}.")
    rounding = current()
    kept = _kept(con)
    place = (table, part, rounding.version)
    if place not in kept:
        kept[place] = _rounded(con, layout, rounding, part)
    return kept[place]


def _rounded(con: duckdb.DuckDBPyConnection, layout: Layout, rounding: Rounding, part: Part) -> pl.DataFrame:
    if rounding.exact:
        shown = _rows(con, layout, part).with_columns(skjult=pl.lit(False))
    elif layout.av:
        shown = _derived(con, layout, part)
    elif layout.mal is None:
        rows = _rows(con, layout, part)
        printed = [rounding.rounded(column_label(rows, layout, name), rows[name]) for name in layout.tall]
        shown = rows.with_columns(*printed, skjult=pl.lit(False))
    else:
        shown = values.computed(cells(con, layout.table, part), layout)
    return shown.drop([*ADDED, *layout.uten], strict=False).sort(_key(shown, layout), nulls_last=False)


def cells(con: duckdb.DuckDBPyConnection, table: str, part: Part = ()) -> pl.DataFrame:
    """The rounded rows of a table of base cells before anything is computed or left out of them, to compute from."""
    layout, rounding = layouts()[table], current()
    kept = _kept(con)
    place = (table, part, "celler", rounding.version)
    if place not in kept:
        kept[place] = base_cells(_rows(con, layout, part), layout, rounding)
    return kept[place]


def base_cells(rows: pl.DataFrame, layout: Layout, rounding: Rounding) -> pl.DataFrame:
    """The rows with their labels, counts and sizes rounded; a group of nobody, as far as is told, has none."""
    rows = labelled(rows, layout)
    count = layout.tall[0]
    columns = [rounding.rounded(rows[COUNT], rows[count])]
    if layout.nevner:
        columns.append(rounding.rounded(rows[SIZED], rows[layout.nevner]))
    if layout.verdi in rows.columns:
        total = rows.select((pl.col(str(layout.verdi)) * pl.col(count)).alias("_rundet_sum")).to_series()
        sums = rows[KIND] == values.SUM
        summed = rounding.rounded(rows[SUM].filter(sums), total.filter(sums))
        at = rows.select(pl.int_range(pl.len())).to_series().filter(sums)
        columns.append(total.scatter(at, summed) if len(at) else total)
    if values.BEHIND in rows.columns and values.BEHIND not in layout.tall:
        behind = pl.Series([f"{SIZE}{layout.enhet}"], dtype=pl.String).new_from_index(0, rows.height)
        columns.append(rounding.rounded(behind, rows[values.BEHIND]))
    printed = rows.with_columns(columns)
    nobody = pl.col(SPARSE) & (pl.col(count) == 0)
    if layout.nevner:
        everyone = pl.col("gruppering") == "alle" if "gruppering" in rows.columns else pl.lit(False)
        nobody = nobody | ((pl.col(layout.nevner) == 0) & ~everyone)
    return printed.filter(~nobody.fill_null(False))


def _derived(con: duckdb.DuckDBPyConnection, layout: Layout, part: Part) -> pl.DataFrame:
    """The table computed by its own SQL from the rounded rows of the one it follows from."""
    above = cells(con, str(layout.av), part)
    with duckdb.connect() as room:
        schema, name = str(layout.av).split(".")
        room.register("_avrundet", above)
        room.execute(f"create schema {schema}; create table {schema}.{name} as from _avrundet")
        months = above["maaned"].unique().sort().to_list() if "maaned" in above.columns else []
        statement = sql.read(str(layout.sql))
        frame = room.sql(statement, params={"maaneder": months} if "$maaneder" in statement else None).pl()
    runs = _rows(con, layout, part)
    if "kjoring_id" in runs.columns:
        frame = frame.join(
            runs.select(*layout.key, "kjoring_id"), on=layout.key, how="left", maintain_order="left", nulls_equal=True
        )
    count, size = pl.col(layout.tall[0]).cast(pl.Float64), pl.col(str(layout.nevner)).cast(pl.Float64)
    frame = frame.with_columns(
        count, size, values.share(count, size).alias(str(layout.verdi)), pl.lit(SHARE).alias(KIND)
    )
    return values.hidden(frame, layout)


def _rows(con: duckdb.DuckDBPyConnection, layout: Layout, part: Part) -> pl.DataFrame:
    # The names are the declarations' own; the values arrive as parameters.
    statement = f"({sql.read(layout.sql)})" if layout.sql and not layout.av else layout.table
    only = "".join(f" semi join (select unnest(${name}) as {name}) using ({name})" for name, _ in part)
    params = {name: list(found) for name, found in part}
    frame: pl.DataFrame = con.sql(f"from {statement}{only}", params=params).pl()
    return frame


def _key(frame: pl.DataFrame, layout: Layout) -> list[str]:
    return [name for name in layout.key if name in frame.columns]


_open: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[object, dict[object, pl.DataFrame]]] = WeakKeyDictionary()


def _kept(con: duckdb.DuckDBPyConnection) -> dict[object, pl.DataFrame]:
    """What has been rounded of the snapshot that is open in `con`; nothing is kept of what may change."""
    snapshots = con.execute(UNCHANGING).fetchall()
    return _open.setdefault(con, {}).setdefault(snapshots[0][0], {}) if snapshots else {}


def raw(con: duckdb.DuckDBPyConnection, table: str, values_: Mapping[str, Collection[Any]]) -> pl.DataFrame:
    """The exact rows of a table that may be published, of the parts named: for `sdc` itself, and never to be shown."""
    part = tuple((name, tuple(found)) for name, found in values_.items())
    return _rows(con, layouts()[table], part)
