"""The cross-section of a tertial: its months side by side with the same months a year before, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from pipelines.base import bokmaal
from pipelines.disclosure import Results
from pipelines.document.blocks import Column, Paragraph, Section, Table, Value
from pipelines.document.chapter import Scope
from pipelines.drawing import layout, source, style
from pipelines.drawing.labels import navn
from pipelines.drawing.rendering import Drawing
from pipelines.studies.tverrsnitt import changes, counts, figure_tertial, words
from pipelines.studies.tverrsnitt.counts import Counts

TABLE = "statistikk.tverrsnitt"
FIGURE = "figur_tertial"
HIDDEN, UNKNOWN = "skjult", "ukjent"
BY_GROUP = ("arbeid_eller_tiltak", "tiltak", "arbeid", "behandling")


def mean(found: dict[date, Counts], months: Sequence[date]) -> Counts:
    """Every count's mean over the months. A group that is not in all of them cannot be known."""
    keys = {key for month in months for key in found[month]}
    return {key: counts.mean([counts.of(found[month], *key) for month in months]) for key in sorted(keys)}


def said(now: Counts, earlier: Counts, before: str) -> list[str]:
    """The summary: monthly means of the tertial, and what changed."""
    text = []
    for mal in ("mottakere", "arbeid_eller_tiltak", "tiltak", "arbeid", "behandling", "gyldig_plan"):
        count, then = counts.of(now, mal), counts.of(earlier, mal)
        sentence = words.change(mal, count, then, before) if earlier else words.level(mal, count)
        large = words.beyond_noise(mal, count, then)
        text.append(f"{sentence} Endringen er større enn støyen." if large else sentence)
    return text


def compared(now: Counts, earlier: Counts, name: str, before: str) -> list[Section]:
    """The means held against those of a year before: everyone, and by group."""
    if not earlier:
        return []
    heads = [bokmaal.stor(before), bokmaal.stor(name)]
    persons = counts.of(now, "mottakere"), counts.of(earlier, "mottakere")
    title = f"Endringer siden {before}"
    groups = [
        changes.shares(
            f"endring_{mal}",
            f"{navn(mal, 'mal')}, etter kjennetegn",
            changes.by_group(now, earlier, mal),
            heads,
            "Gruppe",
            "",
        )
        for mal in BY_GROUP
    ]
    return [
        Section(
            "endringer",
            title,
            [
                Paragraph("Tallene er gjennomsnitt av månedene i tertialet."),
                changes.persons("endring_antall", *persons, heads, (before, name)),
                changes.shares(
                    "endring_andeler", f"Andeler i {before} og {name}", changes.measures(now, earlier), heads
                ),
            ],
        ),
        Section("endringer-grupper", "Etter kjennetegn", groups, 3),
    ]


def month_by_month(found: dict[date, Counts], present: Sequence[date], name: str) -> list[Table]:
    """Each month beside the same month a year before: how many the recipients are, and the shares of them."""
    both = [month for each in present for month in (year_before(each), each)]
    heads = [bokmaal.stor(bokmaal.maaned_kort(month)) for month in both]
    size = ["Mottakere", *(counts.of(found.get(month, {}), "mottakere").shown_antall for month in both)]
    rows: list[Sequence[Value]] = []
    for mal in changes.COMPARED:
        cells = [counts.of(found.get(month, {}), mal) for month in both]
        if mal != "mottakere":
            rows.append((navn(mal, None if "=" in mal else "mal"), *(cell.shown_andel for cell in cells)))
    return [
        Table(
            "maaneder_antall",
            f"Antall mottakere, måned for måned, {name} og året før",
            [Column("Antall"), *(Column(head, "count") for head in heads)],
            [size],
        ),
        Table(
            "maaneder",
            f"Andel av mottakerne, måned for måned, {name} og året før",
            [Column("Andel"), *(Column(head, "percent") for head in heads)],
            rows,
        ),
    ]


def figure(results: Results, scope: Scope) -> Drawing:
    """The tertial's figure: its months beside the same months a year before."""
    both = [month for each in scope.months for month in (year_before(each), each)]
    data = results(TABLE, maaned=both, mal=figure_tertial.MEASURES, gruppering="alle")
    title = f"Aktivitet måned for måned, {scope.words} og samme tertial året før"
    shown = data["maaned"].unique().sort().to_list()
    line = style.source_line(
        *years(shown),
        source.run(data),
        source.coverage_of(results, shown),
        layout.signs(data),
        register=source.register(results.con, shown[0], shown[-1]),
    )
    present = list(scope.months)
    return Drawing(FIGURE, title, data, partial(figure_tertial.draw, data, present, title, line), TABLE)


def alt(data: pl.DataFrame) -> str:
    """What the tertial's figure shows, in words."""
    last = data["maaned"].max()
    assert isinstance(last, date)
    present = [month for month in data["maaned"].unique().sort().to_list() if month.year == last.year]
    return " ".join(_course(data, mal, present) for mal in figure_tertial.MEASURES)


def years(months: Sequence[date]) -> tuple[str, str]:
    """The months of one year or of two in words and as deliveries: `source.span` of each year."""
    spans = [source.span(min(each), max(each)) for each in _by_year(months)]
    return bokmaal.ramse([words for words, _ in spans]), bokmaal.ramse([names for _, names in spans])


def year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def _by_year(months: Sequence[date]) -> list[list[date]]:
    return [[month for month in months if month.year == year] for year in sorted({month.year for month in months})]


def _course(data: pl.DataFrame, mal: str, present: Sequence[date]) -> str:
    """One measure's shares and those of a year before: «Tiltak: 25,2 og 25,3 prosent i 2015, mot …»."""
    rows = {row["maaned"]: row for row in data.filter(pl.col("mal") == mal).iter_rows(named=True)}
    said = []
    for months in (present, [year_before(month) for month in present]):
        shares = [_share(rows.get(month)) for month in months]
        # With a decimal comma in the numbers, what stands between them is a semicolon.
        listed = "; ".join(shares[:-1]) + " og " + shares[-1] if len(shares) > 1 else shares[0]
        known = any(share not in (HIDDEN, UNKNOWN) for share in shares)
        said.append(f"{listed} prosent i {months[0].year}" if known else f"{shares[0]} i {months[0].year}")
    return f"{navn(mal, None if '=' in mal else 'mal')}: {', mot '.join(said)}."


def _share(row: dict[str, Any] | None) -> str:
    if row is None or row["andel"] is None:
        return HIDDEN if row and row["skjult"] else UNKNOWN
    return style.percent(row["andel"])
