"""The label of a cell: what a number is a number of. Cells with one label are rounded by the same thresholds."""

from __future__ import annotations

import polars as pl

from pipelines.disclosure.layout import SIZE, Layout

COUNT, SIZED, SUM, KIND, SPARSE = "_teller", "_nevner", "_sum", "_slag", "_tynn"
LEAST, FIRST = "_minst", "_fremst"
OF_RULES = (COUNT, SIZED, SUM, KIND, SPARSE, LEAST, FIRST)


def labelled(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The frame, in its order, with the labels of its count (`_teller`), of its size (`_nevner`) and of the sum behind
    its value (`_sum`), how the value is computed (`_slag`), and whether what is not there is nobody (`_tynn`).

    A label is the canonical measure and the group; of a size, only its unit: «n:personer».
    """
    on = [str(layout.mal), *(name for name in ("gruppering",) if name in frame.columns)]
    measures = frame.select(on).unique().sort(on, nulls_last=False)
    rules = [layout.rule(*measure) for measure in measures.iter_rows()]
    of_rules = measures.with_columns(
        pl.Series(COUNT, [rule.teller for rule in rules], dtype=pl.String),
        pl.Series(SIZED, [SIZE + rule.nevner for rule in rules], dtype=pl.String),
        pl.Series(SUM, [rule.sum or f"sum:{rule.mal}" for rule in rules], dtype=pl.String),
        pl.Series(KIND, [rule.verdi for rule in rules], dtype=pl.String),
        pl.Series(SPARSE, [rule.tynn for rule in rules], dtype=pl.Boolean),
        pl.Series(LEAST, [rule.minst for rule in rules], dtype=pl.Int64),
        pl.Series(FIRST, [rule.fremst for rule in rules], dtype=pl.Int64),
    )
    place = [pl.lit("|") + pl.col(name).cast(pl.String).fill_null("") for name in layout.navn]

    def whole(name: str) -> pl.Expr:
        named = pl.concat_str(pl.col(name), *place)
        return pl.when(pl.col(name).str.starts_with(SIZE)).then(name).otherwise(named).alias(name)

    found = frame.join(of_rules, on=on, how="left", maintain_order="left", nulls_equal=True)
    return found.with_columns(whole(COUNT), whole(SUM))


def column_label(frame: pl.DataFrame, layout: Layout, column: str) -> pl.Series:
    """The label of a column that is a measure of its own: its name, and what `navn` says."""
    named = [pl.lit(column), *(pl.col(name).cast(pl.String).fill_null("") for name in layout.navn)]
    return frame.select(pl.concat_str(named, separator="|")).to_series()
