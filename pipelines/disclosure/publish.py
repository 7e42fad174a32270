"""The only door from `statistikk` to what leaves the house: figures, tables, reports.

A table goes through only when it is known here, so a table of persons cannot slip out by being asked for. What
comes out has small counts hidden (`suppression`), a column `skjult` that says so, and nothing else changed but the
life tables of the courses, which are told in fives (`cumulative`): `skjult`, zero, and «cannot be known» (null, and
not `skjult`) are three different things.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipelines.base.errors import AktivitetError
from pipelines.base.files import csv_text, write_private
from pipelines.disclosure import control_counts, cumulative, reconciled_counts, type_counts
from pipelines.disclosure.alternatives import alternative
from pipelines.disclosure.decided import PART, decided
from pipelines.disclosure.sums import small
from pipelines.disclosure.suppression import CELL, WHOLE, Layout, suppress

FilterValue = str | int | float | date | None
Filter = FilterValue | Collection[FilterValue]


__all__ = ["NotPublishable", "Published", "alternative", "published", "write_csv"]


class NotPublishable(AktivitetError):
    """The table, or a column asked for, is not one that may leave the house."""


@dataclass(frozen=True)
class Published:
    """What the door knows of a table."""

    layout: Layout
    apart: tuple[str, ...]
    """What is decided each by itself: the rows that agree in these columns. Of `mal`, the variable."""
    months: str | None = None
    """A monthly table whose mean this is: what is hidden there in any month of the year is hidden here."""
    estimate_of: str | None = None
    """A table whose counts are moved about here: what is hidden there is hidden here."""


COURSES = "statistikk.forlop"
TYPES = "statistikk.forlop_typer"
MONTHLY = Layout(period=("maaned",))
TABLES = {
    "statistikk.tverrsnitt": Published(MONTHLY, MONTHLY.period),
    "statistikk.tverrsnitt_aar": Published(Layout(period=("aar",)), ("aar",), months="statistikk.tverrsnitt"),
    "statistikk.tverrsnitt_anslag": Published(MONTHLY, MONTHLY.period, estimate_of="statistikk.tverrsnitt"),
    COURSES: Published(
        Layout(
            period=("utvalg", "maaned_nr"),
            partition=(
                *("tilstand", "overgang_1", "overgang_6", "lop", "lengde", "passive_perioder", "lengste_passive"),
                *("passiv_varighet", "arbeidsintensitet"),
            ),
            size=None,
        ),
        ("utvalg", "mal"),
    ),
    TYPES: Published(type_counts.OF_TYPES, ()),
}
RECONCILED = "kontroll.avstemming"
KEY = ("utvalg", "type_nr", "maaned", "aar", "h_tolvdeler", "aktivitetsstatus", *CELL, "maaned_nr")
# What an estimate (2017:1 figure 9) is made of, where that is not one status alone.
UNCERTAIN = ("gyldig_plan", "ingen_plan")
MADE_OF = {
    "kun_behandling": ("kun_behandling", *UNCERTAIN),
    "med_aktivitet": ("arbeid_eller_tiltak", "kun_behandling", *UNCERTAIN),
    "uten_aktivitet": UNCERTAIN,
    "uten_aktivitet_inkl_varig_tilpasset": (*UNCERTAIN, "varig_tilpasset"),
}


def published(con: duckdb.DuckDBPyConnection, table: str, **filters: Filter) -> pl.DataFrame:
    """The rows of a result table that may be shown, as the table has them plus `skjult`, sorted by its key.

    A filter is a column with the value, or the values, wanted: `published(con, "statistikk.tverrsnitt",
    maaned=date(2015, 4, 1), mal=["tiltak", "arbeid"])`. What is hidden is decided on whole parts of the table
    (`Published.apart`) before anything is left out, so two questions never answer a third.

    Raises NotPublishable for a table that is not known to hold only counts, and for a column it does not have.
    """
    known = TABLES.get(table)
    wanted = {name: _values(value) for name, value in filters.items()}
    if table in control_counts.RULES:
        return _control(con, table, wanted)
    if table == RECONCILED:
        frame = reconciled_counts.avstemming(con, _rows(con, table, {}), partial(published, con))
        return _chosen(frame, wanted)
    if known is None:
        all_known = ", ".join([*TABLES, *control_counts.RULES, RECONCILED])
        raise NotPublishable(f"{table} may not leave the house; these may: {all_known}.")
    if missing := wanted.keys() - set(con.sql(f"from {table} limit 0").columns):
        raise NotPublishable(f"{table} has no column {', '.join(sorted(missing))}.")
    shown = _decided(con, table, known, wanted)
    return _chosen(shown, wanted).sort(_key(shown), maintain_order=True)


def _decided(
    con: duckdb.DuckDBPyConnection, table: str, known: Published, wanted: dict[str, list[FilterValue]]
) -> pl.DataFrame:
    """The parts of the table that rows are wanted of, each as it may be shown, and whole."""
    there = con.sql(f"select distinct {', '.join(known.apart) or 'true'} from {table}").pl()
    named = [WHOLE if name == "mal" else pl.col(name).cast(pl.String) for name in known.apart]
    parts = there.with_columns(pl.concat_str(pl.lit(table), *named, separator=" ").alias(PART))
    asked = _chosen(parts, {name: wanted[name] for name in known.apart if name in wanted})

    def decide(missing: list[str]) -> pl.DataFrame:
        new = parts.filter(pl.col(PART).is_in(missing))
        frame = _rows(con, table, {name: new[name].unique().to_list() for name in known.apart})
        placed = frame.join(new, on=known.apart) if known.apart else frame.join(new.select(PART), how="cross")
        return _shown(con, table, known, placed)

    return decided(con).of(table, asked[PART].unique(), decide)


def _shown(con: duckdb.DuckDBPyConnection, table: str, known: Published, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they may be shown; what else is decided together with them must be there."""
    if table == TYPES:
        return type_counts.forlop_typer(frame)
    if known.estimate_of:
        return _estimate(con, frame, known.estimate_of)
    if table == COURSES:
        return cumulative.coarse(suppress(frame, known.layout, cumulative.slow(frame)))
    return suppress(frame, known.layout, _hidden_months(con, frame, known.months))


def _control(con: duckdb.DuckDBPyConnection, table: str, wanted: dict[str, list[FilterValue]]) -> pl.DataFrame:
    """The counts of a `kontroll` table, held against what the cross-section shows of the same months."""
    period = ("maaned", "leveranse")
    frame = _rows(con, table, {name: wanted[name] for name in period if name in wanted})
    elsewhere: dict[Any, list[int]] = {}
    if "maaned" in frame.columns:
        months = frame["maaned"].unique().to_list()
        measures = ["mottakere", "meldekort_status=mottatt"]
        counts = published(con, "statistikk.tverrsnitt", maaned=months, mal=measures, gruppering="alle")
        for month, count in counts.filter(~pl.col("skjult")).select("maaned", "antall").iter_rows():
            elsewhere.setdefault(month, []).append(count)
    return _chosen(control_counts.RULES[table](frame, elsewhere), wanted)


def write_csv(frame: pl.DataFrame, path: Path) -> Path:
    """Write a frame that `published` gave as CSV (see `utdata.csv_text`), in one step and with mode 0600.

    Raises NotPublishable for a frame that has not been through the door.
    """
    if "skjult" not in frame.columns or "person_key" in frame.columns:
        raise NotPublishable(f"{path.name}: only what disclosure.published returns may be written.")
    return write_private(path, csv_text(frame).encode())


def _key(frame: pl.DataFrame) -> list[str]:
    return [name for name in KEY if name in frame.columns]


def _chosen(shown: pl.DataFrame, wanted: dict[str, list[FilterValue]]) -> pl.DataFrame:
    """The rows asked for. Raises NotPublishable for a column that is not there."""
    if missing := wanted.keys() - set(shown.columns):
        raise NotPublishable(f"There is no column {', '.join(sorted(missing))} in what may be shown.")
    for name, values in wanted.items():
        shown = shown.filter(pl.col(name).is_in(values, nulls_equal=True))
    return shown


def _values(value: Filter) -> list[FilterValue]:
    return [value] if isinstance(value, str | int | float | date | None) else list(value)


def _rows(con: duckdb.DuckDBPyConnection, table: str, periods: dict[str, list[FilterValue]]) -> pl.DataFrame:
    # The names are this module's own; the values arrive as parameters.
    only = "".join(
        f" semi join (select unnest(${name}) as {name}) as {name}_ on t.{name} is not distinct from {name}_.{name}"
        for name in periods
    )
    rows: pl.DataFrame = con.sql(f"select * from {table} as t{only}", params=periods).pl()
    return rows


def _hidden_months(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, months: str | None) -> pl.Series | None:
    """Which rows of a year are the mean of months of which one at least is hidden.

    Eleven shown months and the year's mean give the twelfth.
    """
    if months is None:
        return None
    year = pl.col("maaned").dt.year().cast(pl.Int64)
    all_months = con.sql(f"select distinct maaned from {months}").pl()
    of_years = all_months.filter(year.is_in(frame["aar"].cast(pl.Int64).implode()))["maaned"].to_list()
    shown = _decided(con, months, TABLES[months], {"maaned": of_years})
    hidden = shown.filter("skjult").select(year.alias("aar"), *CELL).unique()
    key = pl.struct(pl.col("aar").cast(pl.Int64), *CELL)
    return frame.select(key.is_in(hidden.select(key).to_series().implode())).to_series()


def _estimate(con: duckdb.DuckDBPyConnection, frame: pl.DataFrame, counted: str) -> pl.DataFrame:
    """An estimate moves counted persons between statuses; hidden is what would tell of a hidden status.

    A counted status that is shown gives its estimates at every h away, so these are not hidden for being small.
    """
    months = frame["maaned"].unique().to_list()
    statuses = published(con, counted, maaned=months, gruppering="alle").filter(
        "skjult", pl.col("mal").str.starts_with("aktivitetsstatus=")
    )
    hidden = {(row["maaned"], row["mal"].split("=")[1]) for row in statuses.iter_rows(named=True)}
    secret = [
        any((month, status) in hidden for status in _made_of(estimate, h))
        for month, estimate, h in frame.select("maaned", "aktivitetsstatus", "h").iter_rows()
    ]
    return frame.with_columns(skjult=pl.Series(secret, dtype=pl.Boolean)).with_columns(
        *(pl.when("skjult").then(None).otherwise(pl.col(name)).alias(name) for name in ("antall", "andel")),
        pl.when(small(pl.col("nevner"))).then(None).otherwise(pl.col("nevner")).alias("nevner"),
    )


def _made_of(estimate: str, h: float) -> tuple[str, ...]:
    """The counted statuses an estimate tells of; with h = 0 nobody is moved."""
    made_of = MADE_OF.get(estimate, (estimate,))
    stay = h == 0 and estimate in ("kun_behandling", "med_aktivitet")
    return tuple(status for status in made_of if status not in UNCERTAIN) if stay else made_of
