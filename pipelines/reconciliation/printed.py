"""The printed numbers and what is known of them: `reports/published/*.csv`, read as frames (rules.md §6).

One file per study holds the numbers; `kobling*.csv` say what a number is tied to and how exactly it is printed, and
never hold a value.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from pipelines.base.home import ROOT

PUBLISHED = ROOT / "reports" / "published"
FILES = (
    *("tverrsnitt", "forlop", "tertial", "offentlig_statistikk", "saksgjennomgang"),
    *("survey_mottakere", "survey_veiledere", "sintef", "regelverk", "horing"),
)
"""The files of printed numbers, in the order they are shown."""
NOT_USED = "ikke_brukt"


def published() -> pl.DataFrame:
    """The printed numbers: one row per id, as in the files, and six columns more.

    `nr` is the place in the reading order, `publisert` the number, `desimaler` how many decimals are printed.
    `samme_som` is the id of the same number where it stands first, `toleranse` how far the text itself lets the
    number be off, and `tilpasning` what the synthetic register was to it (`uses`).
    """
    printed = pl.concat([_read(PUBLISHED / f"{name}.csv") for name in FILES]).with_row_index("nr", offset=1)
    used = uses(printed["id"].to_list())
    return (
        printed.join(same_as(), on="id", how="left", maintain_order="left")
        .join(tolerances(), on="id", how="left", maintain_order="left")
        .with_columns(
            nr=pl.col("nr").cast(pl.Int32),
            publisert=pl.col("verdi").cast(pl.Float64),
            desimaler=pl.col("verdi").str.extract(r"\.(\d+)$").str.len_chars().fill_null(0).cast(pl.Int32),
            # The same number is no new evidence where it stands again.
            tilpasning=pl.coalesce("samme_som", "id").replace_strict(used, return_dtype=pl.String),
        )
    )


def same_as() -> pl.DataFrame:
    """Numbers that are printed twice: `id`, and `samme_som`, the id the number is tied and counted by."""
    return _read(PUBLISHED / "kobling_samme.csv")


def tolerances() -> pl.DataFrame:
    """Where the text says more of a number's precision than its digits: `id`, `toleranse` in the number's unit."""
    return _read(PUBLISHED / "kobling_toleranse.csv").select("id", pl.col("toleranse").cast(pl.Float64))


def uses(ids: list[str]) -> dict[str, str]:
    """What the synthetic register was to each printed number: id → `tilpasset` (fitted to it), `gitt` (it goes into a
    parameter), `folger` (follows from numbers that are fitted), `holdt_utenfor` (held out of the fit on purpose) or
    `ikke_brukt`.

    The only list there is: `kobling_syntetisk.csv`, by patterns of ids (`*` and `?`), of which the longest decides.
    """
    patterns = list(_read(PUBLISHED / "kobling_syntetisk.csv").iter_rows())
    found = {}
    for name in ids:
        fitting = [(len(pattern), use) for pattern, use in patterns if fnmatchcase(name, pattern)]
        found[name] = max(fitting)[1] if fitting else NOT_USED
    return found


def couplings() -> pl.DataFrame:
    """The terms: one row per id, lesning and derived result; a number that stands again has those of the first.

    `fra`, `til`, `panel_fra` and `panel_til` are months (their first day); `teller` and `nevner` are the weights the
    result's count and denominator enter with.
    """
    terms = _read(PUBLISHED / "kobling.csv")
    months = ("fra", "til", "panel_fra", "panel_til")
    return _with_twins(terms).with_columns(
        pl.col("lesning").fill_null(""),
        pl.col("h", "teller", "nevner").cast(pl.Float64),
        (pl.col(*months) + "-01").str.to_date("%Y-%m-%d"),
    )


def course_couplings() -> pl.DataFrame:
    """The results of the courses: one row per id, lesning; the key of a row of `statistikk.forlop`."""
    return _with_twins(_read(PUBLISHED / "kobling_forlop.csv")).with_columns(
        pl.col("lesning").fill_null(""), pl.col("maaned_nr").cast(pl.Int32)
    )


def reasons() -> pl.DataFrame:
    """Why numbers cannot be tied: one row per studie and pattern of ids (`*` and `?`)."""
    return _read(PUBLISHED / "kobling_mangler.csv")


def _with_twins(terms: pl.DataFrame) -> pl.DataFrame:
    loose = same_as().join(terms, on="id", how="anti")
    twins = loose.join(terms, left_on="samme_som", right_on="id", how="inner", maintain_order="left_right")
    return pl.concat([terms, twins.drop("samme_som")])


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
