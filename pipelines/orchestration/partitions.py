"""The months: one partition a delivery, from the month AAP began. Every asset has these and no others, so that a
range of months is one run through the whole chain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import dagster as dg

from pipelines.base.months import AAP_BEGAN, month_name, parse_month

months = dg.MonthlyPartitionsDefinition(start_date=month_name(AAP_BEGAN), fmt="%Y-%m")

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
