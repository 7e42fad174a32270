"""What the warehouse holds, what it was built from, and what is to be done.

A table is stale of a month when the month's delivery was loaded again after it was built, when its fingerprint is
another than the one it was built by, or when the month was loaded and never built: a run that was killed half way
leaves just that, and the next run picks it up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import duckdb

from pipelines.base.errors import AktivitetError
from pipelines.ingest import identity
from pipelines.model import sql
from pipelines.warehouse.fingerprints import fingerprint

DONE = "utdata.figurer"
"""What is built last: a month is done when readers can see it and its figures are drawn."""
PERSON_MONTHS = "klargjort.person_maaned"
"""What everything readers see follows from: where it is not of what is loaded, nothing is published."""


def loaded_months(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Months with rows in the warehouse, in order."""
    return [row[0] for row in sql.run(con, "kontroll/lastet").fetchall()]


def removed_months(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Loaded months whose delivery, as it was last loaded, has been removed from the landing folder on purpose."""
    return [row[0] for row in sql.run(con, "kontroll/fjernede_maaneder").fetchall()]


def stale_months(con: duckdb.DuckDBPyConnection, table: str = DONE) -> list[date]:
    """Loaded months of which `table` is not built, or was built from an earlier load or by other rules."""
    rows = sql.run(con, "kontroll/foreldet", tabell=table, regler=fingerprint(table)).fetchall()
    return [row[0] for row in rows]


def due(
    con: duckdb.DuckDBPyConnection,
    tables: Iterable[str],
    asked: Iterable[date],
    made_of: Iterable[str] = (),
    *,
    only_stale: bool = False,
) -> list[date]:
    """The months that `tables`, made together, are to be built for: those asked for, and the stale ones of which all
    they are `made_of` is built. `only_stale` leaves out those asked for of which they are built as they are.

    A panel of which some months were counted by other rules, or from deliveries that have been replaced since, would
    be published as one. So a run that is asked for one month brings the others up to date.
    """
    own = {month for table in tables for month in stale_months(con, table)}
    months = set(asked) & own if only_stale else set(asked)
    stale = own - months
    for table in made_of:
        if stale and not table.startswith("kilde."):
            stale -= set(stale_months(con, table))
    return sorted(months | stale)


def remember_key(con: duckdb.DuckDBPyConnection, key: bytes, months: Iterable[date]) -> None:
    """Note by which pseudonym key `months` are being loaded; a fingerprint of the old, fast kind becomes a slow one.

    Raises AktivitetError when other loaded months were loaded by another: nobody would be the same person in both.
    """
    known = is_known(con, key)
    others = set(loaded_months(con)) - set(months)
    if others and known is False:
        raise AktivitetError(
            f"The pseudonym key is not the one {len(others)} months were loaded by: nobody would be the same person"
            " in both, and every course would end. Nothing was changed. Set AKTIVITET_KEY, or put secrets/pseudonym.key"
            " of the home folder back, as it was; or load every month again by this one with `aktivitet key rotate`."
        )
    if known and con.execute("select count(salt) from kilde.pseudonymnokkel").fetchall() == [(1,)]:
        return
    salt = identity.new_salt()
    con.execute("update kilde.pseudonymnokkel set avtrykk = $1, salt = $2", [identity.fingerprint(key, salt), salt])
    if known is None:
        con.execute(
            "insert into kilde.pseudonymnokkel (avtrykk, salt) values ($1, $2)", [identity.fingerprint(key, salt), salt]
        )


def is_known(con: duckdb.DuckDBPyConnection, key: bytes) -> bool | None:
    """Whether what is loaded was loaded by `key`; None when nothing has been loaded."""
    known = con.execute("select avtrykk, salt from kilde.pseudonymnokkel").fetchall()
    return all(identity.is_of(key, *row) for row in known) if known else None


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
