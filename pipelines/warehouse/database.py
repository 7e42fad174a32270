"""The warehouse: one DuckDB file, one writer, every change a transaction.

DuckDB lets one process open the file for writing. A run claims the house for as long as it lasts, and keeps the file
open from the first time it asks for it; a second run is told so in plain words. What is built here from which load of
which month is on record in `kontroll.bygg`, so that a month whose delivery has been replaced, or whose build was cut
short, is known to be stale. What fills its tables stands in `tables`.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TypeVar

import duckdb

from pipelines.base.errors import Busy
from pipelines.base.home import Home
from pipelines.base.machine import MEMORY_GB, machine_memory
from pipelines.ingest import delivered
from pipelines.model.contracts import create_kilde, kodeverk_sums, load_kodeverk
from pipelines.warehouse import migration

PATIENCE = 30
"""Seconds that the file is waited for: someone who only looks (`aktivitet status`) has it open for a moment."""
LAYERS = ("kilde", "klargjort", "statistikk", "karantene", "kontroll", "kodeverk")

TABLES = """
create table if not exists kontroll.leveranse (leveranse varchar, uttrekk varchar, lest bigint, lastet bigint,
    duplikat bigint, skjermet bigint, karantene bigint, sha256 varchar, kontrakt_versjon varchar,
    lastet_tid timestamp);
alter table kontroll.leveranse add column if not exists grunn varchar;
create table if not exists kontroll.uttrekk_maaned (maaned date, uttrekk varchar, levert boolean, grunn varchar);
create table if not exists kontroll.manglende_kolonne (leveranse varchar, uttrekk varchar, kolonne varchar,
    rader bigint);
create table if not exists kontroll.ekstra_kolonne (leveranse varchar, uttrekk varchar, kolonne varchar);
create table if not exists kontroll.opphav (leveranse varchar, syntetisk_andel double, syntetisk_seed bigint);
create table if not exists kontroll.kodeverk (liste varchar, sha256 varchar);
create table if not exists kontroll.kjoring (kjoring_id varchar, kodeversjon varchar, maaneder varchar[],
    leveranser varchar[]);
create table if not exists kontroll.bygg (maaned date, tabell varchar, lastet_tid timestamp,
    regler varchar, kjoring_id varchar);
alter table kontroll.bygg add column if not exists regler varchar;
create table if not exists kilde.pseudonymnokkel (avtrykk varchar);
alter table kilde.pseudonymnokkel add column if not exists salt blob;
alter table kilde.pseudonymnokkel add column if not exists forste_snapshot integer;
create table if not exists kontroll.fjernet (leveranse varchar, lastet_tid timestamp);
create table if not exists karantene.rader (leveranse varchar, uttrekk varchar, radnummer bigint, regel varchar,
    kolonne varchar, kontrakt_versjon varchar, innhold varchar);
"""


BUSY = "Another run is writing to the warehouse; try again when it is done."
T = TypeVar("T")
Config = dict[str, str | bool | int | float | list[str]]


class _File:
    """The warehouse's file, open from when it is first asked for until it is closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._con: duckdb.DuckDBPyConnection | None = None
        self._spill = True

    def connection(self, *, spill: bool) -> duckdb.DuckDBPyConnection:
        """A connection of its own to the file: what it leaves undone or temporary goes when it is closed."""
        if self._spill != spill:
            self.close()  # DuckDB cannot be told to spill elsewhere once it has.
        if self._con is None:
            self._con, self._spill = _opened(self._path, spill), spill
        own = self._con.cursor()
        own.execute(f"set memory_limit = '{_memory_limit(self._path)}'")
        with transaction(own):
            _load_changed_kodeverk(own)
        return own

    def close(self) -> None:
        if self._con is not None:
            self._con.close()
            self._con = None


_claimed: dict[Path, _File] = {}
"""The claims of this process, each with its file."""


@contextmanager
def claim(home: Home, patience: float = 2) -> Iterator[None]:
    """Be the one who writes, for as long as this lasts; within it the same process may claim again.

    The warehouse is opened when it is first asked for, and then stays open: to open it takes longer than many a step
    of a run. The lock is the system's: it goes with the process, however that ends. Raises Busy when another process
    still has it after `patience` seconds.
    """
    path = home.warehouse
    if path in _claimed:
        yield
        return
    with path.with_name("skriver.lock").open("w") as lock, closing(_File(path)) as file:
        _wait_for(lambda: _lock(lock), patience)
        _claimed[path] = file
        try:
            yield
        finally:
            del _claimed[path]


def replace(home: Home, new: Path) -> None:
    """Put another warehouse file, which nobody has open, in the place of the one this process has claimed.

    Readers of the old one by its handle keep it; whoever opens the warehouse from then on opens the new one.
    """
    path = home.warehouse
    with open_warehouse(home) as con:
        con.execute("checkpoint")  # Or what stands in the log of the old file would be read into the new one.
    new.replace(path)
    _claimed[path].close()


def is_claimed(home: Home) -> bool:
    """Whether another process is at work."""
    try:
        with claim(home, patience=0):
            return False
    except Busy:
        return True


def _lock(file: IO[str]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(BUSY) from None


def _open(path: Path, config: Config) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), config=config)
    except duckdb.IOException as error:
        if "lock" not in str(error).lower():
            raise
        raise Busy(BUSY) from None


def _wait_for(get: Callable[[], T], patience: float) -> T:
    """What `get` returns, asked again until `patience` seconds have gone. Raises Busy."""
    end = time.monotonic() + patience
    while True:
        try:
            return get()
        except Busy:
            if time.monotonic() >= end:
                raise
        time.sleep(0.1)


def memory(size: int) -> int:
    """Bytes that DuckDB may use of a warehouse of `size` bytes: two gigabytes, or as much as it is large; never more
    than half the machine's. What is more is spilled, but not everything can be (DuckDB: windows, distinct counts)."""
    return max(MEMORY_GB * 10**9, min(size, machine_memory() // 2))


def _memory_limit(path: Path) -> str:
    """As DuckDB takes it, of a warehouse as large as it is now."""
    return f"{memory(path.stat().st_size if path.exists() else 0)} B"


@contextmanager
def open_warehouse(home: Home, *, spill: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing, with its fixed tables and today's code lists in place.

    Raises Busy when another process has it open. Nothing is fetched from outside. What does not fit in memory
    is spilled beside the file, except where rows still carry identities (`spill=False`).
    """
    kept = _claimed.get(home.warehouse)
    with (
        nullcontext(kept) if kept else closing(_File(home.warehouse)) as file,
        closing(file.connection(spill=spill)) as con,
    ):
        yield con


def _opened(path: Path, spill: bool) -> duckdb.DuckDBPyConnection:
    """The file, opened and prepared. Raises Busy."""
    config: Config = {
        "memory_limit": _memory_limit(path),
        "temp_directory": str(path.parent / "spill") if spill else "",
        # Rows of a table have no order but the one a statement asks for, and writing them can use both cores.
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if not spill:
        # At the door DuckDB takes all files for as large as the first, and would hold their rows in memory and run the
        # persons past them: joins are made as they are written.
        config["disabled_optimizers"] = "build_side_probe_side"
    con = _wait_for(lambda: _open(path, config), PATIENCE)
    try:
        path.chmod(0o600)
        prepare(con)
    except BaseException:
        con.close()
        raise
    return con


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the layers and the fixed tables where they are not there yet, or have not all their columns, and load
    today's code lists. What an earlier version or earlier contracts have left is kept, and what it lacked is said in a
    line of the log, which the command line shows.

    Raises AktivitetError when a column of a contract has changed its type.
    """
    with transaction(con):
        before = migration.columns(con)
        for layer in LAYERS:
            con.execute(f"create schema if not exists {layer}")
        create_kilde(con)
        con.execute(TABLES)
        _load_changed_kodeverk(con)
        migration.name_editions(con)
        delivered.note(con)
        migration.tell(before, migration.columns(con))


def _load_changed_kodeverk(con: duckdb.DuckDBPyConnection) -> None:
    """Load the code lists when one of them is another than the one loaded: every step of a run asks."""
    today = kodeverk_sums()
    if dict(con.execute("select liste, sha256 from kontroll.kodeverk").fetchall()) == today:
        return
    load_kodeverk(con)
    con.execute("delete from kontroll.kodeverk")
    con.executemany("insert into kontroll.kodeverk values ($1, $2)", list(today.items()))


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing: commits at the end, rolls back on any exception."""
    con.execute("begin")
    try:
        yield
    except BaseException:
        con.execute("rollback")
        raise
    con.execute("commit")
