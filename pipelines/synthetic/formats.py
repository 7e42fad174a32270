"""The forms a delivery can come in: parquet, or CSV the many ways real exports write it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

_ENCODINGS = ("utf-8", "utf-8-sig", "iso-8859-1")
_DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y-%m-%d 00:00:00", "%d.%m.%Y 00:00:00", "%Y%m%d")


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    rows.write_parquet(path, compression="zstd", compression_level=1, statistics=False)


def write_csv(rows: pl.DataFrame, path: Path, extract: str, month: date, seed: int) -> None:
    """Separator, decimal sign, encoding, date form and header case vary by extract and month."""
    turn = seed + month.year * 12 + month.month + sum(map(ord, extract))
    dates, comma = _DATE_FORMS[turn % 5], turn % 3 != 0
    decimals = pl.selectors.by_dtype(pl.Float64) | pl.selectors.decimal()
    number = decimals.cast(pl.String)
    text = rows.with_columns(
        pl.selectors.date().dt.strftime(dates),
        pl.selectors.enum().cast(pl.String),
        number.str.replace(".", ",", literal=True) if comma else number,
    )
    if turn % 2:
        text = text.rename(str.upper)
    separator = ";" if comma else ","
    written = text.write_csv(separator=separator, null_value="" if turn % 4 else "null")
    encoding = _ENCODINGS[turn % 3]
    if encoding == "iso-8859-1":
        written = written.replace("–", "-")  # which has no other dash
    path.write_bytes(written.encode(encoding))
