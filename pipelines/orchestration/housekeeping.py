"""Ended and killed runs in Dagster's own store: what is put down as failed, and what is removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pipelines.base.errors import Busy
from pipelines.base.home import Home
from pipelines.base.months import month_name, month_range, parse_month
from pipelines.warehouse.database import claim

if TYPE_CHECKING:
    import dagster as dg

STARTING_UP = 120
"""Seconds that a run of Dagster's daemon may take before it claims the house."""


KEPT_RUNS = 50
"""How many of Dagster's ended runs are kept, beside those that hold what was last done to a month."""


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
        age = time.time() - (record.start_time or record.create_timestamp.timestamp())
        # A run that began after now began before the clock was set back.
        if age >= least_age or age < 0:
            instance.report_run_failed(found, "The process of the run is gone. Run again: what it left is picked up.")
            instance.event_log_storage.free_concurrency_slots_for_run(found.run_id)
            buried.append(found.run_id)
    _empty_pool(instance)
    return buried


def _empty_pool(instance: dg.DagsterInstance) -> None:
    """Free the place to write from of runs that are over, or gone, however they ended."""
    from pipelines.orchestration.assets import WAREHOUSE  # noqa: PLC0415

    held = instance.event_log_storage.get_concurrency_info(WAREHOUSE)
    for run_id in held.active_run_ids | held.pending_run_ids | held.assigned_run_ids:
        found = instance.get_run_by_id(run_id)
        if found is None or found.is_finished:
            instance.event_log_storage.free_concurrency_slots_for_run(run_id)


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
    from pipelines.orchestration.partitions import RANGE_END, RANGE_START  # noqa: PLC0415

    first = found.tags.get(RANGE_START) or found.tags.get("dagster/partition")
    if first is None:
        return set()
    months = month_range(parse_month(first), parse_month(found.tags.get(RANGE_END, first)))
    assets: list[str | None] = [key.to_user_string() for key in found.asset_selection or ()]
    return {(month_name(month), asset) for month in months for asset in (assets or [None])}
