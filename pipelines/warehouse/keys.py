"""The pseudonym key of a home, and a new one in its place.

A rotation lays the new key beside the old and loads a warehouse with it beside the old one; the new warehouse takes the
old one's place in one step, and the key follows. Whoever asks for the key next settles what a killed rotation left, and
the first snapshot by the new key removes those by the old.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipelines.base import progress
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.ingest import deliveries, identity, loading
from pipelines.ingest.deliveries import months_in
from pipelines.warehouse import database, snapshot, state

COMING = "pseudonym.key.ny"
"""The key of a rotation that is not through."""
BESIDE = "ny_nokkel"
"""Where the warehouse of a rotation that is not through is loaded, beside the one in use."""
KEPT = ("kontroll.leveranse", "kontroll.kjoring")
"""What stays on record for ever, whatever the key."""


def current(home: Home, con: duckdb.DuckDBPyConnection) -> bytes:
    """The key that the home's pseudonyms are made with. Raises AktivitetError when it is too short."""
    settle(home, con)
    return identity.pseudonym_key(home.secrets)


def settle(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Put the key of a rotation in its place when the warehouse is loaded by it, and away with it when it is not."""
    shutil.rmtree(_beside(home), ignore_errors=True)
    coming = home.secrets / COMING
    if not coming.exists():
        return
    if state.is_known(con, coming.read_bytes()):
        coming.replace(home.secrets / identity.KEY_FILE)
    else:
        coming.unlink()


def rotate(home: Home) -> list[date]:
    """Give everybody new pseudonyms: load every month again by a new key; returns the months, which are to be built.

    The new key is `AKTIVITET_KEY` where that is set, else one is drawn. Killed before the new warehouse is in place, it
    leaves the home as it was; after that, every month is stale and `materialize` goes on. Snapshots by the old key are
    removed with the first by the new one.

    Raises AktivitetError, and changes nothing, when nothing is loaded, when a loaded delivery is no longer in the
    landing folder, or when `AKTIVITET_KEY` is the key in use; DeliveryRefused when a delivery cannot be taken in.
    """
    with database.claim(home):
        with database.open_warehouse(home) as con:
            settle(home, con)
            months = state.loaded_months(con)
            require_deliveries(con, home.landing, months)
            key = _new_key(home, con)
            history = {table: con.sql(f"from {table}").pl() for table in KEPT}
        beside = Home(_beside(home), landing_folder=home.landing)
        _load(beside, months, key, history, snapshot.next_number(home))
        database.replace(home, beside.warehouse)
        with database.open_warehouse(home) as con:
            settle(home, con)
    return months


def require_deliveries(con: duckdb.DuckDBPyConnection, landing: Path, months: Sequence[date]) -> None:
    """Raise AktivitetError when one of the loaded `months` cannot be read again, and say whether we removed it."""
    if not months:
        raise AktivitetError("Nothing is loaded yet, so there is no key to replace.")
    there, removed = set(months_in(landing)), set(state.removed_months(con))
    for gone, why in (
        ([month for month in months if month not in there and month in removed], "removed after load"),
        ([month for month in months if month not in there and month not in removed], "and nobody has recorded why"),
    ):
        if gone:
            names = ", ".join(map(month_name, gone[:6])) + (" …" if len(gone) > 6 else "")
            raise AktivitetError(
                f"A new key needs every delivery again, and {len(gone)} of {len(months)} are no longer in the landing"
                f" folder ({names}: {why}). Nothing was changed. Put them back, and run again."
            )


def _new_key(home: Home, con: duckdb.DuckDBPyConnection) -> bytes:
    if os.environ.get("AKTIVITET_KEY"):
        key = identity.pseudonym_key(home.secrets)
        if state.is_known(con, key):
            raise AktivitetError(
                "AKTIVITET_KEY is the key everything is loaded by; set it to the new one, and run again."
            )
        return key
    identity.write_once(home.secrets / COMING, identity.new_key())
    return identity.key_in(home.secrets / COMING)


def _load(beside: Home, months: Sequence[date], key: bytes, history: dict[str, pl.DataFrame], number: int) -> None:
    """A warehouse of the deliveries by `key`, whose snapshots begin at `number`."""
    with database.open_warehouse(beside, spill=False) as con:
        opened = deliveries.open_all(beside.landing, months)
        with database.transaction(con):
            for table, rows in history.items():
                con.register("historien", rows)
                con.execute(f"insert into {table} by name from historien")
                con.unregister("historien")
            state.remember_key(con, key, months)
            con.execute("update kilde.pseudonymnokkel set forste_snapshot = $1", [number])
            loading.load(con, opened, key, progress.report)
            state.synthetic_share(con)
        con.execute("checkpoint")


def _beside(home: Home) -> Path:
    return home.warehouse.parent / BESIDE
