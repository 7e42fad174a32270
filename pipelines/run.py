"""Materialising months through Dagster, from the command line, a schedule's test or a notebook.

Runs are started here in this process, on the same instance that the web server shows.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines import state
from pipelines.deliveries import AAP_BEGAN, month_name, months_in, parse_month
from pipelines.errors import AktivitetError, Busy
from pipelines.home import ROOT, Home
from pipelines.warehouse import claim, open_warehouse

if TYPE_CHECKING:
    import dagster as dg

STARTING_UP = 120
"""Seconds that a run of Dagster's daemon may take before it claims the house."""
KEPT_RUNS = 50
"""How many of Dagster's ended runs are kept, beside those that hold what was last done to a month."""


def point_dagster_home(home: Home) -> None:
    """Give Dagster the checkout's settings, and the home folder for all it writes.

    The settings are copied there: beside the file it reads them from, Dagster's web server makes folders of its own.
    """
    settings = home.dagster / "dagster.yaml"
    settings.write_bytes((ROOT / settings.name).read_bytes())
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["AKTIVITET_DAGSTER"] = str(home.dagster)
    os.environ["AKTIVITET_HOME"] = str(home.root)


def wanted(home: Home, first: date | None, last: date | None) -> list[list[date]]:
    """The months to build, in blocks without a hole: a range as asked for, or all that is new, changed or stale.

    Raises MissingMonths when a month of a range has no delivery, and AktivitetError when there is a delivery of before
    there was AAP.
    """
    there = months_in(home.landing)
    too_early = [month_name(month) for month in there if month < AAP_BEGAN]
    if too_early:
        raise AktivitetError(
            f"The landing folder has {', '.join(too_early)}, before AAP began in {month_name(AAP_BEGAN)};"
            " move what is no delivery of AAP away."
        )
    with open_warehouse(home) as con:
        if first or last:
            known = sorted({*there, *state.loaded_months(con)})
            if not known:
                raise AktivitetError(f"There are no deliveries in the landing folder {home.landing.name}.")
            # A range that begins after the last delivery has its first month missing, one that ends before the first
            # its last.
            months = state.month_range(first or known[0], last or known[-1]) or [first or last or known[0]]
            state.require(con, home.landing, months)
            return [months]
        todo = {*state.changed_months(con, home.landing, there), *state.stale_months(con)}
        return state.blocks(todo)


def materialize(home: Home, blocks: Sequence[Sequence[date]]) -> None:
    """One Dagster run for each block of months.

    Raises AktivitetError with the reason when a delivery is refused or an audit fails; nothing is half done.
    """
    point_dagster_home(home)
    import dagster as dg  # noqa: PLC0415  (two seconds that only this function needs)

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    from pipelines.definitions import defs  # noqa: PLC0415
    from pipelines.partitions import range_tags  # noqa: PLC0415
    from pipelines.storage import BATCH_SIZE  # noqa: PLC0415

    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", BATCH_SIZE)
    job = defs.resolve_implicit_global_asset_job_def()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with claim(home), dg.DagsterInstance.get() as instance:
        bury_runs(instance)
        for number, block in enumerate(blocks):
            try:
                job.execute_in_process(instance=instance, run_config=quiet, tags=range_tags(block))
            except dg.Failure as failure:
                raise AktivitetError(said(failure, block, blocks[:number])) from None
            finally:
                clear_runs(instance)


def said(failure: dg.Failure, block: Sequence[date], done: Sequence[Sequence[date]]) -> str:
    """Why the run of `block` failed, and what the same command had built and published before it."""
    reason = failure.description or "The run failed."
    if not done:
        return reason
    before = ", ".join(_from_to(each) for each in done)
    return f"{reason}\nThat is of {_from_to(block)}. Built and published before it: {before}."


def _from_to(block: Sequence[date]) -> str:
    return month_name(block[0]) if len(block) == 1 else f"{month_name(block[0])} to {month_name(block[-1])}"


def bury_runs(instance: dg.DagsterInstance, least_age: float = 0) -> list[str]:
    """Put down as failed the runs whose process is gone, and give back what they held; returns their ids.

    Dagster goes on believing in a run that was killed: it starts no other beside it, and keeps for it the one place
    there is to write from. Whoever has claimed the house, as the caller must, knows that nobody else is running.
    `least_age` leaves alone runs begun so few seconds ago that they may not have claimed it yet.
    """
    import dagster as dg  # noqa: PLC0415

    started = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
    unstarted = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING]
    buried = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=[*started, *unstarted])):
        found = record.dagster_run
        # A run that Dagster's daemon starts is given its time; those of the command line began with the claim.
        if found.status in unstarted and found.remote_job_origin is not None:
            continue
        if time.time() - (record.start_time or record.create_timestamp.timestamp()) >= least_age:
            instance.report_run_failed(found, "The process of the run is gone. Run again: what it left is picked up.")
            instance.event_log_storage.free_concurrency_slots_for_run(found.run_id)
            buried.append(found.run_id)
    return buried


def bury_unless_busy(home: Home, instance: dg.DagsterInstance, least_age: float = STARTING_UP) -> None:
    """`bury_runs`, unless somebody is at work."""
    try:
        with claim(home, patience=0):
            bury_runs(instance, least_age)
    except Busy:
        pass


def clear_runs(instance: dg.DagsterInstance, kept: int = KEPT_RUNS) -> list[str]:
    """Remove ended runs, with their events and logs, but the last `kept`; returns the ids of those removed.

    Dagster forgets that a month was built together with the run that built it, so a run stays as long as it is
    the last good one of a month and an asset.
    """
    import dagster as dg  # noqa: PLC0415

    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    built: set[tuple[str, str | None]] = set()
    removed = []
    for place, found in enumerate(instance.get_runs(dg.RunsFilter(statuses=ended))):
        made = _made(found) if found.is_success else set()
        # What a run over every asset has made since, stands for each of them.
        news = {(month, asset) for month, asset in made if not {(month, asset), (month, None)} & built}
        built |= made
        if place >= kept and not news:
            instance.delete_run(found.run_id)
            instance.compute_log_manager.delete_logs(prefix=[found.run_id])
            removed.append(found.run_id)
    return removed


def _made(found: dg.DagsterRun) -> set[tuple[str, str | None]]:
    """(month, asset) of a run; None for the asset when it was all of them."""
    from pipelines.partitions import RANGE_END, RANGE_START  # noqa: PLC0415

    first = found.tags.get(RANGE_START) or found.tags.get("dagster/partition")
    if first is None:
        return set()
    months = state.month_range(parse_month(first), parse_month(found.tags.get(RANGE_END, first)))
    assets: list[str | None] = [key.to_user_string() for key in found.asset_selection or ()]
    return {(month_name(month), asset) for month in months for asset in (assets or [None])}
