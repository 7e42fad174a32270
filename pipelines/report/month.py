"""The report of a month, put together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.base import bokmaal, progress
from pipelines.base.months import month_before
from pipelines.disclosure import published
from pipelines.document import counts, words
from pipelines.document.blocks import Document, Paragraph, Points, Section
from pipelines.document.counts import Counts
from pipelines.drawing.labels import order
from pipelines.drawing.rendering import Workshop
from pipelines.reconciliation import section as reconciled
from pipelines.report import changes, control, method, origin
from pipelines.studies.forlop import section as forlop
from pipelines.studies.tverrsnitt import section as tverrsnitt
from pipelines.warehouse.snapshot import Snapshot

STEPS = 6


def document(snapshot: Snapshot, month: date, folder: Path, workshop: Workshop) -> tuple[Document, list[Path]]:
    """The report of `month`, its figures made by `workshop`, the reconciliation written into `folder`; and the files.

    Raises AktivitetError when there are no results for the month.
    """
    con = snapshot.con
    progress.report("figures", 0, STEPS)
    pictures, written = tverrsnitt.draw(con, month, workshop)
    progress.report("numbers", 1, STEPS)
    before = month_before(month)
    of_months = counts.months(con, [before, month])
    courses, printed = forlop.results(con), reconciled.frame(con)
    course_pictures, course_files = forlop.draw(con, courses, workshop)
    now, earlier = of_months[month], of_months.get(before, {})
    summary = [
        *said(now, earlier, before),
        *uncertain(snapshot, month),
        *forlop.sentences(courses),
        control.quarantined(con, [month]),
        reconciled.sentence(printed),
    ]
    sections = [
        Section("sammendrag", "Sammendrag", [Points(summary)]),
        *changed(now, earlier, before, month),
        *tverrsnitt.section(con, month, now, pictures),
        *forlop.section(courses, course_pictures),
        *reconciled.section(printed),
        *control.section(con, [month]),
        *method.section(snapshot, month, now, courses, [*pictures, *course_pictures], printed),
    ]
    made = Document(
        title=f"Aktivitet blant mottakere av arbeidsavklaringspenger, {bokmaal.maaned(month)}",
        made_of=origin.made_of(snapshot, [month]),
        sections=sections,
        warning=origin.warning(snapshot, [month]),
    )
    return made, written + course_files + reconciled.write(printed, folder)


def published_months(month: date) -> list[date]:
    """The months whose counts the report prints."""
    return [month_before(month), month]


def said(now: Counts, earlier: Counts, before: date) -> Iterator[str]:
    """The summary's sentences of the cross-section."""
    since = bokmaal.maaned(before)
    for mal in ("mottakere", "arbeid_eller_tiltak", "tiltak", "arbeid", "behandling", "gyldig_plan"):
        count = counts.of(now, mal)
        yield words.change(mal, count, counts.of(earlier, mal), since) if earlier else words.level(mal, count)
    statuses = {code: counts.of(now, f"aktivitetsstatus={code}") for code in order("aktivitetsstatus")}
    shares = words.shares("aktivitetsstatus", list(statuses), statuses)
    yield f"Etter aktivitetsstatus er mottakerne fordelt slik: {shares}."


def uncertain(snapshot: Snapshot, month: date) -> Iterator[str]:
    """The passive share as a band."""
    frame = published(
        snapshot.con,
        "statistikk.tverrsnitt_anslag",
        maaned=month,
        aktivitetsstatus="uten_aktivitet",
        h_tolvdeler=[0, 6, 12],
    )
    shares = dict(frame.select("h_tolvdeler", "andel").iter_rows())
    none, half, every = (shares.get(twelfths) for twelfths in (0, 6, 12))
    if none is not None and half is not None and every is not None:
        yield (
            f"Registeret viser ingen aktivitet for {bokmaal.prosent(none)}. Antas halvparten av dem å være i behandling"
            f" som ikke er registrert, er det {bokmaal.prosent(half)}; grensene er {bokmaal.prosent(every)} og"
            f" {bokmaal.prosent(none)}."
        )


def changed(now: Counts, earlier: Counts, before: date, month: date) -> list[Section]:
    """What changed since the month before, or that it is not there."""
    title, since = "Endringer siden forrige måned", bokmaal.maaned(before)
    if not earlier:
        return [Section("endringer", title, [Paragraph(f"Det er ingen resultater for {since} å holde tallene mot.")])]
    heads = [bokmaal.stor(bokmaal.maaned_kort(each)) for each in (before, month)]
    persons = counts.of(now, "mottakere"), counts.of(earlier, "mottakere")
    caption = f"Andeler i {since} og {bokmaal.maaned(month)}"
    return [
        Section(
            "endringer",
            title,
            [
                Points(changes.sentences(now, earlier, since)),
                changes.persons("endring_antall", *persons, heads, (since, bokmaal.maaned(month))),
                changes.shares("endring_andeler", caption, changes.measures(now, earlier), heads),
            ],
        )
    ]
