"""Reports: a month's (`write`) or a tertial's (`write_tertial`), as a page, a PDF, a workbook and CSV files.

Everything is read from one snapshot, through the disclosure door. `document` is what a report consists of,
`month` and `tertial` put one together from the chapters beside them, and `html`, `pdf` and `workbook` print it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from pipelines.base import progress, tertials
from pipelines.base.files import write_private
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.disclosure.publication import inside as exact
from pipelines.disclosure.publication import publishing
from pipelines.document import html, pdf, report_folder, workbook
from pipelines.document.blocks import Document
from pipelines.drawing.rendering import Workshop
from pipelines.lineage.cache import keeper
from pipelines.report import month as monthly
from pipelines.report import tertial
from pipelines.report.month import STEPS
from pipelines.report.publication import published_parts
from pipelines.warehouse.snapshot import Snapshot

__all__ = ["write", "write_tertial"]


INSIDE = "Internt – ikke for deling"
REVISED = "Revidert: leveransene er endret siden rapporten ble publisert."


def write(snapshot: Snapshot, home: Home, month: date, *, revised: bool = False, inside: bool = False) -> list[Path]:
    """Write `reports/<month>/`, whole or not at all; returns what was written. The same snapshot, key and earlier
    reports give the same bytes.

    `revised`: also where it has been published of other deliveries. `inside`: with exact numbers, to `internt/`.
    Raises AktivitetError when the snapshot has no results for the month, and what `publishing` raises.
    """
    made = partial(monthly.document, snapshot, month)
    months = monthly.published_months(month)
    return _write(snapshot, home, month_name(month), [month], months, made, revised, inside)


def write_tertial(
    snapshot: Snapshot, home: Home, name: str, *, revised: bool = False, inside: bool = False
) -> list[Path]:
    """Write `reports/<name>/` of the tertial `name` (`2015-T1`); returns and raises as `write`.

    Raises ValueError for a name that is no tertial's.
    """
    first = tertials.parse(name)
    made = partial(tertial.document, snapshot, first)
    months = tertial.published_months(first)
    return _write(snapshot, home, name, tertials.months(first), months, made, revised, inside)


Made = Callable[[Path, Workshop], tuple[Document, list[Path]]]


def _write(
    snapshot: Snapshot,
    home: Home,
    name: str,
    own: Sequence[date],
    months: Sequence[date],
    made: Made,
    revised: bool,
    inside: bool,
) -> list[Path]:
    keeper.keep_in(home.dagster)
    if inside:
        with exact(home), report_folder.renewed(home.inside / name) as beside:
            written = _print(*_made(made, beside, mark=INSIDE), beside)
        return [home.inside / name / path.relative_to(beside) for path in written]
    parts = published_parts(snapshot.con, months)
    deliveries = [month_name(month) for month in own]
    with (
        publishing(snapshot.con, home, name, snapshot.id, deliveries, parts, revised=revised) as publication,
        report_folder.renewed(home.reports / name) as beside,
    ):
        warning = REVISED if publication.revised else ""
        written = _print(*_made(made, beside, warning=warning), beside)
        written.append(publication.write_audit(beside / report_folder.TABLES))
        publication.record(beside)
    return [home.reports / name / path.relative_to(beside) for path in written]


def _made(made: Made, beside: Path, *, mark: str = "", warning: str = "") -> tuple[Document, list[Path]]:
    with Workshop(beside / report_folder.FIGURES) as workshop:
        document, written = made(beside, workshop)
    warning = " ".join(text for text in (warning, document.warning) if text)
    return Document(document.title, document.made_of, document.sections, warning, mark), written


def _print(document: Document, written: list[Path], folder: Path) -> list[Path]:
    progress.report("page", 3, STEPS)
    page = write_private(folder / report_folder.PAGE, html.render(document).encode())
    progress.report("workbook", 4, STEPS)
    tables = workbook.write(document, folder)
    progress.report("PDF", 5, STEPS)
    printed = write_private(folder / report_folder.PRINTED, pdf.render(document, folder))
    progress.report("done", STEPS, STEPS)
    return [*written, page, printed, *tables]
