"""The courses' moments must be of the same spells as the numbers the reconciliation reads of 2017:2's panel."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pytest

from benchmarks.synthetic.moments import TENTH, Moments
from benchmarks.synthetic.panel import Panel, read
from pipelines.reconciliation.printed import PUBLISHED
from pipelines.studies.forlop.delrapport2 import UTVALG, delrapport2
from pipelines.studies.forlop.results import build_spells, results
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.world import simulate
from tests.spec.historier import INGEN_DELTAKELSER

SHARE, LAST = 0.004, date(2016, 12, 1)
OTHER_READING = "tid i forløpet"
"""The one of the two readings of «det første året» that the moments do not take."""


@pytest.fixture(scope="module")
def panel() -> Panel:
    return read(simulate(Parameters.load(), 1, LAST, SHARE), LAST, by_card=False)


@pytest.fixture(scope="module")
def con(panel: Panel) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same person-months for the pipeline's SQL, everybody in 2017:2's sample."""
    with duckdb.connect() as con:
        for layer in ("klargjort", "statistikk"):
            con.execute(f"create schema {layer}")
        con.execute(INGEN_DELTAKELSER)
        con.register("ramme", _person_months(panel))
        con.execute("create table klargjort.person_maaned as from ramme")
        yield con


def _person_months(panel: Panel) -> pl.DataFrame:
    month, row = np.nonzero(panel.recipient | panel.active | panel.treatment)
    flags = {"mottaker": panel.recipient, "tiltak": panel.tiltak, "arbeid": panel.work, "behandling": panel.treatment}
    frame = pl.DataFrame(
        {
            "person_key": row.astype(np.uint64),
            "maaned": pl.Series(panel.months).gather(month),
            "konvertert": panel.world.people.converted[row],
            **{name: values[month, row] for name, values in flags.items()},
        }
    )
    activities = [pl.when(name).then(pl.lit(name)) for name in ("tiltak", "arbeid", "behandling")]
    said = pl.concat_str(activities, separator="+", ignore_nulls=True)
    return frame.with_columns(
        pl.when(said == "").then(pl.lit("passiv")).otherwise(said).alias("tilstand"),
        *(pl.lit(None, pl.String).alias(name) for name in ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning")),
        aap_siden=pl.lit(None, pl.Date),
        meldekort_status=pl.lit("mottatt"),
        i_tiprosentutvalg=pl.lit(value=True),
    )


def test_the_courses_are_those_the_reconciliation_reads(panel: Panel, con: duckdb.DuckDBPyConnection) -> None:
    moments, compared, by_sql = Moments(panel, SHARE).courses(), set(), delrapport2(con)
    with (PUBLISHED / "kobling_forlop.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["utvalg"] == UTVALG and row["lesning"] != OTHER_READING]
    for row in rows:
        name = row["id"].removesuffix("_min").removesuffix("_max")
        if name not in moments:
            continue
        (found,) = by_sql.filter(
            pl.col("maaned_nr").is_null(), *(pl.col(key) == row[key] for key in ("mal", "gruppering", "gruppe"))
        ).rows(named=True)
        if row["storrelse"] == "antall":
            assert moments[name] == pytest.approx(found["antall"] / SHARE * TENTH)
        else:
            assert moments[name] == pytest.approx(100 * found["verdi"])
        compared.add(name)
    assert compared == {name for name in moments if name.startswith("forlop.")}


def test_the_first_two_months_are_in_the_panel_and_not_among_those_seen_to_start(panel: Panel) -> None:
    """2017:2 followed spells for up to 64 months, so they may begin in March 2010."""
    first = panel.recipient.argmax(axis=0)
    early = (panel.recipient[:2].any(axis=0) & ~panel.world.people.converted).sum()
    assert early
    new = panel.recipient[:64].any(axis=0) & ~panel.world.people.converted
    seen = (new & (first >= 2)).sum()
    assert Moments(panel, SHARE).courses()["forlop.panel.n"] == pytest.approx((seen + early) / SHARE * TENTH)


def test_the_median_time_on_aap_is_the_life_tables(panel: Panel, con: duckdb.DuckDBPyConnection) -> None:
    build_spells(con, "k1")
    median = pl.col("mal") == "median_varighet", pl.col("gruppering") == "alle", pl.col("utvalg") == "tilgang"
    (found,) = results(con).filter(*median)["verdi"].to_list()
    assert Moments(panel, SHARE).courses()["tertial.varighet_median"] == found
