"""Snapshots: what readers see. Each is a new file, never overwritten; a pointer names the current one.

A writer at work never blocks a reader, nor a reader a writer, and a reader keeps the snapshot it opened. There are two
of each, with one id: the full one, for those who run the register, and the one for analysis (analyse.py), which is
what a notebook gets.
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

from pipelines.base import sharing
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.model import derived, descriptions
from pipelines.model.derived import MONTHLY
from pipelines.warehouse import analyse, state
from pipelines.warehouse.database import transaction

SCHEMAS = ("klargjort", "statistikk", "kodeverk", "kontroll")
RECORD = "kontroll.bygg"
KEPT = 5
POINTER = "gjeldende.json"
CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "lock_configuration": True,
}
"""Given at opening: connections of one process share what is open, and what is locked cannot be set again."""
ROLES = {"drift": True, "analyse": False}
"""What `AKTIVITET_ROLE` may be → whether it opens the full snapshot."""
FILE = re.compile(r"(\d{6})-[0-9a-f]+\.duckdb")


class Snapshot:
    """A read-only connection to one snapshot. Behaves as a DuckDB connection and knows its `id`, and whether it is
    the `full` one."""

    def __init__(self, con: duckdb.DuckDBPyConnection, snapshot_id: str, *, full: bool) -> None:
        self.con = con
        self.id = snapshot_id
        self.full = full

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


def connect(home: Home | None = None, *, snapshot_id: str | None = None, full: bool | None = None) -> Snapshot:
    """Open the current snapshot for analysis (or an earlier one that is still kept) for reading; the `full` one when
    asked for, or when `AKTIVITET_ROLE` is `drift`.

    The connection can read nothing else: no files, no network, no settings. Raises AktivitetError when there
    is no snapshot yet, when this account may not read it, and when `AKTIVITET_ROLE` is no role.
    """
    home = home or Home.from_environment()
    full = _is_operator() if full is None else full
    try:
        folder = home.snapshots if full else home.analyse
        return _open(folder, snapshot_id, full=full)
    except PermissionError:
        which = "full snapshots" if full else "snapshots for analysis"
        raise AktivitetError(
            f"This account may not read the {which}; docs/personvern.md says which account needs what."
        ) from None


def _open(folder: Path, snapshot_id: str | None, *, full: bool) -> Snapshot:
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
        return Snapshot(con, wanted, full=full)


def _is_operator() -> bool:
    role = os.environ.get("AKTIVITET_ROLE") or "analyse"
    if role not in ROLES:
        raise AktivitetError(f"AKTIVITET_ROLE is {role}; it may be {' or '.join(ROLES)}.")
    return ROLES[role]


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
    folders = home.snapshots, home.analyse
    for folder in folders:
        for left_behind in (*folder.glob("*.under_arbeid*"), *folder.glob(f"{POINTER}.*")):
            left_behind.unlink()
    snapshot_id = f"{next_number(home):06d}-{kjoring_id}"
    full, analysed = (folder / f"{snapshot_id}.under_arbeid" for folder in folders)
    try:
        current = current_id(home.snapshots)
        copied = current is not None and _copy(con, home.snapshots / f"{current}.duckdb", full)
        with _attached(con, full), transaction(con):
            _bring_up_to_date(con, _unchanged(con) if copied else {})
        # Made anew each time: of a table that is replaced in a file, the rows stay in it until others need the room.
        with _attached(con, analysed), transaction(con):
            analyse.fill(con, "snapshot", {table: [name for name, _ in of] for table, of in _tables(con).items()})
        for unfinished in (analysed, full):
            unfinished.chmod(0o600)
        sharing.share(analysed)
        for unfinished in (analysed, full):
            unfinished.rename(unfinished.with_suffix(".duckdb"))
    finally:
        for folder in folders:
            for rest in folder.glob(f"{snapshot_id}.under_arbeid*"):
                rest.unlink()
    _point(home.analyse, snapshot_id)
    sharing.share(home.analyse / POINTER)
    _point(home.snapshots, snapshot_id)
    first = con.execute("select max(forste_snapshot) from kilde.pseudonymnokkel").fetchall()[0][0]
    for folder in folders:
        clear(folder, first or 0)
    return snapshot_id


def next_number(home: Home) -> int:
    """The number the next snapshot gets, higher than any there is."""
    ids = [*_ids(home.snapshots), *_ids(home.analyse)]
    return max((int(name[:6]) for name in ids), default=0) + 1


def clear(folder: Path, first: int = 0) -> list[str]:
    """Remove all but the last five snapshots, leaving alone any that somebody has open; returns the removed.

    Those before number `first` are of an earlier pseudonym key, and are removed whoever has them open.
    """
    ids = _ids(folder)
    old = [name for name in ids if int(name[:6]) < first]
    many = [name for name in ids[:-KEPT] if name not in old and not _is_open(folder / f"{name}.duckdb")]
    for name in old + many:
        (folder / f"{name}.duckdb").unlink()
    return old + many


def _ids(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir() if FILE.fullmatch(path.name))


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    con.execute(f"attach '{path}' as snapshot")
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
        descriptions.comment(con, table, "snapshot", [name for name, _ in wanted[table]])


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
    beside.replace(folder / POINTER)


def _is_open(path: Path) -> bool:
    """Readers in other processes hold a shared lock on the file (DuckDB); try for an exclusive one."""
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False
