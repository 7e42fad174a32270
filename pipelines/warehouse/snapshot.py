"""Snapshots: what readers see. Each is a new file, never overwritten; a pointer names the current one.

A writer at work never blocks a reader, nor a reader a writer, and a reader keeps the snapshot it opened.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from pipelines.base import durable
from pipelines.base.errors import AktivitetError, Damaged
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import derived, descriptions
from pipelines.model.derived import MONTHLY
from pipelines.warehouse import state
from pipelines.warehouse.database import transaction

SCHEMAS = ("klargjort", "statistikk", "kodeverk", "kontroll")
RECORD = "kontroll.bygg"
KEPT = 5
POINTER = "gjeldende.json"
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
    # Or a file of another kind has DuckDB look for an extension, outside.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Given at opening: connections of one process share what is open, and what is locked cannot be set again."""
ANEW = "`aktivitet materialize` then publishes what the warehouse holds."
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
    is no snapshot yet, and Damaged when what is there is none.
    """
    folder = (home or Home.from_environment()).snapshots
    while True:
        wanted = snapshot_id or current_id(folder)
        if wanted is None:
            raise AktivitetError("There is no snapshot yet; run `aktivitet materialize` first.")
        try:
            con = duckdb.connect(str(folder / f"{wanted}.duckdb"), read_only=True, config=CLOSED)
        except duckdb.Error:
            # Cleared away between reading the pointer and opening: there is a newer one.
            if snapshot_id or current_id(folder) == wanted:
                raise cannot_be_opened(folder / f"{wanted}.duckdb") from None
            continue
        return Snapshot(con, wanted)


def cannot_be_opened(path: Path) -> AktivitetError:
    """What to say of a snapshot that is damaged or gone."""
    if not path.exists():
        return AktivitetError(f"Snapshot {path.stem} cannot be opened: {path} is gone. {ANEW}")
    return Damaged(f"Snapshot {path.stem} cannot be opened: the file", path, f"Remove it. {ANEW}")


def is_readable(home: Home) -> bool:
    """Whether there is a current snapshot that can be opened."""
    try:
        with connect(home):
            return True
    except AktivitetError:
        return False


def last_month(reader: Snapshot) -> date:
    """The latest month with results. Raises AktivitetError when there is none."""
    found = reader.execute("select max(maaned) from statistikk.tverrsnitt").fetchall()[0][0]
    if found is None:
        raise AktivitetError("The snapshot has no months yet; run `aktivitet materialize` first.")
    return date(found.year, found.month, 1)


def current_id(folder: Path) -> str | None:
    """The id of the current snapshot, or None before the first. Raises Damaged when the pointer names none."""
    pointer = folder / POINTER
    try:
        named = json.loads(pointer.read_bytes())["snapshot"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        named = None
    if not isinstance(named, str) or not FILE.fullmatch(f"{named}.duckdb"):
        raise Damaged("The pointer to the current snapshot", pointer, f"Remove it. {ANEW}")
    return named


def publish(home: Home, con: duckdb.DuckDBPyConnection, kjoring_id: str) -> str:
    """Make a new file of what readers may see of the warehouse `con`, then move the pointer to it.

    Where most months are as in the current one, the new file begins as a copy of it and only what has been built since
    is replaced. Returns the id. Killed or out of disk half way, it leaves the pointer and the earlier snapshots alone.

    Raises AktivitetError when a loaded month is not built by today's rules: readers would see it as it was beside what
    was counted of it since.
    """
    if stale := state.stale_months(con, state.PERSON_MONTHS):
        names = ", ".join(map(month_name, stale[:6])) + (" …" if len(stale) > 6 else "")
        raise AktivitetError(
            f"{len(stale)} loaded months are not built as they are ({names}), so nothing was published:"
            " run `aktivitet materialize`, which builds whatever is stale."
        )
    folder = home.snapshots
    for left_behind in (*folder.glob("*.under_arbeid*"), *folder.glob(f"{POINTER}.*")):
        left_behind.unlink()
    number = int(_ids(folder)[-1][:6]) + 1 if _ids(folder) else 1
    snapshot_id = f"{number:06d}-{kjoring_id}"
    unfinished = folder / f"{snapshot_id}.under_arbeid"
    try:
        _write(con, unfinished, _current_file(folder))
        unfinished.chmod(0o600)
        durable.replace(unfinished, folder / f"{snapshot_id}.duckdb")
    finally:
        for rest in folder.glob(f"{snapshot_id}.under_arbeid*"):
            rest.unlink()
    _point(folder, snapshot_id)
    clear(folder)
    return snapshot_id


def _current_file(folder: Path) -> Path | None:
    try:
        current = current_id(folder)
    except Damaged:
        return None  # It is about to be replaced.
    return None if current is None else folder / f"{current}.duckdb"


def _write(con: duckdb.DuckDBPyConnection, path: Path, current: Path | None) -> None:
    """Write the snapshot, beginning from the current one where that is worth it and it is whole."""
    if current is not None and _copy(con, current, path):
        try:
            with _attached(con, path), transaction(con):
                _bring_up_to_date(con, _unchanged(con))
        except duckdb.Error:
            # Damaged where nobody had looked yet: made from the warehouse alone, or there is another reason.
            path.unlink()
        else:
            return
    with _attached(con, path), transaction(con):
        _bring_up_to_date(con, {})


def clear(folder: Path) -> list[str]:
    """Remove all but the last five snapshots, leaving alone any that somebody has open; returns the removed."""
    removed = [name for name in _ids(folder)[:-KEPT] if not _is_open(folder / f"{name}.duckdb")]
    for name in removed:
        (folder / f"{name}.duckdb").unlink()
    return removed


def _ids(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir() if FILE.fullmatch(path.name))


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    con.execute("attach $1 as snapshot", [str(path)])
    try:
        yield
    finally:
        con.execute("detach snapshot")


def _copy(con: duckdb.DuckDBPyConnection, current: Path, path: Path) -> bool:
    """Whether `current` can be read and most of its months hold; `path` is then a copy of it, else not there."""
    try:
        shutil.copyfile(current, path)
        with _attached(con, path):
            (months,) = con.execute(f"select count(distinct maaned) from {RECORD}").fetchall()[0]
            most = all(2 * len(kept) > months for kept in _unchanged(con).values())
    except (FileNotFoundError, duckdb.Error):
        # Somebody has removed or damaged it: the next one is made from the warehouse alone.
        most = False
    if not most:
        path.unlink(missing_ok=True)
    return most


def _unchanged(con: duckdb.DuckDBPyConnection) -> dict[str, list[date]]:
    """Tables built by the month → the months that the attached snapshot has of the very build the warehouse has."""
    there, wanted = _tables(con, "snapshot"), _tables(con)
    same = {table for table in there.keys() & wanted.keys() if there[table] == wanted[table]}
    known = same if RECORD in same else set()
    unchanged = f"from (from {RECORD} where tabell = $1 intersect from snapshot.{RECORD}) select maaned"
    return {
        table: [row[0] for row in con.execute(unchanged, [table]).fetchall()] if table in known else []
        for table in wanted.keys() & {table.name for table in derived.built(MONTHLY)}
    }


def _bring_up_to_date(con: duckdb.DuckDBPyConnection, unchanged: dict[str, list[date]]) -> None:
    """Make the tables of the attached snapshot those of the warehouse, leaving alone the `unchanged` months."""
    for schema in SCHEMAS:
        con.execute(f"create schema if not exists snapshot.{schema}")
    wanted = _tables(con)
    for table in _tables(con, "snapshot").keys() - wanted.keys():
        con.execute(f"drop table snapshot.{table}")
    for table in wanted:
        months = unchanged.get(table)
        if months:
            con.execute(f"delete from snapshot.{table} where maaned not in (select unnest($1))", [months])
            con.execute(f"insert into snapshot.{table} from {table} where maaned not in (select unnest($1))", [months])
        else:
            con.execute(f"create or replace table snapshot.{table} as from {table}")
        descriptions.comment(con, table, catalog="snapshot")


def _tables(con: duckdb.DuckDBPyConnection, catalog: str | None = None) -> dict[str, list[tuple[str, str]]]:
    """Tables that readers may see (`schema.table`) → their columns, with types."""
    found = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = coalesce($1, current_database()) and schema_name in (select unnest($2))"
        " order by schema_name, table_name, column_index",
        [catalog, list(SCHEMAS)],
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, of in found:
        tables.setdefault(table, []).append((column, of))
    return tables


def _point(folder: Path, snapshot_id: str) -> None:
    beside = folder / f"{POINTER}.{os.getpid()}"
    beside.write_text(json.dumps({"snapshot": snapshot_id}) + "\n")
    beside.chmod(0o600)
    durable.replace(beside, folder / POINTER)


def _is_open(path: Path) -> bool:
    """Readers in other processes hold a shared lock on the file (DuckDB); try for an exclusive one."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
