"""What Dagster loads, by the name `pipelines.definitions`."""

from pipelines.orchestration.definitions import defs

__all__ = ["defs"]
