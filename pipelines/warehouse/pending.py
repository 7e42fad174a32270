"""What lies in the landing folder and is not what is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb

from pipelines.base.errors import MissingMonths
from pipelines.base.months import month_name
from pipelines.ingest.deliveries import months_in, read_checksums
from pipelines.model import sql
from pipelines.model.contracts import contracts
from pipelines.warehouse.state import loaded_months


def changed_months(con: duckdb.DuckDBPyConnection, landing: Path, months: Iterable[date]) -> list[date]:
    """Those of `months` whose delivery in the landing folder is not the one that is loaded.

    Raises DeliveryRefused when a delivery lacks a file.
    """
    return differing(loaded_deliveries(con), landing, months)


def loaded_deliveries(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, str]]:
    """(delivery, extract) → checksum of the file that is loaded and the version of the contract it was read by."""
    rows = sql.run(con, "kontroll/gjeldende_leveranse").fetchall()
    return {(name, extract): (sha256, version) for name, extract, sha256, version in rows}


def differing(loaded: Mapping[tuple[str, str], tuple[str, str]], landing: Path, months: Iterable[date]) -> list[date]:
    """As `changed_months`, for those who have asked the warehouse and closed it: every file is read through."""
    versions = {name: contract.version for name, contract in contracts().items()}
    there = set(months_in(landing))
    return [
        month
        for month in sorted(set(months) & there)
        if any(
            loaded.get((month_name(month), extract)) != (sha256, versions[extract])
            for extract, sha256 in read_checksums(landing, month).items()
        )
    ]


def require(con: duckdb.DuckDBPyConnection, landing: Path, months: Sequence[date]) -> None:
    """Raise MissingMonths when a month has neither a delivery nor loaded rows."""
    known = set(months_in(landing)) | set(loaded_months(con))
    missing = [month_name(month) for month in months if month not in known]
    if missing:
        raise MissingMonths(missing)
