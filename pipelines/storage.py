"""The storage that `dagster.yaml` names."""

from pipelines.orchestration.storage import BatchedSqliteStorage

__all__ = ["BatchedSqliteStorage"]
