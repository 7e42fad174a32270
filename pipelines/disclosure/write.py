"""Writing what was published as CSV, and nothing else."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.base.files import csv_text, write_private
from pipelines.disclosure.tables import NotPublishable


def write_csv(frame: pl.DataFrame, path: Path) -> Path:
    """Write a frame that `published` gave as CSV (see `files.csv_text`), in one step and with mode 0600.

    Raises NotPublishable for a frame that is not of what may leave.
    """
    if "skjult" not in frame.columns or "person_key" in frame.columns:
        raise NotPublishable(f"{path.name}: only what disclosure.published returns may be written.")
    return write_private(path, csv_text(frame).encode())
