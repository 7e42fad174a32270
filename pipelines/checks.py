"""Asset checks: what must hold in every month (rules.md §5), reported to Dagster with the months that fail.

The same statements are tested inside the transaction that builds, where they must hold; here they are looked at
again over all months, so a range run, which runs a check once, says which month it was.
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from pipelines import sql, state
from pipelines.assets.tabell import ALONE, key
from pipelines.deliveries import month_name
from pipelines.home import Home
from pipelines.warehouse import open_warehouse

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


def _check(name: str, table: str, severity: dg.AssetCheckSeverity) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=key(table), name=name, description=sql.rule(f"kontroll/{name}"), required_resource_keys=ALONE)
    def checked() -> dg.AssetCheckResult:
        with open_warehouse(Home.from_environment()) as con:
            found = sql.run(con, f"kontroll/{name}", maaneder=state.loaded_months(con)).fetchall()
        return dg.AssetCheckResult(passed=not found, severity=severity, metadata=_metadata(found))

    return checked


def _metadata(found: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """The failing months, each with what is wrong."""
    rows = [
        dg.TableRecord({"maaned": month_name(month), "antall": int(number), "detalj": str(detail)})
        for month, _, number, detail in found
    ]
    return {"maaneder_som_feiler": dg.MetadataValue.table(rows)} if rows else {}


checks = [_check(name, table, severity) for name, (table, severity) in CHECKS.items()]
