"""What lies in the landing folder and is not what is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.base.errors import MissingMonths
from pipelines.base.months import month_name, parse_month
from pipelines.ingest.deliveries import months_in, read_checksums
from pipelines.model import sql
from pipelines.model.contracts import contracts
from pipelines.warehouse.state import loaded_months

Loaded = Mapping[tuple[str, str], tuple[str | None, str]]
"""(delivery, extract) → checksum of the file that is loaded, None where the delivery came without it, and the edition
of the contract it was read by."""


def changed_months(con: duckdb.DuckDBPyConnection, landing: Path, months: Iterable[date]) -> list[date]:
    """Those of `months` whose delivery in the landing folder is not the one that is loaded, or would be read in another
    way today (contracts.md, «Contracts that change»).

    Raises DeliveryRefused when a delivery lacks a file.
    """
    return differing(loaded_deliveries(con), landing, months)


def loaded_deliveries(con: duckdb.DuckDBPyConnection) -> Loaded:
    """What is loaded, with the optional extracts that deliveries came without."""
    rows = sql.run(con, "kontroll/gjeldende_leveranse").fetchall()
    return {(name, extract): (sha256, version) for name, extract, sha256, version in rows}


def differing(loaded: Loaded, landing: Path, months: Iterable[date]) -> list[date]:
    """As `changed_months`, for those who have asked the warehouse and closed it: every file is read through."""
    found = sorted(set(months) & set(months_in(landing)))
    return [month for month in found if _differs(loaded, month, read_checksums(landing, month))]


def _differs(loaded: Loaded, month: date, delivered: Mapping[str, str]) -> bool:
    """Whether another file than the loaded one is there of some extract, or none, or what the contracts say of the
    month is not what it was read by. An extract that is no longer known changes nothing."""
    known = {extract: loaded.get((month_name(month), extract), (None, "")) for extract in contracts()}
    before = {extract: (sha256, edition) for extract, (sha256, edition) in known.items() if sha256 is not None}
    return before.keys() != delivered.keys() or any(
        before[extract][0] != sha256 or not contracts()[extract].reads_as(before[extract][1], month)
        for extract, sha256 in delivered.items()
    )


def missing_extracts(loaded: Loaded) -> dict[str, list[date]]:
    """Extract → the loaded months that could have it and do not: it is optional and did not come, or was not known."""
    months = [parse_month(name) for name in sorted({name for name, _ in loaded})]
    there = {key for key, (sha256, _) in loaded.items() if sha256 is not None}
    found = {
        contract.name: [m for m in months if m in contract.valid and (month_name(m), contract.name) not in there]
        for contract in contracts().values()
    }
    return {extract: without for extract, without in found.items() if without}


def require(con: duckdb.DuckDBPyConnection, landing: Path, months: Sequence[date]) -> None:
    """Raise MissingMonths when a month has neither a delivery nor loaded rows."""
    known = set(months_in(landing)) | set(loaded_months(con))
    missing = [month_name(month) for month in months if month not in known]
    if missing:
        raise MissingMonths(missing)
