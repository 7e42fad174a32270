"""Reports: a month's (`write`) or a tertial's (`write_tertial`), as a page, a PDF, a workbook and CSV files.

Everything is read from one snapshot, through the disclosure door. `document` is what a report consists of,
`contents` puts one together from the studies' chapters, and `html`, `pdf` and `workbook` print it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from pipelines.base import progress, tertials
from pipelines.base.files import write_private
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.disclosure import Results
from pipelines.document import html, pdf, report_folder, workbook
from pipelines.document.blocks import Document
from pipelines.drawing.rendering import Workshop
from pipelines.lineage.cache import keeper
from pipelines.report import contents, scopes
from pipelines.report.contents import STEPS
from pipelines.warehouse.snapshot import Snapshot

__all__ = ["write", "write_tertial"]


def write(snapshot: Snapshot, home: Home, month: date) -> list[Path]:
    """Write `reports/<month>/`, whole or not at all; returns what was written. The same snapshot gives the same bytes.

    Raises AktivitetError when the snapshot has no results for the month.
    """
    keeper.keep_in(home.dagster)
    results = Results(snapshot.con)
    scope = scopes.of_month(results, month)
    return _write(home.reports / month_name(month), partial(contents.document, snapshot, results, scope, []))


def write_tertial(snapshot: Snapshot, home: Home, name: str) -> list[Path]:
    """Write `reports/<name>/` of the tertial `name` (`2015-T1`); returns and raises as `write`.

    Raises ValueError for a name that is no tertial's.
    """
    first = tertials.parse(name)
    keeper.keep_in(home.dagster)
    results = Results(snapshot.con)
    scope = scopes.of_tertial(results, first)
    missing = scopes.missing(scope, tertials.months(first))
    return _write(home.reports / name, partial(contents.document, snapshot, results, scope, missing))


def _write(folder: Path, made: Callable[[Path, Workshop], tuple[Document, list[Path]]]) -> list[Path]:
    with report_folder.renewed(folder) as beside:
        with Workshop(beside / report_folder.FIGURES) as workshop:
            document, written = made(beside, workshop)
        written += _print(document, beside)
    return [folder / path.relative_to(beside) for path in written]


def _print(document: Document, folder: Path) -> list[Path]:
    progress.report("page", 3, STEPS)
    page = write_private(folder / report_folder.PAGE, html.render(document).encode())
    progress.report("workbook", 4, STEPS)
    tables = workbook.write(document, folder)
    progress.report("PDF", 5, STEPS)
    printed = write_private(folder / report_folder.PRINTED, pdf.render(document, folder))
    progress.report("done", STEPS, STEPS)
    return [page, printed, *tables]
