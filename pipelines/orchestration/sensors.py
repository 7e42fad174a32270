"""The sensor: a delivery that has arrived whole, new or changed, has its month built, and what follows from it.

Off until it is turned on. What counts as arrived, and what is asked for, is decided in `arrivals`.
"""

import dagster as dg

from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import sql
from pipelines.orchestration import arrivals
from pipelines.orchestration.housekeeping import bury_unless_busy, clear_runs
from pipelines.orchestration.kilde import REFUSED
from pipelines.orchestration.partitions import build, range_tags
from pipelines.warehouse import snapshot

RUN_KEY = "dagster/run_key"
SECONDS = 30
"""Between two looks. A delivery is at rest when it is the same at both."""


@dg.sensor(job=build, minimum_interval_seconds=SECONDS, default_status=dg.DefaultSensorStatus.STOPPED)
def deliveries_arrive(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Build the months whose deliveries have arrived: manifest there, files at rest, checksums not those loaded.

    Deliveries that arrive together are one run for each block of months without a hole. A refused one fails its run
    with the reason, and is not tried again until it changes; those that came with it are.
    """
    home, seen = Home.from_environment(), arrivals.Seen.from_json(context.cursor)
    bury_unless_busy(home, context.instance)
    refused = _follow_up(context.instance, seen)
    if not home.landing.is_dir():
        return dg.SensorResult(skip_reason="There is no landing folder yet.", cursor=seen.to_json())
    months = arrivals.look(home.landing, seen, loaded_files(home))
    requests = [dg.RunRequest(run_key=run_key, tags=range_tags(block)) for run_key, block in arrivals.ask(seen, months)]
    if requests:
        # What is refused again and again never comes as far as the step that clears otherwise.
        clear_runs(context.instance)
        context.log.info("Deliveries to build: %s", ", ".join(map(month_name, months)))
        return dg.SensorResult(run_requests=requests, cursor=seen.to_json())
    return dg.SensorResult(
        skip_reason="\n".join(refused) or "No delivery is new or changed and at rest.", cursor=seen.to_json()
    )


def _follow_up(instance: dg.DagsterInstance, seen: arrivals.Seen) -> list[str]:
    """Note how the runs asked for have ended; returns the reasons of those that failed."""
    reasons = []
    for run_key in sorted(seen.waiting_for()):
        runs = instance.get_runs(dg.RunsFilter(tags={RUN_KEY: run_key}))
        if not runs or not runs[0].is_finished:
            continue
        failure = _failure(instance, runs[0].run_id)
        names: list[str] = []
        if failure is not None:
            reasons.append(failure.description or "The run failed.")
            listed = failure.metadata.get(REFUSED)
            names = [str(name) for name in listed.value] if listed and isinstance(listed.value, list) else []
        seen.run_ended(run_key, failed=not runs[0].is_success, refused=names)
    return reasons


def _failure(instance: dg.DagsterInstance, run_id: str) -> dg.Failure | None:
    """The failure that a step of the run raised, with what it says."""
    for record in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        event = record.dagster_event
        raised = event.step_failure_data.user_failure_data if event else None
        if raised is not None:
            return dg.Failure(raised.description, metadata=raised.metadata)
    return None


def loaded_files(home: Home) -> dict[str, set[str]]:
    """Month → checksums of its extracts, of what readers see; a writer at work is not waited for."""
    if snapshot.current_id(home.snapshots) is None:
        return {}
    found: dict[str, set[str]] = {}
    with snapshot.connect(home, full=True) as reader:
        for name, _, sha256, _ in sql.run(reader.con, "kontroll/gjeldende_leveranse").fetchall():
            if sha256:  # an optional extract that is not there has none
                found.setdefault(name, set()).add(sha256)
    return found
