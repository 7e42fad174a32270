"""The nine figures of NAV-rapport 2017:1 chapter 2 for any month, read through `disclosure`.

Figures 1, 3, 6 and 7 show the years there are months of; the others show the month. What is drawn of each figure
and how stands in `trend`, `groups` and `status`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

import polars as pl

from pipelines.base import bokmaal
from pipelines.base.errors import AktivitetError
from pipelines.disclosure import Results
from pipelines.drawing import style
from pipelines.drawing.layout import signs
from pipelines.drawing.rendering import Drawing
from pipelines.drawing.source import coverage, coverage_span, register, run, span
from pipelines.studies.tverrsnitt import figure_groups, figure_status, figure_trend

TABLE, ESTIMATE, YEARS = "statistikk.tverrsnitt", "statistikk.tverrsnitt_anslag", "statistikk.tverrsnitt_aar"
KJENNETEGN = "etter kjennetegn"
WHO = {
    "tiltak": "AAP-mottakere i arbeidsrettet tiltak",
    "arbeid": "AAP-mottakere som har meldt om arbeid på meldekortet",
    "arbeid_eller_tiltak": "AAP-mottakere i arbeid eller tiltak",
    "gyldig_plan": "AAP-mottakere med godkjent og gyldig aktivitetsplan",
}


def figures(results: Results, month: date) -> Iterator[Drawing]:
    """The nine figures of `month` (its first day), `figur_1` to `figur_9`, as soon as each can be drawn: those of the
    month first, since it takes a second to decide what is hidden of every month of the years.

    Raises AktivitetError when there are no results for the month.
    """
    of_month = results(TABLE, maaned=month)
    if of_month.is_empty():
        raise AktivitetError(f"There are no results for {month:%Y-%m}; materialize the month first.")
    everyone = of_month.filter(pl.col("gruppering") == "alle")
    anslag = results(ESTIMATE, maaned=month)
    statuses = everyone.filter(pl.col("mal").str.starts_with("aktivitetsstatus="))
    of_register, cards = register(results.con, month, month), coverage(everyone)

    def source(data: pl.DataFrame) -> str:
        return style.source_line(*span(month, month), run(data), cards, signs(data), register=of_register)

    def group_figure(number: int, mal: str) -> Drawing:
        data = figure_groups.groups_data(of_month.filter(pl.col("mal") == mal))
        title = f"{WHO[mal]}, {KJENNETEGN}, {bokmaal.maaned(month)}"
        draw = partial(figure_groups.groups, data, mal, title, source(data))
        return Drawing(f"figur_{number}", title, data, draw, TABLE)

    yield group_figure(2, "tiltak")
    yield group_figure(4, "arbeid")
    yield group_figure(5, "arbeid_eller_tiltak")
    title = f"AAP-mottakere etter aktivitetsstatus, {bokmaal.maaned(month)}"
    yield Drawing("figur_8", title, statuses, partial(figure_status.status, statuses, title, source(statuses)), TABLE)
    title = f"AAP-mottakere etter anslått aktivitetsstatus, {bokmaal.maaned(month)}"
    yield Drawing("figur_9", title, anslag, partial(figure_status.estimate, anslag, title, source(anslag)), ESTIMATE)
    yield from _of_years(results)


def _of_years(results: Results) -> Iterator[Drawing]:
    """Figures 1, 3, 6 and 7."""
    of_years = results(YEARS, gruppering="alle")
    cards = coverage_span(of_years)

    def source(data: pl.DataFrame) -> str:
        first, last = figure_trend.first_and_last(data)
        names = span(first, last) if first and last else ("ingen måneder", "–")
        return style.source_line(*names, run(data), cards, signs(data), register=register(results.con, first, last))

    def year_figure(number: int, mal: str) -> Drawing:
        data = of_years.filter(pl.col("mal").is_in(["mottakere", mal]))
        title = f"{WHO[mal]}, {_years(of_years)}"
        draw = partial(figure_trend.trend, data, mal, title, source(data))
        return Drawing(f"figur_{number}", title, data, draw, YEARS)

    yield year_figure(1, "tiltak")
    yield year_figure(3, "arbeid")
    yield year_figure(6, "gyldig_plan")
    data = figure_trend.innsatsbehov_data(of_years)
    title = f"AAP-mottakere etter innsatsbehov, {_years(of_years)}"
    yield Drawing("figur_7", title, data, partial(figure_trend.innsatsbehov, data, title, source(data)), YEARS)


def _years(of_years: pl.DataFrame) -> str:
    every = figure_trend.years(of_years)
    if not every:
        return "ingen år"
    return str(every[0]) if len(every) == 1 else f"{every[0]}–{every[-1]}"
