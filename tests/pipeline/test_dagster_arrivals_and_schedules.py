"""The sensor, the schedules and a range from the asset page, on a real instance and a tiny register.

Runs are executed here in this process with the tags that the sensor and the schedules ask for.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines import synthetic
from pipelines.base.home import Home
from pipelines.base.months import month_range, parse_month
from pipelines.orchestration.arrivals import TRIES, Seen
from pipelines.orchestration.assets import RESOURCES
from pipelines.orchestration.definitions import defs
from pipelines.orchestration.instance import point_dagster_home
from pipelines.orchestration.kilde import kilde
from pipelines.orchestration.partitions import RANGE_END, RANGE_START
from pipelines.orchestration.schedules import monthly, tertial
from pipelines.orchestration.sensors import RUN_KEY, deliveries_arrive
from pipelines.warehouse import snapshot

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
FIRST, LAST = parse_month("2015-01"), parse_month("2015-04")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four deliveries."""
    landing = tmp_path_factory.mktemp("register")
    synthetic.generate(landing, first=FIRST, last=LAST, share=0.0005, seed=1, fmt="parquet", clean=True)
    return landing


@pytest.fixture
def home(tmp_path: Path, register: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home of its own, with the four deliveries in its landing folder."""
    home = Home(tmp_path)
    shutil.copytree(register, home.landing, dirs_exist_ok=True)
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel som er lang nok for en test")
    monkeypatch.delenv("AKTIVITET_LANDING", raising=False)
    for name in ("DAGSTER_HOME", "AKTIVITET_HOME", "AKTIVITET_DAGSTER", "DAGSTER_EVENT_BATCH_SIZE"):
        monkeypatch.setenv(name, "10000")
    point_dagster_home(home)
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.get() as found:
        assert Path(found.storage_directory()).is_relative_to(home.root)
        yield found


def look(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult:
    """One look of the sensor."""
    context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=defs)
    found = deliveries_arrive(context)
    assert isinstance(found, dg.SensorResult)
    return found


def load(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.ExecuteInProcessResult:
    """Run the first step of what was asked for: the deliveries through the door."""
    defs = dg.Definitions(assets=[kilde], resources=RESOURCES, executor=dg.in_process_executor)
    job = defs.resolve_implicit_global_asset_job_def()
    return job.execute_in_process(instance=instance, run_config=QUIET, tags=tags, raise_on_error=False)


def ask(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    """Two looks: at the second the deliveries are at rest."""
    return look(instance, look(instance, cursor).cursor)


def months(request: dg.RunRequest) -> tuple[str, str]:
    return request.tags[RANGE_START], request.tags[RANGE_END]


def test_four_deliveries_at_once_are_one_run_and_not_asked_for_again(instance: dg.DagsterInstance) -> None:
    asked = ask(instance)
    assert [months(request) for request in asked.run_requests or []] == [("2015-01", "2015-04")]
    again = look(instance, asked.cursor)
    assert not again.run_requests
    assert again.skip_reason


def test_a_hole_makes_a_run_for_each_block(instance: dg.DagsterInstance, home: Home) -> None:
    shutil.rmtree(home.landing / "2015-02")
    assert [months(r) for r in ask(instance).run_requests or []] == [("2015-01", "2015-01"), ("2015-03", "2015-04")]


def test_a_refused_delivery_shows_why_and_the_others_are_built(instance: dg.DagsterInstance, home: Home) -> None:
    (home.landing / "2015-03" / "diagnose.parquet").write_bytes(b"no parquet")
    asked = ask(instance)
    (request,) = asked.run_requests or []
    assert not load(instance, {**request.tags, RUN_KEY: str(request.run_key)}).success
    after = look(instance, asked.cursor)
    assert [months(r) for r in after.run_requests or []] == [("2015-01", "2015-02"), ("2015-04", "2015-04")]
    assert Seen.from_json(after.cursor).arrivals["2015-03"].tries == TRIES

    for request in after.run_requests or []:
        assert load(instance, {**request.tags, RUN_KEY: str(request.run_key)}).success
    assert not look(instance, after.cursor).run_requests


def test_a_refused_delivery_alone_has_its_reason_in_the_sensors_history(
    instance: dg.DagsterInstance, home: Home
) -> None:
    for name in ("2015-01", "2015-02", "2015-04"):
        shutil.rmtree(home.landing / name)
    (home.landing / "2015-03" / "diagnose.parquet").unlink()
    asked = ask(instance)
    (request,) = asked.run_requests or []
    load(instance, {**request.tags, RUN_KEY: str(request.run_key)})
    after = look(instance, asked.cursor)
    assert not after.run_requests
    assert "2015-03/diagnose" in str(after.skip_reason)


def test_a_range_over_a_hole_fails_with_the_missing_months_named(instance: dg.DagsterInstance, home: Home) -> None:
    shutil.rmtree(home.landing / "2015-02")
    shutil.rmtree(home.landing / "2015-03")
    result = load(instance, {RANGE_START: "2015-01", RANGE_END: "2015-04"})
    failure = result.failure_data_for_node("kilde")
    assert failure is not None
    assert failure.user_failure_data is not None
    assert failure.user_failure_data.description == "No delivery for 2015-02, 2015-03; nothing was changed."


def test_a_range_is_one_run_with_each_months_own_counts(instance: dg.DagsterInstance) -> None:
    assert load(instance, {RANGE_START: "2015-01", RANGE_END: "2015-03"}).success
    key = dg.AssetKey(["kilde", "person"])
    events = [record.asset_materialization for record in instance.fetch_materializations(key, limit=10).records]
    found = {event.partition: event.metadata for event in events if event}
    assert sorted(str(name) for name in found) == ["2015-01", "2015-02", "2015-03"]
    counts = {metadata["dagster/partition_row_count"].value for metadata in found.values()}
    assert len(counts) > 1


def at(text: str) -> dg.ScheduleEvaluationContext:
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Oslo"))
    with dg.DagsterInstance.get() as instance:
        return dg.build_schedule_context(
            instance=instance, scheduled_execution_time=moment, repository_def=defs.get_repository_def()
        )


def skipped(schedule: dg.ScheduleDefinition, text: str) -> str:
    return str(schedule.evaluate_tick(at(text)).skip_message)


def test_the_month_before_is_built_on_the_tenth(home: Home) -> None:
    (request,) = monthly.evaluate_tick(at("2015-05-10T06:00")).run_requests or []
    assert months(request) == ("2015-04", "2015-04")
    assert "2015-05" in skipped(monthly, "2015-06-10T06:00")
    assert "2014-12" in skipped(monthly, "2015-01-10T06:00")
    assert home.landing.is_dir()


def test_a_tertial_waits_for_its_four_months(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert skipped(tertial, "2015-05-10T10:00") == "2015-T1 waits for 2015-01, 2015-02, 2015-03, 2015-04."
    assert skipped(tertial, "2016-01-10T10:00") == "2015-T3 waits for 2015-09, 2015-10, 2015-11, 2015-12."
    assert "2015-T2" in skipped(tertial, "2015-09-10T10:00")

    all_four = month_range(FIRST, LAST)
    monkeypatch.setattr("pipelines.orchestration.schedules._published", lambda _: all_four)
    (request,) = tertial.evaluate_tick(at("2015-05-12T10:00")).run_requests or []
    assert request.run_config["ops"]["write_tertial_report"]["config"] == {"tertial": "2015-T1"}
    assert request.run_key == "tertial-2015-T1"
    assert snapshot.current_id(home.snapshots) is None


def test_both_schedules_and_the_sensor_are_off_until_turned_on_and_keep_oslo_time() -> None:
    for schedule in (monthly, tertial):
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
        assert schedule.execution_timezone == "Europe/Oslo"
    assert deliveries_arrive.default_status == dg.DefaultSensorStatus.STOPPED
