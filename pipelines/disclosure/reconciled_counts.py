"""Which readings of `kontroll.avstemming` may be shown. Part of `disclosure`, which is the door.

A reading is a sum or a share of derived results (`printed.couplings`). Where one of these may not be shown,
neither may the reading; a reading of results that are all shown tells nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import polars as pl

from pipelines.disclosure.sums import SMALLEST_SHOWN, small
from pipelines.disclosure.suppression import Layout, suppress
from pipelines.model import sql
from pipelines.reconciliation import printed

HIDDEN = f"Skjult: færre enn {SMALLEST_SHOWN} personer står bak et tall fra samme studie og periode"
READING = ["id", "lesning"]
CELL = ["maaned", "mal", "gruppering", "gruppe", "h"]
COURSE = ["utvalg", "mal", "gruppering", "gruppe", "maaned_nr"]
NEW_SPELLS = Layout(period=("maaned",), partition=(), size="tilgang")

Published = Callable[..., pl.DataFrame]
"""`disclosure.published` of one connection."""


def avstemming(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, published: Published) -> pl.DataFrame:
    """`kontroll.avstemming` in reading order with `skjult`, and without `minste_gruppe`.

    Where a derived number tells of 1–4 persons, every derived number of that study and period is hidden: shares
    add up to 100 and groups to everyone, so hiding one alone would not do. So is a number tied to a hidden cell.
    """
    values = ("reprodusert", "avvik", "utvalgsmargin")
    derived = frame.filter(pl.col("reprodusert").is_not_null())
    hidden = [READING_OF_NOTHING, *_tied_to_hidden(con, derived, published)]
    tied = pl.concat(hidden).unique().with_columns(_bundet=True)
    few = small(pl.col("minste_gruppe")).any().over("studie", "periode")
    shown = frame.join(tied, on=READING, how="left").with_columns(
        skjult=(few | pl.col("_bundet").fill_null(False)) & pl.col("reprodusert").is_not_null()
    )
    return (
        shown.with_columns(
            *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in values),
            status=pl.when("skjult").then(pl.lit("kan_ikke_testes")).otherwise("status"),
            grunn=pl.when("skjult").then(pl.lit(HIDDEN)).otherwise("grunn"),
        )
        .drop("minste_gruppe", "_bundet")
        .sort("nr", "lesning")
    )


READING_OF_NOTHING = pl.DataFrame(schema=dict.fromkeys(READING, pl.String))


def _tied_to_hidden(
    con: duckdb.DuckDBPyConnection, derived: pl.DataFrame, published: Published
) -> Iterator[pl.DataFrame]:
    """The readings that have a hidden term, source by source."""
    # Persons over a whole period are no sum of results; `minste_gruppe` says all there is to say of them.
    # Nor are counts that are printed nowhere else.
    terms = printed.couplings().filter(pl.col("storrelse") != "personer", pl.col("kilde").is_in(list(SOURCES)))
    terms = terms.join(derived, on=READING, how="semi")
    terms = terms.with_columns(maaned=pl.date_ranges("fra", "til", interval="1mo")).explode("maaned")
    for (source,), tied in terms.partition_by("kilde", as_dict=True).items():
        cells = SOURCES[str(source)](con, published, tied["maaned"].unique().to_list())
        yield tied.join(cells.filter("skjult"), on=CELL, how="semi", nulls_equal=True).select(READING)
    courses = printed.course_couplings().join(derived, on=READING, how="semi")
    if courses.height:
        wanted = {name: courses[name].unique().to_list() for name in ("utvalg", "mal")}
        results = published("statistikk.forlop", **wanted)
        yield courses.join(results.filter("skjult"), on=COURSE, how="semi", nulls_equal=True).select(READING)


def _cross_section(_: duckdb.DuckDBPyConnection, published: Published, months: list[object]) -> pl.DataFrame:
    return published("statistikk.tverrsnitt", maaned=months).with_columns(h=pl.lit(None, pl.Float64))


def _estimates(_: duckdb.DuckDBPyConnection, published: Published, months: list[object]) -> pl.DataFrame:
    return published("statistikk.tverrsnitt_anslag", maaned=months).with_columns(
        mal=pl.lit("aktivitetsstatus=") + pl.col("aktivitetsstatus"), gruppering=pl.lit("alle"), gruppe=pl.lit("alle")
    )


def _new_spells(con: duckdb.DuckDBPyConnection, _: Published, months: list[object]) -> pl.DataFrame:
    """Spells that begin, by sex and age: these counts are printed nowhere else."""
    counts: pl.DataFrame = con.sql(
        f"select * replace (antall as nevner) from ({sql.read('kontroll/avstemming_maalt')})"
        " where kilde = 'klargjort.forlop' and maaned in (select unnest($maaneder))",
        params={"maaneder": months},
    ).pl()
    return suppress(counts, NEW_SPELLS)


SOURCES: dict[str, Callable[[duckdb.DuckDBPyConnection, Published, list[object]], pl.DataFrame]] = {
    "statistikk.tverrsnitt": _cross_section,
    "statistikk.tverrsnitt_anslag": _estimates,
    "klargjort.forlop": _new_spells,
}
