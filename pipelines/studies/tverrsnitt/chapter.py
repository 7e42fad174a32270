"""What the cross-section says in reports: of a month, or of the months of a tertial and the same a year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.base import bokmaal
from pipelines.disclosure import Results
from pipelines.document.blocks import Picture, Section
from pipelines.document.chapter import Chapter, Scope
from pipelines.drawing.rendering import Drawing
from pipelines.studies.tverrsnitt import alt, counts, figures, month, section, tertial
from pipelines.studies.tverrsnitt.counts import Counts

NO_NUMBER = "Kan ikke vises: tallene er skjult eller mangler"


@dataclass(frozen=True)
class Numbers:
    """What the chapter reads: the counts of each month, and those of the report's period and the one before."""

    results: Results
    found: dict[date, Counts]
    now: Counts
    earlier: Counts
    of_last: Counts
    """The last month's: what a choice moves is shown of it."""


def read(results: Results, scope: Scope) -> Numbers:
    """The counts of the report's months and of those they are held against."""
    found = counts.months(results, sorted({*scope.months, *(before for _, before in scope.pairs)}))
    of_last = found[scope.month]
    if not scope.tertial:
        earlier = found[scope.pairs[0][1]] if scope.pairs else {}
        return Numbers(results, found, of_last, earlier, of_last)
    now = tertial.mean(found, [month for month, _ in scope.pairs] or scope.months)
    earlier = tertial.mean(found, [before for _, before in scope.pairs]) if scope.pairs else {}
    return Numbers(results, found, now, earlier, of_last)


def draw(read: Numbers, scope: Scope) -> Iterator[Drawing]:
    """The nine figures of a month, or the tertial's one."""
    if scope.tertial:
        yield tertial.figure(read.results, scope)
    else:
        yield from figures.figures(read.results, scope.month)


def said(drawing: Drawing) -> str:
    return tertial.alt(drawing.data) if drawing.name == tertial.FIGURE else alt.text(drawing.data)


def summary(read: Numbers, scope: Scope) -> Iterator[str]:
    if scope.tertial:
        yield from tertial.said(read.now, read.earlier, scope.before)
    else:
        yield from month.said(read.now, read.earlier, scope.before)
        yield from month.uncertain(read.results, scope.month)


def sections(read: Numbers, scope: Scope, pictures: Mapping[str, Picture]) -> list[Section]:
    """What changed, and the chapter."""
    if not scope.tertial:
        heads = [bokmaal.stor(bokmaal.maaned_kort(each)) for pair in scope.pairs for each in reversed(pair)]
        return [
            *month.changed(read.now, read.earlier, scope, heads),
            *section.section(read.results, scope.month, read.now, pictures),
        ]
    by_month = tertial.month_by_month(read.found, scope.months, scope.words)
    return [
        *tertial.compared(read.now, read.earlier, scope.words, scope.before),
        Section("maaneder", "Måned for måned", [*by_month, pictures[tertial.FIGURE]]),
    ]


def with_and_without(read: Numbers, measures: Any) -> str:
    """Two measures, with the choice and without it."""
    first, second = (counts.of(read.of_last, mal).andel for mal in measures)
    if first is None or second is None:
        return NO_NUMBER
    return f"{bokmaal.prosent(first)} med kravet, {bokmaal.prosent(second)} uten"


def uncertain(read: Numbers, measures: Any) -> str:
    """Measures whose shares together are those the choice may have wrong."""
    shares = [counts.of(read.of_last, mal).andel for mal in measures]
    known = [share for share in shares if share is not None]
    return f"Gjelder {bokmaal.prosent(sum(known))} av mottakerne" if len(known) == len(shares) else NO_NUMBER


def estimated(read: Numbers, status: Any) -> str:
    """An estimate, with its bounds."""
    twelfths, last = [0, 6, 12], max(read.found)
    frame = read.results(figures.ESTIMATE, maaned=last, aktivitetsstatus=status, h_tolvdeler=twelfths)
    shown: list[float] = frame.sort("h_tolvdeler")["andel"].drop_nulls().to_list()
    if len(shown) < len(twelfths):
        return NO_NUMBER
    none, half, every = (bokmaal.prosent(share) for share in shown)
    return f"{half} uten aktivitet; mellom {every} når alle flyttes, og {none} når ingen flyttes"


def hidden(read: Numbers, cell: Sequence[Any]) -> bool:
    return len(cell) == 1 and counts.of(read.of_last, cell[0]).skjult


CHAPTER = Chapter(
    read,
    draw,
    said,
    summary,
    sections,
    measured={"mal": with_and_without, "usikre": uncertain, "anslag": estimated},
    hidden=hidden,
    drawn_by_build=True,
)
