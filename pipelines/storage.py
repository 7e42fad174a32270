"""Dagster's own SQLite storage, with the events of many months stored in one transaction.

A run over 82 months reports thousands of events, one for every asset and month. Dagster's SQLite storage opens,
commits and closes two files for each, which took longer than building the months. Here a batch of events shares
one connection and one commit a file; everything else is Dagster's. Batches are formed when DAGSTER_EVENT_BATCH_SIZE
is set, which `pipelines.run` does; without it this is the plain storage.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection

BATCH_SIZE = "10000"


class BatchedEventLog(SqliteEventLogStorage):
    """Dagster's event log that stores a batch in one transaction."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._open: dict[str, Connection] = {}
        super().__init__(base_dir, inst_data)
        # Dagster takes its lock for each connection; a batch holds two at once.
        self._db_lock = threading.RLock()  # type: ignore[assignment]

    @property
    def supports_partition_subset_in_asset_materialization_planned_events(self) -> bool:
        """One event says what a run plans for an asset, not one for each of its months."""
        return True

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store the events of one run in one transaction for the run's file and one for the index."""
        with self._kept(events[0].run_id), self._kept(INDEX_SHARD_NAME):
            for event in events:
                self.store_event(event)

    @contextmanager
    def _kept(self, shard: str) -> Iterator[None]:
        with super()._connect(shard) as connection:
            self._open[shard] = connection
            try:
                yield
            finally:
                del self._open[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        if shard in self._open:
            yield self._open[shard]
        else:
            with super()._connect(shard) as connection:
                yield connection


class BatchedSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage with the event log above."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = BatchedEventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> "BatchedSqliteStorage":
        return cls.from_local(inst_data=inst_data, **config_value)
