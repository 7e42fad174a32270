"""The code location of `test_dagster_daemon`: the pipeline without the results of courses, checks and figures.

They are most of a run's time and none of what the daemon does. `test_command_line` runs all of it.
"""

import dagster as dg

from pipelines.orchestration import (
    assets,
    kilde,
    klargjort,
    kontroll,
    partitions,
    schedules,
    sensors,
    tverrsnitt,
    utdata,
)
from pipelines.studies.forlop import fill as build
from pipelines.studies.forlop import results

SPELLS = {"klargjort.forlop": build.TABLES["klargjort.forlop"]}

defs = dg.Definitions(
    assets=[
        *dg.load_assets_from_modules([kilde, klargjort, tverrsnitt]),
        assets.whole_tables("forlop", SPELLS, lambda con, run: results.build_spells(con, run.id, list(SPELLS))),
        kontroll.frafall,
        utdata.publisert,
    ],
    resources=assets.RESOURCES,
    jobs=[partitions.build, schedules.tertial_report],
    schedules=[schedules.monthly, schedules.tertial],
    sensors=[sensors.deliveries_arrive],
    executor=dg.in_process_executor,
)
