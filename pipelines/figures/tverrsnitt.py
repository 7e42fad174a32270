"""The nine figures of NAV-rapport 2017:1 chapter 2 for any month, read through `disclosure`.

Figures 1, 3, 6 and 7 show the years there are months of; the others show the month. What is drawn of each figure
and how stands in `trend`, `groups` and `status`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

import duckdb
import polars as pl

from pipelines import bokmaal
from pipelines.disclosure import published
from pipelines.errors import AktivitetError
from pipelines.figures import groups, status, style, trend
from pipelines.figures.parts import signs
from pipelines.figures.source import coverage, coverage_span, register, run, span
from pipelines.figures.workshop import Drawing

KJENNETEGN = "etter kjennetegn"
WHO = {
    "tiltak": "AAP-mottakere i arbeidsrettet tiltak",
    "arbeid": "AAP-mottakere som har meldt om arbeid på meldekortet",
    "arbeid_eller_tiltak": "AAP-mottakere i arbeid eller tiltak",
    "gyldig_plan": "AAP-mottakere med godkjent og gyldig aktivitetsplan",
}


def figures(con: duckdb.DuckDBPyConnection, month: date) -> Iterator[Drawing]:
    """The nine figures of `month` (its first day), `figur_1` to `figur_9`, as soon as each can be drawn: those of the
    month first, since it takes a second to decide what is hidden of every month of the years.

    Raises AktivitetError when there are no results for the month.
    """
    of_month = published(con, "statistikk.tverrsnitt", maaned=month)
    if of_month.is_empty():
        raise AktivitetError(f"There are no results for {month:%Y-%m}; materialize the month first.")
    everyone = of_month.filter(pl.col("gruppering") == "alle")
    anslag = published(con, "statistikk.tverrsnitt_anslag", maaned=month)
    statuses = everyone.filter(pl.col("mal").str.starts_with("aktivitetsstatus="))
    of_register, cards = register(con, month, month), coverage(everyone)

    def source(data: pl.DataFrame) -> str:
        return style.source_line(*span(month, month), run(data), cards, signs(data), register=of_register)

    def group_figure(number: int, mal: str) -> Drawing:
        data = groups.groups_data(of_month.filter(pl.col("mal") == mal))
        title = f"{WHO[mal]}, {KJENNETEGN}, {bokmaal.maaned(month)}"
        return Drawing(f"figur_{number}", title, data, partial(groups.groups, data, mal, title, source(data)))

    yield group_figure(2, "tiltak")
    yield group_figure(4, "arbeid")
    yield group_figure(5, "arbeid_eller_tiltak")
    title = f"AAP-mottakere etter aktivitetsstatus, {bokmaal.maaned(month)}"
    yield Drawing("figur_8", title, statuses, partial(status.status, statuses, title, source(statuses)))
    title = f"AAP-mottakere etter anslått aktivitetsstatus, {bokmaal.maaned(month)}"
    yield Drawing("figur_9", title, anslag, partial(status.estimate, anslag, title, source(anslag)))
    yield from _of_years(con)


def _of_years(con: duckdb.DuckDBPyConnection) -> Iterator[Drawing]:
    """Figures 1, 3, 6 and 7."""
    of_years = published(con, "statistikk.tverrsnitt_aar", gruppering="alle")
    cards = coverage_span(of_years)

    def source(data: pl.DataFrame) -> str:
        first, last = trend.first_and_last(data)
        names = span(first, last) if first and last else ("ingen måneder", "–")
        return style.source_line(*names, run(data), cards, signs(data), register=register(con, first, last))

    def year_figure(number: int, mal: str) -> Drawing:
        data = of_years.filter(pl.col("mal").is_in(["mottakere", mal]))
        title = f"{WHO[mal]}, {_years(of_years)}"
        return Drawing(f"figur_{number}", title, data, partial(trend.trend, data, mal, title, source(data)))

    yield year_figure(1, "tiltak")
    yield year_figure(3, "arbeid")
    yield year_figure(6, "gyldig_plan")
    data = trend.innsatsbehov_data(of_years)
    title = f"AAP-mottakere etter innsatsbehov, {_years(of_years)}"
    yield Drawing("figur_7", title, data, partial(trend.innsatsbehov, data, title, source(data)))


def _years(of_years: pl.DataFrame) -> str:
    every = trend.years(of_years)
    if not every:
        return "ingen år"
    return str(every[0]) if len(every) == 1 else f"{every[0]}–{every[-1]}"
