"""Dagster's events on disk: what spares waiting for it must not cost the file."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from pipelines.orchestration.storage import BatchedEventLog

NORMAL = 1


def test_only_a_file_with_a_log_ahead_of_it_is_spared_waiting_for_the_disk(tmp_path: Path) -> None:
    """Without the log a machine that stops could leave a broken file."""
    log = BatchedEventLog(str(tmp_path))
    for connected in (log.index_connection(), log.run_connection("a-run")):
        with connected as connection:
            assert connection.execute(text("select count(*) from event_logs")).scalar() == 0
            assert connection.execute(text("pragma synchronous")).scalar() == NORMAL
            assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
