"""The code location of `test_dagster_daemon`: the pipeline without the results of courses, checks and figures.

They are most of a run's time and none of what the daemon does. `test_command_line` runs all of it.
"""

import dagster as dg

from pipelines import partitions, schedules, sensors
from pipelines.assets import kilde, klargjort, kontroll, tabell, tverrsnitt, utdata
from pipelines.forlop import build, results

SPELLS = {"klargjort.forlop": build.TABLES["klargjort.forlop"]}

defs = dg.Definitions(
    assets=[
        *dg.load_assets_from_modules([kilde, klargjort, tverrsnitt]),
        tabell.whole_tables("forlop", SPELLS, lambda con, run: results.build_spells(con, run.id, list(SPELLS))),
        kontroll.frafall,
        utdata.publisert,
    ],
    resources=tabell.RESOURCES,
    jobs=[partitions.build, schedules.tertial_report],
    schedules=[schedules.monthly, schedules.tertial],
    sensors=[sensors.deliveries_arrive],
    executor=dg.in_process_executor,
)
