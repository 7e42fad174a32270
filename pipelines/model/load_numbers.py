"""The numbers of loads: which of a month's loads is the current one.

A number decides, and never the clock, which may have been set back between two loads; `lastet_tid` is for people.
"""

from __future__ import annotations

import duckdb

NEXT = "select coalesce(max(lastet_nr), 0) + 1 from kontroll.leveranse"
UNNUMBERED = (
    "from duckdb_columns() where database_name = current_database() and schema_name = 'kontroll'"
    " and table_name = 'bygg' and column_name = 'lastet_tid'"
)
NUMBER = """
alter table kontroll.leveranse add column if not exists lastet_nr bigint;
update kontroll.leveranse set lastet_nr = numre.nr
from (select lastet_tid, dense_rank() over (order by lastet_tid) as nr from kontroll.leveranse) as numre
where leveranse.lastet_tid = numre.lastet_tid;
alter table kontroll.bygg add column if not exists lastet_nr bigint;
update kontroll.bygg set lastet_nr = lastinger.lastet_nr
from kontroll.leveranse as lastinger where bygg.lastet_tid = lastinger.lastet_tid;
alter table kontroll.bygg drop column lastet_tid;
"""


def next_number(con: duckdb.DuckDBPyConnection) -> int:
    """Higher than that of any load on record; what is on record is never removed."""
    return int(con.execute(NEXT).fetchall()[0][0])


def number_earlier_loads(con: duckdb.DuckDBPyConnection) -> None:
    """Number the loads of a warehouse made before loads had numbers, in the order of their times, all that is known."""
    if con.execute(UNNUMBERED).fetchall():
        con.execute(NUMBER)
