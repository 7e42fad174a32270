"""Everything Dagster sees, merged; nothing is defined here."""

from __future__ import annotations

import dagster as dg

from pipelines.assets import kilde, klargjort, utdata

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([kilde, klargjort, utdata]),
    executor=dg.in_process_executor,
)
