"""Dagster's own SQLite storage, with the events of many months stored in one transaction.

A run over 82 months reports thousands of events, one for every asset and month. Dagster's SQLite storage opens,
commits and closes two files for each, and compiles its statements anew each time, which took longer than building the
months. Here a batch of events is one statement a file; everything else is Dagster's. Batches are formed when
DAGSTER_EVENT_BATCH_SIZE is set, which `orchestration.runs` does; without it this is the plain storage.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqlEventLogStorageTable, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from dagster._utils.concurrency import ConcurrencyClaimStatus
from dagster._utils.interrupts import pop_captured_interrupt
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.event import listen

from pipelines.base import progress
from pipelines.base.errors import AktivitetError

BATCH_SIZE = "10000"
KEPT_ENGINES = 4
"""The index and the files of the latest runs."""
ASKED_AGAIN = 0.5
"""Seconds between two tries to be let into a pool that is full."""


class BatchedEventLog(SqliteEventLogStorage):
    """Dagster's event log that stores a batch in one transaction."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._tables: set[str] = set()
        self._engine = lru_cache(maxsize=KEPT_ENGINES)(self._make_engine)
        super().__init__(base_dir, inst_data)

    def _make_engine(self, shard: str) -> Engine:
        timeout = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        engine = create_engine(self.conn_string_for_shard(shard), connect_args=timeout)
        listen(engine, "connect", _sync_at_checkpoints)
        return engine

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """As Dagster's, but with an engine that is kept, and with it its connection and what it has compiled."""
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.connect() as connection, connection.begin():
                yield connection

    @property
    def supports_partition_subset_in_asset_materialization_planned_events(self) -> bool:
        """One event says what a run plans for an asset, not one for each of its months."""
        return True

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one run: one statement for the run's file, and one transaction for the index.

        What is last known of an asset is written once for each asset, from the last of its events.
        """
        rows = [(event, self._event_to_row(event)) for event in events]
        with self.run_connection(events[0].run_id) as connection:
            connection.execute(SqlEventLogStorageTable.insert(), [row for _, row in rows])
        with self.index_transaction() as connection:
            told = self._mirror(connection, [one for one in rows if one[0].dagster_event_type in ASSET_EVENTS])
            self._store_asset_event_tags(connection, [event for event, _ in told], [id_ for _, id_ in told])
            last = {str(event.get_dagster_event().asset_key): (event, id_) for event, id_ in told}
            for event, id_ in last.values():
                self._store_asset_event(connection, event, id_)
            checked = [one for one in rows if one[0].dagster_event_type in ASSET_CHECK_EVENTS]
            checks = self._mirror(connection, checked)
        for event, id_ in checks:
            self.store_asset_check_event(event, id_)

    def _mirror(
        self, connection: Connection, rows: Sequence[tuple[EventLogEntry, dict[str, Any]]]
    ) -> list[tuple[EventLogEntry, int]]:
        """Insert the events, each with its row, in the index; returns them with their ids there."""
        if not rows:
            return []
        insert = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
        ids = connection.execute(insert, [row for _, row in rows]).scalars().all()
        return [(event, id_) for (event, _), id_ in zip(rows, ids, strict=True)]

    def claim_concurrency_slot(
        self, concurrency_key: str, run_id: str, step_key: str, priority: int | None = None
    ) -> ConcurrencyClaimStatus:
        """As Dagster's, but what has to wait says so, and hears that it is told to stop.

        Raises AktivitetError when the pool has room for none, which Dagster would wait for without end, and
        DagsterExecutionInterruptedError after a Ctrl-C or a SIGTERM, which it would not look for while it waits.
        """
        status: ConcurrencyClaimStatus = super().claim_concurrency_slot(concurrency_key, run_id, step_key, priority)
        if status.is_claimed:
            return status
        if self.get_concurrency_info(concurrency_key).slot_count < 1:
            self.free_concurrency_slots_for_run(run_id)
            raise AktivitetError(
                f"Dagster's pool «{concurrency_key}» has a limit of 0, so nothing can be built. Set it to 1"
                " (`aktivitet ui`, Deployment, Concurrency) and run again."
            )
        if pop_captured_interrupt():
            self.free_concurrency_slots_for_run(run_id)
            raise DagsterExecutionInterruptedError
        progress.report(f"waiting for another run to leave the pool «{concurrency_key}»", 0, 1)
        time.sleep(ASKED_AGAIN)  # Here, since Dagster asks its own clock all the while, without a pause.
        again: ConcurrencyClaimStatus = status.with_sleep_interval(0.0)
        return again

    def has_table(self, table_name: str) -> bool:
        """Whether the index has the table; a table that is there is not asked for again."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables


def _sync_at_checkpoints(connection: DBAPIConnection, _: object) -> None:
    """Not wait for the disk at each event: with a write-ahead log, as Dagster's files have, a process that is killed
    still loses nothing, and a machine that stops the latest events at most."""
    connection.cursor().execute("pragma synchronous = normal")


class BatchedSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage with the event log above."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = BatchedEventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> "BatchedSqliteStorage":
        return cls.from_local(inst_data=inst_data, **config_value)
