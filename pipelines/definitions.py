"""What Dagster loads: `dagster dev --module-name pipelines.definitions`."""

from pipelines.orchestration.definitions import defs

__all__ = ["defs"]
