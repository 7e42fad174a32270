"""The cross-section of a month in a report's summary, and what changed since the month before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.base import bokmaal
from pipelines.disclosure import Results
from pipelines.document.blocks import Paragraph, Points, Section
from pipelines.document.chapter import Scope
from pipelines.drawing.labels import order
from pipelines.studies.tverrsnitt import changes, counts, words
from pipelines.studies.tverrsnitt.counts import Counts


def said(now: Counts, earlier: Counts, since: str) -> Iterator[str]:
    """The summary's sentences of the cross-section."""
    for mal in ("mottakere", "arbeid_eller_tiltak", "tiltak", "arbeid", "behandling", "gyldig_plan"):
        count = counts.of(now, mal)
        yield words.change(mal, count, counts.of(earlier, mal), since) if earlier else words.level(mal, count)
    statuses = {code: counts.of(now, f"aktivitetsstatus={code}") for code in order("aktivitetsstatus")}
    shares = words.shares("aktivitetsstatus", list(statuses), statuses)
    yield f"Etter aktivitetsstatus er mottakerne fordelt slik: {shares}."


def uncertain(results: Results, month: date) -> Iterator[str]:
    """The passive share as a band."""
    frame = results(
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


def changed(now: Counts, earlier: Counts, scope: Scope, heads: Sequence[str]) -> list[Section]:
    """What changed since the month before, or that it is not there."""
    title, since = "Endringer siden forrige måned", scope.before
    if not earlier:
        return [Section("endringer", title, [Paragraph(f"Det er ingen resultater for {since} å holde tallene mot.")])]
    persons = counts.of(now, "mottakere"), counts.of(earlier, "mottakere")
    caption = f"Andeler i {since} og {scope.words}"
    return [
        Section(
            "endringer",
            title,
            [
                Points(changes.sentences(now, earlier, since)),
                changes.persons("endring_antall", *persons, heads, (since, scope.words)),
                changes.shares("endring_andeler", caption, changes.measures(now, earlier), heads),
            ],
        )
    ]
