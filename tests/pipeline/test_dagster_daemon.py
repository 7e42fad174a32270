"""A day in the house: deliveries arrive, both schedules tick, an analyst backfills a range. On a real instance, with
the daemon's own loops and runs in processes of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipelines import synthetic
from pipelines.base.home import Home
from pipelines.base.months import parse_month
from pipelines.orchestration.partitions import RANGE_END, RANGE_START
from pipelines.warehouse import snapshot
from tests.pipeline.dagster_hus import House, house

BACKFILLED = [
    *(f"kilde.{name}" for name in ("person", "utbetaling", "aap_vedtak", "innsatsgruppe", "diagnose")),
    *(f"kilde.{name}" for name in ("tiltaksdeltakelse", "meldekort", "meldekort_dag", "aktivitetsplan", "aktivitet")),
    *("klargjort.vedtak_maaned", "klargjort.meldekort_maaned"),
]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    landing = tmp_path_factory.mktemp("register")
    first, last = parse_month("2015-01"), parse_month("2015-04")
    synthetic.generate(landing, first=first, last=last, share=0.0005, seed=1, fmt="parquet", clean=True)
    return landing


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(Home(tmp_path_factory.mktemp("hjem"))) as found:
        yield found


def deliver(dagster: House, register: Path, *names: str) -> None:
    for name in names:
        shutil.copytree(register / name, dagster.home.landing / name)


def block(run: dg.DagsterRun) -> tuple[str, str]:
    return run.tags[RANGE_START], run.tags[RANGE_END]


def published(dagster: House) -> list[str]:
    with snapshot.connect(dagster.home) as reader:
        found = reader.execute("select distinct strftime(maaned, '%Y-%m') from statistikk.tverrsnitt order by 1")
        return [row[0] for row in found.fetchall()]


def test_deliveries_are_built_and_reported_without_anybody(dagster: House, register: Path) -> None:
    """Three deliveries at once are one run; the month that follows is built on the 10th, and then its tertial."""
    dagster.turn_on_sensor("deliveries_arrive")
    deliver(dagster, register, "2015-01", "2015-02", "2015-03")
    dagster.look("2015-04-10T12:00:00")
    dagster.look("2015-04-10T12:01:00")
    (built,) = dagster.finish()
    assert (built.status, block(built)) == (dg.DagsterRunStatus.SUCCESS, ("2015-01", "2015-03"))
    dagster.look("2015-04-10T12:02:00")
    assert dagster.ticks("deliveries_arrive")[0] == "No delivery is new or changed and at rest."
    assert published(dagster) == ["2015-01", "2015-02", "2015-03"]

    for name in ("monthly", "tertial"):
        dagster.turn_on_schedule(name, "2015-05-09T12:00:00")
    deliver(dagster, register, "2015-04")
    dagster.clock("2015-05-10T06:01:00")
    built = dagster.finish()[0]
    assert (built.status, block(built)) == (dg.DagsterRunStatus.SUCCESS, ("2015-04", "2015-04"))

    dagster.clock("2015-05-10T10:01:00")
    reported = dagster.finish()[0]
    assert (reported.job_name, reported.status) == ("tertialrapport", dg.DagsterRunStatus.SUCCESS)
    assert "1. tertial 2015" in (dagster.home.reports / "2015-T1" / "index.html").read_text()

    dagster.clock("2015-06-10T06:01:00")
    assert dagster.ticks("monthly")[0] == "The delivery of 2015-05 has not come."


def test_a_range_from_the_asset_page_is_one_run(dagster: House, register: Path) -> None:
    deliver(dagster, register, *(name for name in ("2015-02", "2015-03") if not (dagster.home.landing / name).is_dir()))
    before = len(dagster.finish())
    found = dagster.backfill(BACKFILLED, ["2015-02", "2015-03"])
    assert found.status.value == "COMPLETED_SUCCESS"
    runs = dagster.finish()
    assert len(runs) == before + 1
    assert block(runs[0]) == ("2015-02", "2015-03")
    key = dg.AssetKey(["klargjort", "vedtak_maaned"])
    assert {"2015-02", "2015-03"} <= dagster.instance.get_materialized_partitions(key)
    newest = dagster.instance.get_latest_materialization_event(key)
    assert newest is not None
    assert newest.asset_materialization is not None
    metadata = newest.asset_materialization.metadata
    assert metadata["dagster/partition_row_count"].value > 0
    assert "| `aap_siden` | `kilde.aap_vedtak` (fra_dato" in str(metadata["opphav"].value)
    assert "aap_siden" in metadata["dagster/column_lineage"].value.deps_by_column


def test_a_range_over_months_without_a_delivery_fails_and_names_them(dagster: House, register: Path) -> None:
    deliver(dagster, register, *(name for name in ("2015-03",) if not (dagster.home.landing / name).is_dir()))
    found = dagster.backfill(BACKFILLED, ["2015-03", "2015-04", "2015-05", "2015-06", "2015-07"])
    assert found.status.value == "COMPLETED_FAILED"
    said = dagster.failure(dagster.finish()[0])
    assert said.startswith("No delivery for ")
    assert said.endswith("2015-05, 2015-06, 2015-07; nothing was changed.")
