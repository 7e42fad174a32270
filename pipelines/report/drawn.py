"""What a build leaves of its last month: the figures of the chapters that are drawn then, and the reconciliation."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from pathlib import Path

import duckdb

from pipelines.disclosure import Results
from pipelines.document import report_folder
from pipelines.drawing.rendering import Drawing, Workshop
from pipelines.model.study import parts
from pipelines.reconciliation import html_page, reconcile
from pipelines.report import scopes


def draw(con: duckdb.DuckDBPyConnection, month: date, folder: Path) -> tuple[list[Drawing], list[Path]]:
    """The figures of the month and the reconciliation, in place of an earlier report in `folder`; and the files.

    Until all is written the earlier report stays. Raises AktivitetError when there are no results for the month.
    """
    results = Results(con)
    scope = scopes.of_month(results, month)
    chapters = [module.CHAPTER for module in parts("chapter").values() if module.CHAPTER.drawn_by_build]
    with report_folder.renewed(folder) as beside, Workshop(beside / report_folder.FIGURES) as workshop:
        asked = [
            (drawing, workshop.save(drawing))
            for chapter in chapters
            for drawing in chapter.figures(chapter.read(results, scope), scope)
        ]
        drawings = sorted((drawing for drawing, _ in asked), key=attrgetter("name"))
        written = sorted(path for _, paths in asked for path in paths)
        written += html_page.write(results(reconcile.TABLE), beside)
    return drawings, [folder / path.relative_to(beside) for path in written]
