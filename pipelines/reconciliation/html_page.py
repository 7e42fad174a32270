"""The reconciliation for readers: a page grouped by study, what is outside first, and the same rows as CSV.

Both show `kontroll.avstemming` as `disclosure` lets it out. Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jinja2
import polars as pl

from pipelines import disclosure
from pipelines.base import bokmaal
from pipelines.base.files import write_private
from pipelines.base.home import ROOT
from pipelines.document import report_folder
from pipelines.reconciliation import tally
from pipelines.reconciliation.line import Line, line

TEMPLATES = ROOT / "reports" / "templates"
TEMPLATE = "avstemming.html.j2"
STUDIES = {
    "tverrsnitt": "Tverrsnittsanalysen (NAV-rapport 2017:1, kapittel 2)",
    "forlop": "Forløpsanalysen (NAV-rapport 2017:2, slik 2017:1 gjengir den)",
    "tertial": "Tall fra NAVs styringsrapporter",
    "offentlig_statistikk": "Offentlig statistikk",
    "saksgjennomgang": "Saksgjennomgangen (NAV-rapport 2017:1, kapittel 3)",
    "survey_mottakere": "Spørreundersøkelsen blant mottakere (NAV-rapport 2017:1, kapittel 4)",
    "survey_veiledere": "Spørreundersøkelsen blant veiledere (NAV-rapport 1/2022)",
    "sintef_method": "SINTEF 2015: utvalg og gjennomføring",
    "sintef_survey_nav": "SINTEF 2015: spørreundersøkelsen blant NAV-ansatte",
    "sintef_survey_attf": "SINTEF 2015: spørreundersøkelsen blant attføringsbedrifter",
    "sintef_register": "SINTEF 2015: registertall",
    "sintef_register_cited": "SINTEF 2015: registertall fra andre kilder",
    "sintef_rule": "SINTEF 2015: regler",
    "regelverk": "Regelverk",
    "horing": "Høringssvar",
}


@dataclass(frozen=True)
class Section:
    """One study: the rows with a verdict, those outside first, and the rest by reason."""

    title: str
    counts: dict[str, int]
    tested: list[Line]
    untested: dict[str, list[Line]]


def write(frame: pl.DataFrame, folder: Path) -> list[Path]:
    """Write what `disclosure.published` returned to `avstemming.html` and `avstemming.csv`; returns their paths."""
    return [
        write_private(folder / report_folder.RECONCILIATION, html(frame).encode()),
        disclosure.write_csv(frame, folder / report_folder.RECONCILIATION_ROWS),
    ]


def html(frame: pl.DataFrame) -> str:
    """The whole page, of what `disclosure.published` returned."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["tall"] = bokmaal.tall
    share: float | None = frame["andel_av_befolkning"].to_list()[0]
    return environment.get_template(TEMPLATE).render(
        sections=sections(frame),
        total=tally.counts(frame),
        apart=tally.apart(frame),
        sentence=tally.sentence(frame),
        status=tally.statuses(share),
        share=None if share is None else bokmaal.prosent_uavrundet(share),
        run=frame["kjoring_id"].first(),
    )


def sections(frame: pl.DataFrame) -> list[Section]:
    """The page's content in reading order: one section per study that has numbers."""
    found = []
    for study, title in STUDIES.items():
        rows = frame.filter(studie=study)
        lines = [line(row) for row in rows.iter_rows(named=True)]
        untested: dict[str, list[Line]] = {}
        for entry in lines:
            if entry.reason:
                untested.setdefault(entry.reason, []).append(entry)
        if lines:
            tested = sorted(
                (entry for entry in lines if not entry.reason),
                key=lambda entry: tally.OUTSIDE_FIRST.index(entry.status),
            )
            found.append(Section(title, tally.counts(rows), tested, untested))
    return found
