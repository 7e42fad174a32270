"""The method appendix."""

from __future__ import annotations

from datetime import date

from pipelines.report.counts import Counts
from pipelines.report.document import Section
from pipelines.report.forlop import Results
from pipelines.snapshot import Snapshot


def section(snapshot: Snapshot, month: date, now: Counts, courses: Results) -> list[Section]:
    return []
