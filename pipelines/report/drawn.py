"""What a build leaves of its last month: the nine figures and the reconciliation, without Dagster."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from pathlib import Path

from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.disclosure.publication import publishing
from pipelines.document import report_folder
from pipelines.drawing.rendering import Drawing, Workshop
from pipelines.reconciliation import html_page
from pipelines.reconciliation.readers import for_readers
from pipelines.report.publication import published_parts
from pipelines.studies.tverrsnitt import figures as tverrsnitt
from pipelines.warehouse.snapshot import Snapshot


def draw(snapshot: Snapshot, home: Home, month: date) -> tuple[list[Drawing], list[Path]]:
    """The nine figures of the month and the reconciliation, in place of an earlier report of it; and the files.

    Audited and written in the ledger as a report is, and refused as one where other deliveries have been published.
    Until all is written the earlier report stays. Raises AktivitetError when there are no results for the month, and
    what `publishing` raises.
    """
    con, name = snapshot.con, month_name(month)
    folder, parts = home.reports / name, published_parts(con, [month], courses=False)
    with (
        publishing(con, home, name, snapshot.id, [name], parts, revised=False) as publication,
        report_folder.renewed(folder) as beside,
    ):
        with Workshop(beside / report_folder.FIGURES) as workshop:
            asked = [(drawing, workshop.save(drawing)) for drawing in tverrsnitt.figures(con, month)]
            drawings = sorted((drawing for drawing, _ in asked), key=attrgetter("name"))
            written = sorted(path for _, paths in asked for path in paths)
        written += html_page.write(for_readers(con), beside)
        publication.record(beside)
    return drawings, [folder / path.relative_to(beside) for path in written]
