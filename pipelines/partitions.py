"""The months: one partition a delivery, from the month AAP began. Every asset has these and no others, so that a
range of months is one run through the whole chain."""

from __future__ import annotations

from datetime import date

import dagster as dg

from pipelines.deliveries import parse_month

FIRST = "2010-03"
months = dg.MonthlyPartitionsDefinition(start_date=FIRST, fmt="%Y-%m")

ONE_RUN = dg.BackfillPolicy.single_run()
"""All months of a request in one run and one statement: steps and runs cost, rows do not."""


def requested(context: dg.AssetExecutionContext) -> list[date]:
    """The months the run is asked for, in order."""
    return [parse_month(key) for key in sorted(context.partition_keys)]
