"""The report of a tertial: its months side by side with the same months a year before, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.base import bokmaal, progress, tertials
from pipelines.base.errors import AktivitetError
from pipelines.disclosure import published
from pipelines.document import counts, words
from pipelines.document.blocks import Column, Document, Paragraph, Picture, Points, Section, Table, Value
from pipelines.document.counts import Counts
from pipelines.drawing import layout, source, style
from pipelines.drawing.labels import navn
from pipelines.drawing.rendering import Drawing, Workshop
from pipelines.reconciliation import section as reconciled
from pipelines.report import changes, control, method, origin
from pipelines.report.month import STEPS
from pipelines.studies.forlop import section as forlop
from pipelines.studies.tverrsnitt import figure_tertial as figure
from pipelines.warehouse.snapshot import Snapshot

HIDDEN, UNKNOWN = "skjult", "ukjent"
BY_GROUP = ("arbeid_eller_tiltak", "tiltak", "arbeid", "behandling")


def document(snapshot: Snapshot, first: date, folder: Path, workshop: Workshop) -> tuple[Document, list[Path]]:
    """The report of the tertial that begins in `first`, its figures made by `workshop`; and the files.

    Months that are not in the snapshot are left out and said to be; months are compared with a year before only
    where both are there. Raises AktivitetError when no month of the tertial has results.
    """
    con, name = snapshot.con, bokmaal.tertial(first)
    months = tertials.months(first)
    progress.report("numbers", 0, STEPS)
    found = counts.months(con, [*months, *map(year_before, months)])
    present = [month for month in months if month in found]
    if not present:
        raise AktivitetError(f"There are no results for {tertials.name(first)}; materialize its months first.")
    pairs = [month for month in present if year_before(month) in found]
    now = mean(found, pairs or present)
    earlier = mean(found, [year_before(month) for month in pairs]) if pairs else {}
    before = bokmaal.tertial(year_before(first))
    progress.report("figures", 1, STEPS)
    picture, written = draw(snapshot, present, name, workshop)
    courses, printed = forlop.results(con), reconciled.frame(con)
    course_pictures, course_files = forlop.draw(con, courses, workshop)
    summary = [
        *missing(months, present, pairs, before),
        *said(now, earlier, before),
        *forlop.sentences(courses),
        control.quarantined(con, present),
        reconciled.sentence(printed),
    ]
    sections = [
        Section("sammendrag", "Sammendrag", [Points(summary)]),
        *compared(now, earlier, name, before),
        Section("maaneder", "Måned for måned", [*month_by_month(found, present, name), picture]),
        *forlop.section(courses, course_pictures),
        *reconciled.section(printed),
        *control.section(con, present),
        *method.section(snapshot, present[-1], found[present[-1]], courses, [picture, *course_pictures], printed),
    ]
    title = f"Aktivitet blant mottakere av arbeidsavklaringspenger, {name}"
    made_of, warning = origin.made_of(snapshot, present), origin.warning(snapshot, present)
    made = Document(title, made_of, sections, warning)
    return made, written + course_files + reconciled.write(printed, folder)


def published_months(first: date) -> list[date]:
    """The months whose counts the report prints."""
    months = tertials.months(first)
    return [*map(year_before, months), *months]


def year_before(month: date) -> date:
    return month.replace(year=month.year - 1)


def mean(found: dict[date, Counts], months: Sequence[date]) -> Counts:
    """Every count's mean over the months. A group that is not in all of them cannot be known."""
    keys = {key for month in months for key in found[month]}
    return {key: counts.mean([counts.of(found[month], *key) for month in months]) for key in sorted(keys)}


def missing(months: Sequence[date], present: Sequence[date], pairs: Sequence[date], before: str) -> list[str]:
    """What the reader must know of months that are not there."""
    text = []
    if gone := [bokmaal.maaned(month) for month in months if month not in present]:
        text.append(f"Det er ingen resultater for {bokmaal.ramse(gone)}; tallene gjelder resten av tertialet.")
    if not pairs:
        text.append(f"Det er ingen resultater for {before} å holde tallene mot.")
    elif len(pairs) < len(present):
        both = bokmaal.ramse([bokmaal.MAANEDER[month.month - 1] for month in pairs])
        text.append(f"Sammenligningen med {before} gjelder bare {both}, som finnes begge år.")
    return text


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


def draw(snapshot: Snapshot, present: Sequence[date], name: str, workshop: Workshop) -> tuple[Picture, list[Path]]:
    """The tertial's figure: as a picture of the report, and every file `workshop` makes of it."""
    both = [month for each in present for month in (year_before(each), each)]
    data = published(snapshot.con, "statistikk.tverrsnitt", maaned=both, mal=figure.MEASURES, gruppering="alle")
    title = f"Aktivitet måned for måned, {name} og samme tertial året før"
    shown = data["maaned"].unique().sort().to_list()
    line = style.source_line(
        *years(shown),
        source.run(data),
        source.coverage_of(snapshot.con, shown),
        layout.signs(data),
        register=source.register(snapshot.con, shown[0], shown[-1]),
    )
    paths = workshop.save(Drawing("figur_tertial", title, data, partial(figure.draw, data, present, title, line)))
    said = [_course(data, mal, present) for mal in figure.MEASURES]
    return Picture("figur_tertial", title, " ".join(said), paths[0], data), paths


def years(months: Sequence[date]) -> tuple[str, str]:
    """The months of one year or of two in words and as deliveries: `source.span` of each year."""
    spans = [source.span(min(each), max(each)) for each in _by_year(months)]
    return bokmaal.ramse([words for words, _ in spans]), bokmaal.ramse([names for _, names in spans])


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
