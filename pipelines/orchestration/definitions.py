"""Everything Dagster sees, merged; nothing is defined here."""

from __future__ import annotations

import dagster as dg

from pipelines.orchestration import assets, checks, derived, kilde, partitions, schedules, sensors, utdata

defs = dg.Definitions(
    assets=[*dg.load_assets_from_modules([kilde, utdata]), *derived.assets.values()],
    asset_checks=checks.checks,
    resources=assets.RESOURCES,
    jobs=[partitions.build, schedules.tertial_report],
    schedules=[schedules.monthly, schedules.tertial],
    sensors=[sensors.deliveries_arrive],
    executor=dg.in_process_executor,
)
