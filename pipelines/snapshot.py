"""Snapshots: what readers see. Each is a new file, never overwritten; a pointer names the current one.

A writer at work never blocks a reader, nor a reader a writer, and a reader keeps the snapshot it opened.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from pipelines import comments
from pipelines.errors import AktivitetError
from pipelines.home import Home

SCHEMAS = ("klargjort", "statistikk", "kodeverk", "kontroll")
KEPT = 5
POINTER = "gjeldende.json"
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
}
"""Given at opening: connections of one process share what is open, and what is locked cannot be set again."""
FILE = re.compile(r"(\d{6})-[0-9a-f]+\.duckdb")


class Snapshot:
    """A read-only connection to one snapshot. Behaves as a DuckDB connection and knows its `id`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, snapshot_id: str) -> None:
        self.con = con
        self.id = snapshot_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self.con, name)

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.con.close()

    def __repr__(self) -> str:
        return f"<snapshot {self.id}>"


def connect(home: Home | None = None, *, snapshot_id: str | None = None) -> Snapshot:
    """Open the current snapshot (or an earlier one that is still kept) for reading.

    The connection can read nothing else: no files, no network, no settings. Raises AktivitetError when there
    is no snapshot yet.
    """
    folder = (home or Home.from_environment()).snapshots
    while True:
        wanted = snapshot_id or current_id(folder)
        if wanted is None:
            raise AktivitetError("There is no snapshot yet; run `aktivitet materialize` first.")
        try:
            con = duckdb.connect(str(folder / f"{wanted}.duckdb"), read_only=True, config=CLOSED)
        except duckdb.IOException:
            # Cleared away between reading the pointer and opening: there is a newer one.
            if snapshot_id or current_id(folder) == wanted:
                raise AktivitetError(f"Snapshot {wanted} cannot be opened.") from None
            continue
        return Snapshot(con, wanted)


def last_month(reader: Snapshot) -> date:
    """The latest month with results. Raises AktivitetError when there is none."""
    found = reader.execute("select max(maaned) from statistikk.tverrsnitt").fetchall()[0][0]
    if found is None:
        raise AktivitetError("The snapshot has no months yet; run `aktivitet materialize` first.")
    return date(found.year, found.month, 1)


def current_id(folder: Path) -> str | None:
    """The id of the current snapshot, or None before the first."""
    pointer = folder / POINTER
    return str(json.loads(pointer.read_text())["snapshot"]) if pointer.is_file() else None


def publish(home: Home, con: duckdb.DuckDBPyConnection, kjoring_id: str) -> str:
    """Copy what readers may see from the warehouse `con` to a new file, then move the pointer to it.

    Returns the id. Killed or out of disk half way, it leaves the pointer and the earlier snapshots alone.
    """
    folder = home.snapshots
    for left_behind in (*folder.glob("*.under_arbeid*"), *folder.glob(f"{POINTER}.*")):
        left_behind.unlink()
    number = int(_ids(folder)[-1][:6]) + 1 if _ids(folder) else 1
    snapshot_id = f"{number:06d}-{kjoring_id}"
    unfinished = folder / f"{snapshot_id}.under_arbeid"
    try:
        con.execute(f"attach '{unfinished}' as snapshot")
        try:
            _copy(con)
        finally:
            con.execute("detach snapshot")
        unfinished.chmod(0o600)
        unfinished.rename(folder / f"{snapshot_id}.duckdb")
    finally:
        for rest in folder.glob(f"{snapshot_id}.under_arbeid*"):
            rest.unlink()
    _point(folder, snapshot_id)
    clear(folder)
    return snapshot_id


def clear(folder: Path) -> list[str]:
    """Remove all but the last five snapshots, leaving alone any that somebody has open; returns the removed."""
    removed = [name for name in _ids(folder)[:-KEPT] if not _is_open(folder / f"{name}.duckdb")]
    for name in removed:
        (folder / f"{name}.duckdb").unlink()
    return removed


def _ids(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir() if FILE.fullmatch(path.name))


def _copy(con: duckdb.DuckDBPyConnection) -> None:
    for schema in SCHEMAS:
        con.execute(f"create schema snapshot.{schema}")
    for table in _tables(con):
        con.execute(f"create table snapshot.{table} as from {table}")
        comments.comment(con, table, catalog="snapshot")


def _tables(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where database_name = current_database() and schema_name in (select unnest($1)) order by 1",
        [list(SCHEMAS)],
    ).fetchall()
    return (row[0] for row in found)


def _point(folder: Path, snapshot_id: str) -> None:
    beside = folder / f"{POINTER}.{os.getpid()}"
    beside.write_text(json.dumps({"snapshot": snapshot_id}) + "\n")
    beside.chmod(0o600)
    beside.replace(folder / POINTER)


def _is_open(path: Path) -> bool:
    """Readers in other processes hold a shared lock on the file (DuckDB); try for an exclusive one."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
