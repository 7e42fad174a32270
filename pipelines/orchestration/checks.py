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
from pipelines.model import sql
from pipelines.orchestration.assets import ALONE, key
from pipelines.warehouse import state
from pipelines.warehouse.database import open_warehouse

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

CHECKS: dict[str, tuple[str, dg.AssetCheckSeverity]] = {
    "unik_nokkel": ("klargjort.person_maaned", ERROR),
    "behandling_delmengde": ("klargjort.person_maaned", ERROR),
    "arbeid_eller_tiltak": ("klargjort.person_maaned", ERROR),
    "manglende_maaned": ("klargjort.person_maaned", ERROR),
    "mottaker_uten_vedtak": ("klargjort.person_maaned", ERROR),
    "hull_i_rekken": ("klargjort.person_maaned", WARN),
    "timer_uten_sporsmaal": ("klargjort.person_maaned", WARN),
    "summerer_til_mottakere": ("statistikk.tverrsnitt", ERROR),
    "manglende_tverrsnitt": ("statistikk.tverrsnitt", ERROR),
    "mottakere_endring": ("statistikk.tverrsnitt", WARN),
}
"""Check (a file of `sql/kontroll/`) → the table it is about, and how grave it is."""


def _checks_of(table: str) -> dg.AssetChecksDefinition:
    """The checks of a table, in one step: a step for each costs Dagster more than most of them take. One of them can
    be asked for alone, and one that cannot be made fails the step when the others are."""
    named = {name: severity for name, (of, severity) in CHECKS.items() if of == table}

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


checks = [_checks_of(table) for table in dict.fromkeys(table for table, _ in CHECKS.values())]
