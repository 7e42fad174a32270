"""Everything Dagster sees, merged; nothing is defined here."""

from __future__ import annotations

import dagster as dg

from pipelines import checks
from pipelines.assets import kilde, klargjort, tverrsnitt, utdata

defs = dg.Definitions(
    assets=dg.load_assets_from_modules([kilde, klargjort, tverrsnitt, utdata]),
    asset_checks=dg.load_asset_checks_from_modules([checks]),
    executor=dg.in_process_executor,
)
