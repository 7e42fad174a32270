"""What may be shown of the types of courses (`statistikk.forlop_typer`). Part of `disclosure`, which is the door.

Every spell has one type, so the types add up: a group's to the group, and those in a state to all in that state.
"""

from __future__ import annotations

import polars as pl

from pipelines.disclosure.sums import small
from pipelines.disclosure.suppression import WHOLE, Layout, suppress

SIZE = "storrelse"
BACKGROUND = "bakgrunn"
OF_TYPES = Layout(period=("maaned_nr",), partition=(SIZE, "tilstand", "siste_tilstand"), size=None)
"""The types as values of a variable (`storrelse=1`), or as the groups of everyone (gruppering `type`)."""


def forlop_typer(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with `skjult`, rows in their order; it must be whole.

    `bakgrunn` counts the same spells as `storrelse`, and is hidden with it. Of a type whose size is hidden, nothing
    is shown.
    """
    rows = frame.with_row_index("_linje")
    sizes = rows.filter(mal=SIZE).with_columns(mal=pl.lit(f"{SIZE}=") + pl.col("type_nr").cast(pl.String))
    is_state = pl.col("mal").str.contains("^(siste_)?tilstand=")
    states = rows.filter(is_state).with_columns(gruppering=pl.lit("type"), gruppe=pl.col("type_nr").cast(pl.String))
    counted = suppress(pl.concat([sizes, states, _everyone(states)], how="diagonal"), OF_TYPES).drop_nulls("_linje")

    few = rows.filter(~is_state, ~pl.col("mal").is_in([SIZE, BACKGROUND]), small(pl.col("antall")))
    secret = pl.concat([counted.filter("skjult").select("_linje"), few.select("_linje")])
    hidden_sizes = rows.join(secret, on="_linje", how="semi").filter(mal=SIZE).select("type_nr", "gruppering", "gruppe")
    hidden_types = hidden_sizes.filter(gruppering="alle")["type_nr"].implode()
    whole = pl.col("type_nr").is_in(hidden_types).fill_null(False) & (pl.col("mal") != SIZE)
    same = pl.struct("type_nr", "gruppering", "gruppe").is_in(hidden_sizes.to_struct().implode())
    shown = rows.join(counted.select("_linje", _nevner="nevner", _talt=True), on="_linje", how="left").with_columns(
        skjult=pl.col("_linje").is_in(secret["_linje"].implode()) | whole | ((pl.col("mal") == BACKGROUND) & same)
    )
    sized = pl.when("_talt").then("_nevner").otherwise("nevner")
    return (
        shown.with_columns(
            *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in ("antall", "verdi")),
            nevner=pl.when(whole).then(None).otherwise(sized),
        )
        .sort("_linje")
        .drop("_linje", "_nevner", "_talt")
    )


def _everyone(states: pl.DataFrame) -> pl.DataFrame:
    """What the rows of the types add up to; a type nobody of whom is in a state has no row of it."""
    states = states.with_columns(_variabel=WHOLE)
    sizes = states.group_by("_variabel", "maaned_nr", "type_nr").agg(pl.col("nevner").max())
    size = sizes.group_by("_variabel", "maaned_nr").agg(pl.col("nevner").sum())
    counts = states.group_by("mal", "_variabel", "maaned_nr").agg(
        pl.col("antall").sum(), gruppering=pl.lit("alle"), gruppe=pl.lit("alle")
    )
    return counts.join(size, on=["_variabel", "maaned_nr"], nulls_equal=True).drop("_variabel")
