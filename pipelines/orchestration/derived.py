"""Every derived table as an asset, out of what is described beside its SQL: nobody lists them here.

Tables built by the month are an asset each; of those that follow from all months, the ones a study fills together are
one step, and each other is its own SELECT.
"""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg
import duckdb

from pipelines.model import derived
from pipelines.model.derived import MONTHLY, WHOLE, Derived
from pipelines.model.run import Run
from pipelines.model.study import Study, studies
from pipelines.orchestration.assets import month_table, whole_tables
from pipelines.reconciliation import reconcile
from pipelines.warehouse.state import synthetic_share
from pipelines.warehouse.tables import fill_whole


def _by_month(table: Derived) -> dg.AssetsDefinition:
    return month_table(table)


def _alone(table: Derived) -> dg.AssetsDefinition:
    def fill(con: duckdb.DuckDBPyConnection, run: Run) -> None:
        fill_whole(con, table.name, table.file, run.id)

    return whole_tables(table.name.replace(".", "__"), [table], fill)


def _together(study: Study, tables: Sequence[Derived]) -> dg.AssetsDefinition:
    assert study.fill is not None
    return whole_tables(study.name, tables, study.fill)


def _reconciled(table: Derived) -> dg.AssetsDefinition:
    def fill(con: duckdb.DuckDBPyConnection, run: Run) -> None:
        reconcile.reconcile(con, run.id, andel_av_befolkning=synthetic_share(con))

    return whole_tables(table.name.replace(".", "__"), [table], fill)


def _assets() -> list[dg.AssetsDefinition]:
    filled = {study.name: study for study in studies() if study.fill}
    whole = derived.built(WHOLE)
    found = [_by_month(table) for table in derived.built(MONTHLY)]
    found += [_together(study, [table for table in whole if table.study == name]) for name, study in filled.items()]
    found += [
        _reconciled(table) if table.name == reconcile.TABLE else _alone(table)
        for table in whole
        if table.study not in filled
    ]
    return found


assets = {made.op.name: made for made in _assets()}
"""Step → the assets it makes: `klargjort__person_maaned`, and `forlop` for all that the study fills together."""
