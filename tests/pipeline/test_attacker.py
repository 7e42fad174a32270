"""A reader of two monthly reports in a row, a tertial's, and a revised one, of a register of a hundredth of the
population, finds no count of 1–4, and none with fewer than four values left (rules.md §8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import polars as pl
import pytest

from pipelines import synthetic
from pipelines.base.home import Home
from pipelines.base.months import month_range
from pipelines.disclosure import ledger
from pipelines.disclosure.cells import Cells
from pipelines.disclosure.publication import Revised, publishing
from pipelines.disclosure.rounding import of_home
from pipelines.orchestration import runs
from pipelines.report import month as monthly
from pipelines.report import tertial
from pipelines.report.publication import published_parts
from pipelines.warehouse import snapshot
from tests.angriper import attack

FIRST, MARCH, APRIL = date(2014, 5, 1), date(2015, 3, 1), date(2015, 4, 1)
ONLY_SEEN_IN_APRIL = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("hus")
        patch.setenv("AKTIVITET_HOME", str(folder))
        patch.delenv("AKTIVITET_LANDING", raising=False)
        patch.delenv("AKTIVITET_KEY", raising=False)
        home = Home(folder)
        synthetic.generate(home.landing, first=FIRST, last=APRIL, share=0.01, seed=2015)
        (home.secrets / "sdc.key").write_bytes(bytes(32))
        yield home


def publish(home: Home, name: str, months: list[date], *, revised: bool | None = None) -> Cells:
    """Publish the base cells of a report of the current snapshot; returns them."""
    with snapshot.connect(home) as reader:
        parts = published_parts(reader.con, months)
        deliveries = [name] if "T" not in name else [f"{month:%Y-%m}" for month in months]
        with publishing(reader.con, home, name, reader.id, deliveries, parts, revised=revised) as publication:
            folder = home.reports / name
            folder.mkdir(exist_ok=True)
            publication.record(folder)
            return Cells(reader.con, parts, publication.audited.rounding)


def build(home: Home, last: date) -> None:
    runs.materialize(home, [month_range(FIRST, last)])


def deliver_april_again(home: Home) -> None:
    """April without the payments of three persons."""
    path = home.landing / "2015-04" / "utbetaling.parquet"
    rows = pl.read_parquet(path)
    people = rows[rows.columns[0]].unique().sort()
    rows.filter(~pl.col(rows.columns[0]).is_in(people[:ONLY_SEEN_IN_APRIL].implode())).write_parquet(path)
    (path.parent / "manifest.json").unlink(missing_ok=True)


def test_no_reader_of_all_reports_comes_nearer_than_four_values(home: Home) -> None:
    build(home, MARCH)
    march = publish(home, "2015-03", monthly.published_months(MARCH))
    build(home, APRIL)
    april = publish(home, "2015-04", monthly.published_months(APRIL))
    months = tertial.published_months(date(2015, 1, 1))
    with snapshot.connect(home) as reader:
        there = {row[0] for row in reader.execute("select distinct maaned from statistikk.tverrsnitt").fetchall()}
    first_tertial = publish(home, "2015-T1", [month for month in months if month in there])
    deliver_april_again(home)
    runs.materialize(home, [[APRIL]])
    with pytest.raises(Revised, match="--revidert"):
        publish(home, "2015-04", monthly.published_months(APRIL), revised=False)
    again = publish(home, "2015-04", monthly.published_months(APRIL), revised=True)

    # A build publishes the figures of its last month, but not in place of an edition of other deliveries.
    published = [edition.name for edition in ledger.editions(home.reports)]
    assert published == ["2015-03", "2015-03", "2015-04", "2015-04", "2015-T1", "2015-04"]
    assert json.loads((home.reports / ".publisert" / "overstyringer.json").read_text()) is not None
    assert of_home(home).overrides == ledger.overrides(home.reports)

    found = attack([march, april, first_tertial, again])
    assert found.small > 1_000
    assert found.exact == 0
    assert found.narrowest >= 4
