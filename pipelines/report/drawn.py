"""What a build leaves of its last month: the nine figures and the reconciliation, without Dagster."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from pathlib import Path

import duckdb

from pipelines import disclosure
from pipelines.document import report_folder
from pipelines.drawing.rendering import Drawing, Workshop
from pipelines.reconciliation import html_page, reconcile
from pipelines.studies.tverrsnitt import figures as tverrsnitt


def draw(con: duckdb.DuckDBPyConnection, month: date, folder: Path) -> tuple[list[Drawing], list[Path]]:
    """The nine figures of the month and the reconciliation, in place of an earlier report in `folder`; and the files.

    Until all is written the earlier report stays. Raises AktivitetError when there are no results for the month.
    """
    with report_folder.renewed(folder) as beside, Workshop(beside / report_folder.FIGURES) as workshop:
        asked = [(drawing, workshop.save(drawing)) for drawing in tverrsnitt.figures(con, month)]
        drawings = sorted((drawing for drawing, _ in asked), key=attrgetter("name"))
        written = sorted(path for _, paths in asked for path in paths)
        written += html_page.write(disclosure.published(con, reconcile.TABLE), beside)
    return drawings, [folder / path.relative_to(beside) for path in written]
