"""What a report is of: a month and the one before it, or the months of a tertial and the same a year before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.base import bokmaal, tertials
from pipelines.base.errors import AktivitetError
from pipelines.base.months import month_before, month_name
from pipelines.disclosure import Results
from pipelines.document.chapter import Scope


def of_month(results: Results, month: date) -> Scope:
    """Raises AktivitetError when there are no results for the month."""
    before = month_before(month)
    there = _there(results, [before, month])
    if month not in there:
        raise AktivitetError(f"There are no results for {month_name(month)}; materialize the month first.")
    pairs = ((month, before),) if before in there else ()
    return Scope(bokmaal.maaned(month), (month,), pairs, bokmaal.maaned(before))


def of_tertial(results: Results, first: date) -> Scope:
    """Of the months of the tertial there are results of. Raises AktivitetError when there are none."""
    months = tertials.months(first)
    there = _there(results, [*months, *map(_year_before, months)])
    present = tuple(month for month in months if month in there)
    if not present:
        raise AktivitetError(f"There are no results for {tertials.name(first)}; materialize its months first.")
    pairs = tuple((month, _year_before(month)) for month in present if _year_before(month) in there)
    return Scope(bokmaal.tertial(first), present, pairs, bokmaal.tertial(_year_before(first)), tertial=True)


def missing(scope: Scope, months: Sequence[date]) -> list[str]:
    """What the reader must know of months that are not there."""
    text = []
    if gone := [bokmaal.maaned(month) for month in months if month not in scope.months]:
        text.append(f"Det er ingen resultater for {bokmaal.ramse(gone)}; tallene gjelder resten av tertialet.")
    if not scope.pairs:
        text.append(f"Det er ingen resultater for {scope.before} å holde tallene mot.")
    elif len(scope.pairs) < len(scope.months):
        both = bokmaal.ramse([bokmaal.MAANEDER[month.month - 1] for month, _ in scope.pairs])
        text.append(f"Sammenligningen med {scope.before} gjelder bare {both}, som finnes begge år.")
    return text


def _there(results: Results, months: Sequence[date]) -> set[date]:
    """Those of the months that are built: attrition is counted of every one."""
    return set(results("kontroll.frafall", maaned=list(months))["maaned"].to_list())


def _year_before(month: date) -> date:
    return month.replace(year=month.year - 1)
