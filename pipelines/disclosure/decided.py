"""What has been decided of the tables of a snapshot, kept as long as it is open. Part of `disclosure`.

A snapshot never changes, so what is hidden of it is decided once: every later question gets the same answer, and at no
cost. Nothing is kept of a database that can be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from weakref import WeakKeyDictionary

import duckdb
import polars as pl

PART = "_del"
"""The part of its table a row was decided with, by name."""
UNCHANGING = "select path from duckdb_databases() where readonly and database_name = current_database()"


class Decided:
    """Rows of tables as they may be shown, part by part."""

    def __init__(self) -> None:
        self._rows: dict[str, pl.DataFrame] = {}

    def of(self, table: str, parts: Iterable[str], decide: Callable[[list[str]], pl.DataFrame]) -> pl.DataFrame:
        """The rows of the `parts` of a table; `decide` gives those of the parts it has not been asked for before.

        These rows have a column `PART`; what is returned does not.
        """
        known = self._rows.get(table)
        missing = set(parts).difference(() if known is None else known[PART].unique())
        if known is None or missing:
            found = decide(sorted(missing))
            self._rows[table] = known = found if known is None else pl.concat([known, found])
        return known.filter(pl.col(PART).is_in(list(parts))).drop(PART)


_of_open: WeakKeyDictionary[duckdb.DuckDBPyConnection, dict[str, Decided]] = WeakKeyDictionary()


def decided(con: duckdb.DuckDBPyConnection) -> Decided:
    """What has been decided of the snapshot that is open in `con`; nothing where it may change."""
    snapshots = con.execute(UNCHANGING).fetchall()
    return _of_open.setdefault(con, {}).setdefault(snapshots[0][0], Decided()) if snapshots else Decided()
