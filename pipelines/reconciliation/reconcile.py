"""Published against reproduced: every number the sources print beside what the pipeline derives (rules.md §6).

The printed numbers are `reports/published/*.csv`. `kobling.csv` ties a number to the derived results it is a sum
or a share of: one row per term, and never a value; `kobling_forlop.csv` ties it to a result of the courses.
`kobling_mangler.csv` says why a number cannot be tied. The verdict is `sql/kontroll/avstemming.sql`; nothing is
ever written by hand into the reproduced column.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from pipelines.base.home import ROOT
from pipelines.model import descriptions, sql

PUBLISHED = ROOT / "reports" / "published"
TABLE = "kontroll.avstemming"
SOURCES = ("statistikk.tverrsnitt", "statistikk.tverrsnitt_anslag", "klargjort.forlop", "statistikk.forlop")
"""The tables it follows from."""
FILES = (
    *("tverrsnitt", "forlop", "tertial", "offentlig_statistikk", "saksgjennomgang"),
    *("survey_mottakere", "survey_veiledere", "sintef", "regelverk", "horing"),
)
"""The files of printed numbers, in the order they are shown."""
STEPS = ("avstemming_tilgang", "avstemming_personer", "avstemming_maalt", "avstemming_ledd", "avstemming_grenser")
"""Working tables, in the order they follow from one another; they live as long as the connection."""


def published() -> pl.DataFrame:
    """The printed numbers: one row per id, as in the files, and three columns more.

    `nr` is the place in the reading order, `publisert` the number, `desimaler` how many decimals are printed.
    """
    printed = pl.concat([_read(PUBLISHED / f"{name}.csv") for name in FILES]).with_row_index("nr", offset=1)
    return printed.with_columns(
        nr=pl.col("nr").cast(pl.Int32),
        publisert=pl.col("verdi").cast(pl.Float64),
        desimaler=pl.col("verdi").str.extract(r"\.(\d+)$").str.len_chars().fill_null(0).cast(pl.Int32),
    )


def couplings() -> pl.DataFrame:
    """The terms: one row per id, lesning and derived result. `fra` and `til` are months (their first day);
    `teller` and `nevner` are the weights the result's count and denominator enter with."""
    terms = _read(PUBLISHED / "kobling.csv")
    return terms.with_columns(
        pl.col("lesning").fill_null(""),
        pl.col("h", "teller", "nevner").cast(pl.Float64),
        (pl.col("fra", "til") + "-01").str.to_date("%Y-%m-%d"),
    )


def course_couplings() -> pl.DataFrame:
    """The results of the courses: one row per id, lesning; the key of a row of `statistikk.forlop`."""
    return _read(PUBLISHED / "kobling_forlop.csv").with_columns(
        pl.col("lesning").fill_null(""), pl.col("maaned_nr").cast(pl.Int32)
    )


def reasons() -> pl.DataFrame:
    """Why numbers cannot be tied: one row per studie and pattern of ids (`*` and `?`)."""
    return _read(PUBLISHED / "kobling_mangler.csv")


def reconcile(con: duckdb.DuckDBPyConnection, kjoring_id: str, *, andel_av_befolkning: float | None = None) -> int:
    """Replace `kontroll.avstemming`; returns its number of rows. To be called inside a transaction.

    `andel_av_befolkning` is the share of the population a synthetic register was drawn with: counts are scaled
    by it and get a sampling margin. None is a real register: everybody, no margin.
    """
    read_in(con)
    for step in STEPS:
        con.execute(f"create or replace temp table {step} as {sql.read(f'kontroll/{step}')}")
    statement = f"select *, $kjoring_id::varchar as kjoring_id from ({sql.read('kontroll/avstemming')})"
    sql.execute(
        con,
        f"create or replace table {TABLE} as {statement}",
        kjoring_id=kjoring_id,
        andel_av_befolkning=andel_av_befolkning,
        avrunding=0,
        minste_nevner=0,
    )
    descriptions.comment(con, TABLE)
    return int(con.execute(f"select count(*) from {TABLE}").fetchall()[0][0])


def read_in(con: duckdb.DuckDBPyConnection) -> None:
    """Put the printed numbers, and what ties them to results, in temporary tables of `con`."""
    for name, frame in _inputs():
        con.register("_lest", frame)
        con.execute(f"create or replace temp table {name} as from _lest")
        con.unregister("_lest")


def _inputs() -> Iterator[tuple[str, pl.DataFrame]]:
    yield "publisert", published()
    yield "kobling", couplings()
    yield "kobling_forlop", course_couplings()
    yield "kobling_mangler", reasons()


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
