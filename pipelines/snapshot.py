"""For notebooks: `from pipelines.snapshot import connect`."""

from pipelines.warehouse.snapshot import Snapshot, connect

__all__ = ["Snapshot", "connect"]
