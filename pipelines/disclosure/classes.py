"""The median of a distribution that is published in classes, from the rounded classes (rules.md §8)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl


def medians(rows: pl.DataFrame, table: list[str], family: str, mal: str) -> pl.DataFrame:
    """Of rows `<family>=<from>-<to>` (whole numbers, both in the class): where half of the counted lie below.

    Within the class that half is reached in, they are taken to lie evenly. Returns `*table, mal, maaned_nr, _kurve`,
    the median as a whole number; nothing where nobody is counted.
    """
    bounds = pl.col("mal").str.extract_groups(rf"^{family}=(?<fra>\d+)-(?<til>\d+)$")
    counted = (
        rows.with_columns(bounds.alias("_klasse"))
        .filter(pl.col("_klasse").struct.field("fra").is_not_null(), pl.col("antall") > 0)
        .with_columns(
            _fra=pl.col("_klasse").struct.field("fra").cast(pl.Int64),
            _til=pl.col("_klasse").struct.field("til").cast(pl.Int64),
        )
        .sort(*table, "_fra", nulls_last=False)
        .with_columns(_hittil=pl.col("antall").cum_sum().over(table), _halve=pl.col("antall").sum().over(table) / 2)
    )
    within = (pl.col("_halve") - pl.col("_hittil") + pl.col("antall")) / pl.col("antall")
    return (
        counted.filter(pl.col("_hittil") >= pl.col("_halve"))
        .group_by(table, maintain_order=True)
        .first()
        .select(
            *table,
            mal=pl.lit(mal),
            maaned_nr=pl.lit(None, pl.Int32),
            _kurve=(pl.col("_fra") + within * (pl.col("_til") + 1 - pl.col("_fra"))).floor().cast(pl.Float64),
        )
    )


def median(classes: Mapping[int, float], width: int) -> float | None:
    """The same of one distribution: how many are counted by the first value of their class; None where nobody is."""
    half, before = sum(classes.values()) / 2, 0.0
    for first in sorted(classes):
        if classes[first] and before + classes[first] >= half:
            return float(math.floor(first + width * (half - before) / classes[first]))
        before += classes[first]
    return None
