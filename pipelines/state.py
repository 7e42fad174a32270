"""What the warehouse holds, what it was built from, and what is to be done.

A month is stale when its delivery was loaded again after it was built, when the rules (SQL, code lists) are others
than it was built by, or when it was loaded and never built: a run that was killed half way leaves just that, and the
next run picks it up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import duckdb

from pipelines import sql
from pipelines.contracts import KODEVERK, contracts
from pipelines.deliveries import month_name, months_in, read_checksums, stamp
from pipelines.errors import AktivitetError, MissingMonths
from pipelines.home import ROOT
from pipelines.sql import SQL

VERSION = "0.1.0"
DONE = "utdata.figurer"
"""What is built last: a month is done when readers can see it and its figures are drawn."""
PERSON_MONTHS = "klargjort.person_maaned"
"""What everything readers see follows from: where it is not of what is loaded, nothing is published."""
PRINTED = ROOT / "reports" / "published"
SOURCES = ("pipelines", "sql", "data_contracts", "reports/published")


@dataclass(frozen=True)
class Run:
    """One build: which code, of which months, from which deliveries. The id follows from these alone."""

    id: str
    code: str
    months: tuple[str, ...]
    deliveries: tuple[str, ...]


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_range(first: date, last: date) -> list[date]:
    """Every month from `first` to `last`, both included."""
    months = []
    while first <= last:
        months.append(first)
        first = next_month(first)
    return months


def blocks(months: Iterable[date]) -> list[list[date]]:
    """Months in runs without a hole between them."""
    found: list[list[date]] = []
    ordered = sorted(set(months))
    for previous, month in pairwise([None, *ordered]):
        if previous is not None and month == next_month(previous):
            found[-1].append(month)
        elif month is not None:
            found.append([month])
    return found


def loaded_months(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Months with rows in the warehouse, in order."""
    return [row[0] for row in sql.run(con, "kontroll/lastet").fetchall()]


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


def stale_months(con: duckdb.DuckDBPyConnection, table: str = DONE) -> list[date]:
    """Loaded months of which `table` is not built, or was built from an earlier load or by other rules."""
    rows = sql.run(con, "kontroll/foreldet", tabell=table, regler=rules_version()).fetchall()
    return [row[0] for row in rows]


def due(con: duckdb.DuckDBPyConnection, asked: Iterable[date], made_of: Iterable[str] = ()) -> list[date]:
    """The months a table is to be built for: those asked for, and the stale ones of which all it is `made_of` is built.

    A panel of which some months were counted by other rules, or from deliveries that have been replaced since, would
    be published as one. So a run that is asked for one month brings the others up to date.
    """
    months = set(asked)
    stale = set(stale_months(con)) - months
    for table in made_of:
        if stale and not table.startswith("kilde."):
            stale -= set(stale_months(con, table))
    return sorted(months | stale)


def require(con: duckdb.DuckDBPyConnection, landing: Path, months: Sequence[date]) -> None:
    """Raise MissingMonths when a month has neither a delivery nor loaded rows."""
    known = set(months_in(landing)) | set(loaded_months(con))
    missing = [month_name(month) for month in months if month not in known]
    if missing:
        raise MissingMonths(missing)


def remember_key(con: duckdb.DuckDBPyConnection, fingerprint: str, months: Iterable[date]) -> None:
    """Note by which pseudonym key `months` are being loaded.

    Raises AktivitetError when other loaded months were loaded by another: nobody would be the same person in both.
    """
    known = {row[0] for row in con.execute("select avtrykk from kilde.pseudonymnokkel").fetchall()}
    others = set(loaded_months(con)) - set(months)
    if others and known - {fingerprint}:
        raise AktivitetError(
            f"The pseudonym key is not the one {len(others)} months were loaded by: nobody would be the same person"
            " in both, and every course would end. Nothing was changed. Set AKTIVITET_KEY, or put secrets/pseudonym.key"
            " of the home folder back, as it was; or load every month again into another home folder."
        )
    con.execute("delete from kilde.pseudonymnokkel")
    con.execute("insert into kilde.pseudonymnokkel values ($1)", [fingerprint])


def synthetic_share(con: duckdb.DuckDBPyConnection) -> float | None:
    """The share of the population the loaded deliveries were drawn with, None for a real register.

    Raises AktivitetError when deliveries of several shares, or synthetic and real ones, are mixed.
    """
    shares = [row[0] for row in sql.run(con, "kontroll/syntetisk_andel").fetchall()]
    if len(shares) > 1:
        raise AktivitetError(
            "The warehouse mixes deliveries of different shares of the population, so counts cannot be compared"
            " with published ones. Load one register to a home folder (AKTIVITET_HOME)."
        )
    return shares[0] if shares else None


def register_run(con: duckdb.DuckDBPyConnection, months: Sequence[date]) -> Run:
    """Put the run that builds `months` from what is loaded now on record, and return it.

    The id is a digest of code, months and deliveries: the same input gives the same id, and so the same bytes.
    """
    names = tuple(month_name(month) for month in sorted(months))
    rows = sql.run(con, "kontroll/gjeldende_leveranse").fetchall()
    deliveries = tuple(f"{name}/{extract}:{sha256}" for name, extract, sha256, _ in rows)
    code = code_version()
    digest = hashlib.sha256("\n".join((code, *names, "", *deliveries)).encode()).hexdigest()[:12]
    run = Run(digest, code, names, deliveries)
    con.execute("delete from kontroll.kjoring where kjoring_id = $1", [run.id])
    con.execute("insert into kontroll.kjoring values ($1, $2, $3, $4)", [run.id, code, names, deliveries])
    return run


def register_build(con: duckdb.DuckDBPyConnection, table: str, months: Sequence[date], run_id: str) -> None:
    """Note which load of each month `table` was built from, and by which rules."""
    con.execute("delete from kontroll.bygg where tabell = $1 and maaned in (select unnest($2))", [table, list(months)])
    con.execute(
        "insert into kontroll.bygg by name select maaned, $1 as tabell, lastet_tid, $2 as kjoring_id, $4 as regler"
        f" from ({sql.read('kontroll/lastet')}) where maaned in (select unnest($3))",
        [table, run_id, list(months), rules_version()],
    )


def rules_version() -> str:
    """A digest of what an analyst may change between two runs: the SQL, comments apart, the code lists and the printed
    numbers."""
    folders = ((SQL, "*.sql"), (KODEVERK, "*.csv"), (PRINTED, "*.csv"))
    files = ((folder, path) for folder, pattern in folders for path in sorted(folder.rglob(pattern)))
    return _digest(tuple((folder, path, stamp(path)) for folder, path in files))


@lru_cache(maxsize=1)
def _digest(files: tuple[tuple[Path, Path, tuple[int, ...]], ...]) -> str:
    """Of what the files of the folders say. A run asks sixty times; they are read again when one's stamp is another."""
    digest = hashlib.sha256()
    for folder, path, _ in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        said = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
        digest.update(f"{path.relative_to(folder).as_posix()}\0{said}\0".encode())
    return digest.hexdigest()[:12]


@cache
def code_version() -> str:
    """Version and a digest of everything that decides a result: the code, the SQL, the contracts."""
    digest = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".csv"}:
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return f"{VERSION}+{digest.hexdigest()[:12]}"
