"""What is computed from rounded cells, and how closely it is told (rules.md §8): before any arithmetic, all is rounded.

The kinds of values (`verdi` of a rule): `andel`, count over size; `snitt`, the same where it is no share; `sum`, a
rounded sum over a rounded size; `antall`, the count itself; `levetabell`, read off a life table; `klasser`, the median
of published classes; `indeks`, a measure of no persons, told with two decimals; `ingen`, none.
"""

from __future__ import annotations

import polars as pl

from pipelines.disclosure import classes, curves
from pipelines.disclosure.labels import COUNT, FIRST, KIND, LEAST
from pipelines.disclosure.layout import SHARE, SIZE, Layout

FEWEST_FOR_SHARE = 20
"""Of fewer no share, mean or median is told."""
FEWEST_FOR_TENTHS = 100
"""Of fewer a share is told in whole percent."""
ONLY_SIZE = 10
"""Of so many or fewer nothing is told but how many they are."""
FEWEST_BEHIND = 10
"""Months and periods of fewer spells than this are not told: one spell may have many."""
TENTHS, WHOLE = 3, 2
"""Decimals of a share 0–1."""
MEAN, SUM, COUNTED, LIFE = "snitt", "sum", "antall", "levetabell"
CLASSES, INDEX, TYPICAL = "klasser", "indeks", "typisk"
BEHIND = "personer"
FEW = 9
"""A typical course, or a common one, is that of more than this."""


def share(count: pl.Expr, size: pl.Expr) -> pl.Expr:
    """A share of rounded counts, 0–1, as closely as it may be told; null where nobody is counted among."""
    return pl.when(size > 0).then(as_told((count / size).clip(0, 1), size))


def told_share(count: float, size: float) -> float | None:
    """The same of one count; None where there are too few to tell it."""
    if size < FEWEST_FOR_SHARE:
        return None
    return round(min(count / size, 1), WHOLE if size < FEWEST_FOR_TENTHS else TENTHS)


def as_told(value: pl.Expr, size: pl.Expr) -> pl.Expr:
    """A share 0–1 with as many decimals as its size allows."""
    return pl.when(size < FEWEST_FOR_TENTHS).then(value.round(WHOLE)).otherwise(value.round(TENTHS))


def computed(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rounded rows (with what `labelled` gives them, and `_rundet_sum`) with their value and `skjult`.

    `skjult` (never null): something of the row is not told because there are too few; it is null then.
    """
    rows = _foremost(rows, layout)
    if layout.verdi is None or layout.nevner is None:
        return rows.with_columns(skjult=pl.lit(False))
    count, size, kind = pl.col(layout.tall[0]), pl.col(layout.nevner), pl.col(KIND)
    named = _read_off(rows, layout) if "maaned_nr" in rows.columns and "utvalg" in rows.columns else rows
    value: pl.Expr = (
        pl.when(kind == SHARE)
        .then(share(count, size))
        .when(kind == MEAN)
        .then((count / size).round(TENTHS))
        .when(kind == SUM)
        .then((pl.col("_rundet_sum") / size).round(TENTHS))
        .when(kind == COUNTED)
        .then(count.cast(pl.Float64))
        .when(kind == INDEX)
        .then(pl.col(layout.verdi).round(WHOLE))
        .when(kind == TYPICAL)
        .then(pl.lit(1.0))
    )
    if "_kurve" in named.columns:
        is_share = pl.col("maaned_nr").is_not_null()
        read = pl.when(is_share).then(as_told(pl.col("_kurve"), size)).otherwise("_kurve")
        value = pl.when(kind.is_in([LIFE, CLASSES])).then(read).otherwise(value)
    return hidden(named.with_columns(value.alias(layout.verdi)), layout)


def _foremost(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Of measures of which only the largest are published, these; equally large ones in the order of their names."""
    if rows.filter(pl.col(FIRST) > 0).is_empty():
        return rows
    count, whole = layout.tall[0], [name for name in layout.key if name != "mal"]
    some = rows.filter(pl.col(FIRST) > 0, pl.col(count) >= pl.col(LEAST)).sort(count, "mal", descending=[True, False])
    kept = some.filter(pl.int_range(pl.len()).over([*whole, FIRST]) < pl.col(FIRST))
    return pl.concat([rows.filter(pl.col(FIRST) == 0), kept])


def hidden(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Which of the count and the value there are too few to tell."""
    count, size, kind = pl.col(layout.tall[0]), pl.col(str(layout.nevner)), pl.col(KIND)
    is_size = pl.col(COUNT).str.starts_with(SIZE) if COUNT in rows.columns else pl.lit(False)
    few = size < FEWEST_FOR_SHARE
    if "maaned_nr" in rows.columns:
        of_starters = kind.is_in([LIFE, CLASSES]) & pl.col("maaned_nr").is_null()
        few = few | (of_starters & (count < FEWEST_FOR_SHARE))
    no_count = (size <= ONLY_SIZE) & ~is_size
    if BEHIND in rows.columns:
        few_behind = (pl.col(BEHIND) < FEWEST_BEHIND) & (pl.col(BEHIND) != count)
        no_count, few = no_count | few_behind, few | few_behind
    few = few & (kind != COUNTED)
    typical = kind == TYPICAL
    few = pl.when(typical).then(count <= FEW).otherwise(few).fill_null(False)
    no_count = pl.when(typical).then(count <= FEW).otherwise(no_count).fill_null(False)
    return rows.with_columns(_uten_tall=no_count, _uten_verdi=few).with_columns(
        pl.when("_uten_tall").then(None).otherwise(layout.tall[0]).alias(layout.tall[0]),
        pl.when("_uten_verdi").then(None).otherwise(str(layout.verdi)).alias(str(layout.verdi)),
        skjult=pl.col("_uten_tall") | pl.col("_uten_verdi"),
    )


def _read_off(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The rows with `_kurve`: what is read off life tables and classes."""
    table = [name for name in layout.key if name not in ("mal", "maaned_nr")]
    if rows.filter(pl.col(KIND).is_in([LIFE, CLASSES])).is_empty():
        return rows
    found = [curves.curves(rows.filter(pl.col(KIND).is_in([LIFE, SHARE, "n"])), table)]
    for mal in rows.filter(pl.col(KIND) == CLASSES)["mal"].unique().sort():
        what = mal.split("=")[1]
        found.append(classes.medians(rows, table, f"dager_til_{what}", mal))
    on = [*table, "mal", "maaned_nr"]
    return rows.join(pl.concat(found), on=on, how="left", maintain_order="left", nulls_equal=True)
