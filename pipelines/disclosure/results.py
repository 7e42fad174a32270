"""What a report reads: every published table it asks for once, and the same rows to all that ask again."""

from __future__ import annotations

import duckdb
import polars as pl

from pipelines.disclosure.publish import Filter, published


class Results:
    """The published tables of one snapshot, as `published` gives them. Summary, tables, figures and texts of a report
    are handed the same one, so they cannot say different things of the same number."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        """For what is no count of persons: which register, which runs, which code lists."""
        self._read: dict[tuple[object, ...], pl.DataFrame] = {}

    def __call__(self, table: str, **filters: Filter) -> pl.DataFrame:
        """As `published(con, table, **filters)`."""
        key = (table, *sorted((name, repr(value)) for name, value in filters.items()))
        if key not in self._read:
            self._read[key] = published(self.con, table, **filters)
        return self._read[key]

    def has(self, table: str) -> bool:
        """Whether the snapshot has the table: one made before there was such a table has not."""
        schema, _, name = table.partition(".")
        there = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
        return bool(self.con.execute(there, [schema, name]).fetchall())
