"""The schedules: the month before on the 10th, and the tertial just ended. Both are off until they are turned on.

Times are Oslo's. A schedule never starts what cannot be done: it skips, and says which months are missing.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg

from pipelines.base import tertials
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_before, month_name
from pipelines.ingest.deliveries import months_in
from pipelines.orchestration.assets import ALONE
from pipelines.orchestration.housekeeping import bury_unless_busy
from pipelines.orchestration.partitions import build, range_tags
from pipelines.warehouse import snapshot

OSLO = "Europe/Oslo"
EVERY_TENTH = "0 6 10 * *"
TERTIAL_DUE = "0 10 10 1,5,9 *"
TERTIAL_WAITING = "0 10 11-31 1,5,9 *"
"""A tertial whose months were not all there on the 10th is looked for again every morning of that month."""


@dg.schedule(
    job=build,
    cron_schedule=EVERY_TENTH,
    execution_timezone=OSLO,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """On the 10th: build the month before."""
    home, month = Home.from_environment(), month_before(_day(context))
    bury_unless_busy(home, context.instance)
    if month not in {*months_in(home.landing), *_published(home)}:
        return dg.SkipReason(f"The delivery of {month_name(month)} has not come.")
    return dg.RunRequest(run_key=f"monthly-{month_name(month)}", tags=range_tags([month]))


class Tertial(dg.Config):
    """Which tertial a report is of, by its name: `2015-T1`."""

    tertial: str


@dg.op(required_resource_keys=ALONE)
def write_tertial_report(context: dg.OpExecutionContext, config: Tertial) -> None:
    """Write the report of a tertial from the current snapshot."""
    from pipelines import report  # noqa: PLC0415  (matplotlib and typst, that only this step needs)

    home = Home.from_environment()
    try:
        with snapshot.connect(home, full=True) as reader:
            written = report.write_tertial(reader, home, config.tertial)
    except (AktivitetError, ValueError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    context.log.info("%s files are in reports/%s", len(written), config.tertial)


@dg.job(name="tertialrapport")
def tertial_report() -> None:
    """The report of a tertial, from the current snapshot."""
    write_tertial_report()


@dg.schedule(
    job=tertial_report,
    cron_schedule=[TERTIAL_DUE, TERTIAL_WAITING],
    execution_timezone=OSLO,
    default_status=dg.DefaultScheduleStatus.STOPPED,
)
def tertial(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """From 10 January, 10 May and 10 September: the report of the tertial just ended, once its four months are
    in the snapshot; until then the missing ones are named, and each morning of the month is tried."""
    first = tertials.before(_day(context))
    name = tertials.name(first)
    home = Home.from_environment()
    bury_unless_busy(home, context.instance)
    published = _published(home)
    missing = [month_name(month) for month in tertials.months(first) if month not in published]
    if missing:
        return dg.SkipReason(f"{name} waits for {', '.join(missing)}.")
    config = dg.RunConfig({"write_tertial_report": Tertial(tertial=name)})
    return dg.RunRequest(run_key=f"tertial-{name}", run_config=config)


def _day(context: dg.ScheduleEvaluationContext) -> date:
    """The day of the tick, in Oslo."""
    return datetime.fromtimestamp(context.scheduled_execution_time.timestamp(), ZoneInfo(OSLO)).date()


def _published(home: Home) -> list[date]:
    """The months readers can see."""
    if snapshot.current_id(home.snapshots) is None:
        return []
    with snapshot.connect(home, full=True) as reader:
        return [row[0] for row in reader.execute("select distinct maaned from statistikk.tverrsnitt").fetchall()]
