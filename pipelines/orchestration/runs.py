"""Materialising months through Dagster, from the command line, a schedule's test or a notebook.

Runs are started here in this process, on the same instance that the web server shows.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import AAP_BEGAN, blocks, month_name, month_range
from pipelines.ingest.deliveries import months_in
from pipelines.orchestration.housekeeping import bury_runs, clear_runs
from pipelines.orchestration.instance import point_dagster_home
from pipelines.warehouse import landing, state
from pipelines.warehouse.database import claim, open_warehouse
from pipelines.warehouse.pending import changed_months, loaded_deliveries, require

if TYPE_CHECKING:
    import dagster as dg


def wanted(home: Home, first: date | None, last: date | None) -> list[list[date]]:
    """The months to build, in blocks without a hole: a range as asked for, or all that is new, changed or stale.

    Raises MissingMonths when a month of a range has no delivery, and AktivitetError when there is a delivery of before
    there was AAP.
    """
    with open_warehouse(home) as con:
        landing.finish(home.landing, loaded_deliveries(con))
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
            months = month_range(first or known[0], last or known[-1]) or [first or last or known[0]]
            require(con, home.landing, months)
            return [months]
        todo = {*changed_months(con, home.landing, there), *state.stale_months(con)}
        return blocks(todo)


def materialize(home: Home, blocks: Sequence[Sequence[date]], *, only_stale: bool = False) -> None:
    """One Dagster run for each block of months; with `only_stale` a table that is built as it is, is left as it is.

    Raises AktivitetError with the reason when a delivery is refused or an audit fails; nothing is half done.
    """
    point_dagster_home(home)
    import dagster as dg  # noqa: PLC0415  (two seconds that only this function needs)

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    from pipelines.orchestration.definitions import defs  # noqa: PLC0415
    from pipelines.orchestration.partitions import range_tags  # noqa: PLC0415
    from pipelines.orchestration.storage import BATCH_SIZE  # noqa: PLC0415

    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", BATCH_SIZE)
    job = defs.resolve_implicit_global_asset_job_def()
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with claim(home), dg.DagsterInstance.get() as instance:
        bury_runs(instance)
        for number, block in enumerate(blocks):
            try:
                job.execute_in_process(
                    instance=instance, run_config=quiet, tags=range_tags(block, only_stale=only_stale)
                )
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
