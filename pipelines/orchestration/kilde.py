"""The extracts: deliveries go through the door, all of them in one transaction."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.base.errors import AktivitetError, DeliveryRefused
from pipelines.base.home import Home
from pipelines.base.months import month_name, parse_month
from pipelines.model import sql
from pipelines.model.contracts import contracts
from pipelines.orchestration.assets import ALONE, SENSITIVE, WAREHOUSE, key, spec, tell_months
from pipelines.orchestration.partitions import ONE_RUN, months, requested
from pipelines.warehouse import build
from pipelines.warehouse.database import open_warehouse

NUMBERS = ("lest", "dagster/partition_row_count", "duplikat", "skjermet", "karantene")
"""What is on record of each extract and delivery, in the order of `sql/kontroll/tellinger_maaned.sql`."""
REFUSED = "refused"
"""Metadata of a run that failed because deliveries were refused: which they were."""


@dg.multi_asset(
    name="kilde",
    specs=[
        spec(f"kilde.{name}", (), SENSITIVE, code_version=contract.version) for name, contract in contracts().items()
    ],
    partitions_def=months,
    backfill_policy=ONE_RUN,
    required_resource_keys=ALONE,
    pool=WAREHOUSE,
)
def kilde(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Load what is new or changed. A refused delivery fails the run with its reasons, and is not retried."""
    home, asked = Home.from_environment(), requested(context)
    try:
        loaded = build.load_deliveries(home, asked)
    except DeliveryRefused as error:
        refused = sorted({refusal.leveranse for refusal in error.refusals})
        raise dg.Failure(str(error), metadata={REFUSED: refused}, allow_retries=False) from None
    except AktivitetError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    context.log.info("Loaded: %s", ", ".join(map(month_name, loaded)) or "nothing new")
    with open_warehouse(home) as con:
        counts = sql.run(con, "kontroll/tellinger_maaned", leveranser=[month_name(month) for month in asked]).fetchall()
        for extract in contracts():
            mine = {
                parse_month(row[1]): dict(zip(NUMBERS, row[2:], strict=True)) for row in counts if row[0] == extract
            }
            tell_months(context, con, f"kilde.{extract}", asked, mine)
    for extract in contracts():
        yield dg.MaterializeResult(asset_key=key(f"kilde.{extract}"))
