"""The code location of `test_dagster_daemon`: the pipeline without the results of courses, checks and figures.

They are most of a run's time and none of what the daemon does. `test_command_line` runs all of it.
"""

import dagster as dg

from pipelines.model import derived as model
from pipelines.orchestration import assets, derived, kilde, partitions, schedules, sensors, utdata
from pipelines.studies.forlop import results

SPELLS = [model.tables()["klargjort.forlop"]]
LEFT_OUT = ("forlop", "kontroll__folsomhet", "kontroll__avstemming")

defs = dg.Definitions(
    assets=[
        *dg.load_assets_from_modules([kilde]),
        *(made for name, made in derived.assets.items() if name not in LEFT_OUT),
        assets.whole_tables("forlop", SPELLS, lambda con, run: results.build_spells(con, run.id, ["klargjort.forlop"])),
        utdata.publisert,
    ],
    resources=assets.RESOURCES,
    jobs=[partitions.build, schedules.tertial_report],
    schedules=[schedules.monthly, schedules.tertial],
    sensors=[sensors.deliveries_arrive],
    executor=dg.in_process_executor,
)
