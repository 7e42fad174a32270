"""What leaves the warehouse: the snapshot readers open, and after it the figures of the last month asked for."""

from typing import Any

import dagster as dg

from pipelines import progress, snapshot, state
from pipelines.assets.tabell import AGGREGATED, OWNERS, WAREHOUSE, key
from pipelines.home import Home
from pipelines.partitions import ONE_RUN, months, requested
from pipelines.warehouse import open_warehouse, transaction

SNAPSHOT = dg.AssetKey(["utdata", "snapshot"])
FIGURES = dg.AssetKey(["utdata", "figurer"])
RESULTS = ["klargjort.person_maaned"]


@dg.asset(
    key=SNAPSHOT,
    deps=[key(table) for table in RESULTS],
    group_name="utdata",
    owners=OWNERS,
    tags=AGGREGATED,
    kinds={"duckdb"},
    partitions_def=months,
    backfill_policy=ONE_RUN,
    pool=WAREHOUSE,
)
def publisert(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """A new read-only file with what readers may see, and the pointer moved to it."""
    home = Home.from_environment()
    progress.report("utdata.snapshot", 0, 1)
    with open_warehouse(home) as con:
        run = state.register_run(con, requested(context))
        snapshot_id = snapshot.publish(home, con, run.id)
        with transaction(con):
            state.register_build(con, state.DONE, requested(context), run.id)
    progress.report("utdata.snapshot", 1, 1)
    return dg.MaterializeResult(metadata={"snapshot": snapshot_id})
