"""The months: one partition a delivery, from the month AAP began. Every asset has these and no others, so that a
range of months is one run through the whole chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import dagster as dg
import duckdb

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import AAP_BEGAN, month_before, month_name, parse_month
from pipelines.ingest.deliveries import months_in
from pipelines.warehouse import snapshot, state


def months_after(last: date, home: Home) -> int:
    """How many months after `last` there are to the last one delivered or published; 0 when there is none.

    Dagster's months end at the last one that is over by the clock, which may be behind: no month that is here shall be
    hidden for that.
    """
    here: list[date] = []
    if not home.root.is_dir():
        return 0
    try:
        here += months_in(home.landing)
        if snapshot.current_id(home.snapshots):
            with snapshot.connect(home) as reader:
                here += state.loaded_months(reader.con)
    except (AktivitetError, OSError, ValueError, duckdb.Error):
        pass  # What cannot be read is said where it is needed.
    latest = max(here, default=last)
    return max(0, 12 * (latest.year - last.year) + latest.month - last.month)


months = dg.MonthlyPartitionsDefinition(
    start_date=month_name(AAP_BEGAN),
    fmt="%Y-%m",
    end_offset=months_after(month_before(datetime.now(UTC).date()), Home.from_environment()),
)

ONE_RUN = dg.BackfillPolicy.single_run()
"""All months of a request in one run and one statement: steps and runs cost, rows do not."""

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

build = dg.define_asset_job(
    "bygg_maaneder",
    selection=dg.AssetSelection.all(),
    description="Everything, for a block of months: what the sensor and the monthly schedule ask for.",
)


ONLY_STALE = "aktivitet/bare_foreldet"
"""Tag of a run that nobody named months for: a table that is built as it is, is left as it is."""


def range_tags(block: Sequence[date], *, only_stale: bool = False) -> dict[str, str]:
    """The tags of a run over a block of months without a hole."""
    tags = {RANGE_START: month_name(block[0]), RANGE_END: month_name(block[-1])}
    return tags | {ONLY_STALE: "ja"} if only_stale else tags


def only_stale(context: dg.AssetExecutionContext) -> bool:
    """Whether the run brings up to date, rather than makes again what it was asked for."""
    return ONLY_STALE in context.run.tags


def requested(context: dg.AssetExecutionContext) -> list[date]:
    """The months the run is asked for, in order."""
    return [parse_month(key) for key in sorted(context.partition_keys)]
