"""Numbers that only grow from month to month, where the increase is a count of its own. Part of `disclosure`.

From 50 who have begun by one month and 52 by the next, anyone reads the two who began between. Life tables are
therefore told in fives; who have left, which adds up with those who have not, in steps of five or none.
"""

from __future__ import annotations

import polars as pl

from pipelines.disclosure.sums import SMALLEST_SHOWN

STEP = SMALLEST_SHOWN
FINEST = 0.01
"""Shares are told in whole percent at the finest, so also where a percent is more than five spells."""
LIFE_TABLES = "^(kumulativ_insidens(_nedre|_ovre)?|i_risiko|ute_uten)="
LEFT = "tilstand=ute"


def coarse(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of `statistikk.forlop` with the life tables rounded: counts to the nearest five, shares to as many spells.

    A share is rounded to whole percent where five spells are less. `nevner`, the same in all months, is left alone.
    """
    told = pl.col("mal").str.contains(LIFE_TABLES)
    step = pl.max_horizontal(pl.lit(FINEST), STEP / pl.col("nevner"))
    counts = [name for name in ("antall", "personer") if name in frame.columns]
    share = ((pl.col("verdi") / step).round() * step).clip(0, 1)
    return frame.with_columns(
        pl.when(told).then(share).otherwise("verdi").alias("verdi"),
        *(pl.when(told).then((pl.col(n) + STEP // 2) // STEP * STEP).otherwise(n).alias(n) for n in counts),
    )


def slow(frame: pl.DataFrame) -> pl.Series:
    """The rows `tilstand=ute` that are 1–4 more than the month shown before, of as good as the same spells.

    Where five spells or more are no longer followed, what has been added cannot be told from what has gone.
    """
    rows = frame.with_row_index("_linje").filter(mal=LEFT).sort("maaned_nr")
    hidden: list[int] = []
    for group in rows.partition_by("utvalg", "gruppering", "gruppe"):
        before, followed = 0, None
        for line, count, size in group.select("_linje", "antall", "nevner").iter_rows():
            same = followed is None or abs(followed - size) < STEP
            if same and 0 < abs(count - before) < STEP:
                hidden.append(line)
            else:
                before, followed = count, size
    return pl.int_range(frame.height, eager=True).is_in(hidden)
