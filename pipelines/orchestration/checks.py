"""Asset checks: what must hold in every month (rules.md §5), reported to Dagster with the months that fail.

The same statements are tested inside the transaction that builds, where they must hold; here they are looked at
again over all months, so a range run, which runs a check once, says which month it was.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb

from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import derived, sql
from pipelines.model.derived import FAILS, STOPS, WARNS
from pipelines.orchestration.assets import ALONE, key
from pipelines.warehouse import state
from pipelines.warehouse.database import open_warehouse

SEVERITY = {
    STOPS: dg.AssetCheckSeverity.ERROR,
    FAILS: dg.AssetCheckSeverity.ERROR,
    WARNS: dg.AssetCheckSeverity.WARN,
}
CHECKED = {table.name: table.checks for table in derived.tables().values() if table.checks}
"""Table → its checks (files of `sql/kontroll/`), as the YAML beside its SELECT lists them, and what each does."""


def _checks_of(table: str) -> dg.AssetChecksDefinition:
    """The checks of a table, in one step: a step for each costs Dagster more than most of them take. One of them can
    be asked for alone, and one that cannot be made fails the step when the others are."""
    named = {name: SEVERITY[what] for name, what in CHECKED[table].items()}

    @dg.multi_asset_check(
        name=f"{table.replace('.', '__')}__kontroll",
        specs=[dg.AssetCheckSpec(name, asset=key(table), description=sql.rule(f"kontroll/{name}")) for name in named],
        can_subset=True,
        required_resource_keys=ALONE,
    )
    def checked(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        asked = {check.name for check in context.selected_asset_check_keys}
        failed: list[str] = []
        with open_warehouse(Home.from_environment()) as con:
            months = state.loaded_months(con)
            for name in sorted(asked):
                try:
                    rows = sql.run(con, f"kontroll/{name}", maaneder=months).fetchall()
                except duckdb.Error as error:
                    failed.append(f"{name} ({type(error).__name__})")
                    continue
                yield dg.AssetCheckResult(
                    asset_key=key(table),
                    check_name=name,
                    passed=not rows,
                    severity=named[name],
                    metadata=_metadata(rows),
                )
        if failed:
            raise dg.Failure(f"These checks of {table} could not be made: {', '.join(failed)}.", allow_retries=False)

    return checked


def _metadata(found: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """The failing months, each with what is wrong."""
    rows = [
        dg.TableRecord({"maaned": month_name(month), "antall": int(number), "detalj": str(detail)})
        for month, _, number, detail in found
    ]
    return {"maaneder_som_feiler": dg.MetadataValue.table(rows)} if rows else {}


checks = [_checks_of(table) for table in CHECKED]
