"""A month's report: its figures, each with its data, and the printed numbers held against the derived ones.

Everything is read from one snapshot, through the disclosure door.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines import progress, reconciliation_page
from pipelines.deliveries import month_name
from pipelines.figures import tverrsnitt
from pipelines.home import Home
from pipelines.snapshot import Snapshot


def write(snapshot: Snapshot, home: Home, month: date) -> list[Path]:
    """Write `reports/<month>/`; returns what was written. The same snapshot gives the same bytes.

    Raises AktivitetError when the snapshot has no results for the month.
    """
    folder = home.reports / month_name(month)
    progress.report("figurer", 0, 2)
    written = tverrsnitt.draw_all(snapshot.con, month, folder / "figurer")
    progress.report("avstemming", 1, 2)
    written += reconciliation_page.write(snapshot.con, folder)
    progress.report("rapport", 2, 2)
    return written
