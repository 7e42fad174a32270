"""A quick reading of a simulated register: the person-months that moments are counted from.

The reference is `sql/klargjort/person_maaned.sql`; this says the same in numpy, straight from the simulator's arrays
and without the technical defects, because a fit asks hundreds of times. `tests/unit/test_synthetic_fit.py` holds the
two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.synthetic.activities import GOING, TREATMENTS
from pipelines.synthetic.cards import AUTOMATIC
from pipelines.synthetic.casework import exemptions
from pipelines.synthetic.efforts import NOT_ASSESSED
from pipelines.synthetic.people import SCHEME_START, months, next_month, to_day
from pipelines.synthetic.persons import sheltered
from pipelines.synthetic.register import Register
from pipelines.synthetic.tables import NIL, day
from pipelines.synthetic.tiltak import ACCEPTED, BROKEN, COURSE_BROKEN, DONE, OFFERED
from pipelines.synthetic.tiltak import GOING as TILTAK_GOING
from pipelines.synthetic.truth import happens
from pipelines.synthetic.world import World

Flags = NDArray[np.bool_]
ENDED = (DONE, BROKEN, COURSE_BROKEN)


@dataclass(frozen=True)
class Panel:
    """Months × persons; False where a person has no open case."""

    world: World
    months: list[date]
    recipient: Flags
    tiltak: Flags
    work: Flags
    plan: Flags
    treatment_any_plan: Flags
    group: NDArray[np.int8]
    """Innsatsgruppe as the place in `efforts.GROUPS`, -1 for none."""

    @property
    def treatment(self) -> Flags:
        return self.plan & self.treatment_any_plan

    @property
    def active(self) -> Flags:
        return self.tiltak | self.work

    def at(self, month: str) -> int:
        return self.months.index(date.fromisoformat(month + "-01"))

    def age(self, month: int) -> NDArray[np.int64]:
        """Whole years on the last day of a month."""
        last = to_day(next_month(self.months[month])) - 1
        return _whole_years(self.world.people.born, last)


def _whole_years(born: NDArray[np.float64], last: int) -> NDArray[np.int64]:
    births = born.astype(np.int64).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    now = np.datetime64(last, "D").astype("datetime64[M]").astype(np.int64)
    age: NDArray[np.int64] = (now - births) // 12
    return age


class _State:
    """A state extract as arrays of days and codes."""

    def __init__(self, register: Register, name: str) -> None:
        self.rows = register.state(name)
        self._frame = self.rows.frame

    def days(self, column: str) -> NDArray[np.int32]:
        return self._frame[column].cast(pl.Int32).fill_null(NIL).to_numpy()

    def codes(self, column: str) -> NDArray[np.int64]:
        return self._frame[column].to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def read(world: World, last: date, known: Panel | None = None, *, by_card: bool = True) -> Panel:
    """All months from March 2010 to `last`'s.

    `known` is an earlier reading of a world with the same lives: only plans and activities are read anew. Without
    `by_card`, being paid and reporting work follow from being on AAP and working in the fortnights whose cards come
    in the month, and no card is filled in: twice as fast, and good enough for slopes.
    """
    register, wanted = Register(world, SCHEME_START, clean=False), months(SCHEME_START, last)
    spans = [(to_day(month), to_day(next_month(month)) - 1) for month in wanted]
    open_cases = [world.open_in(*span) & ~sheltered(world, clean=False) for span in spans]
    reader = _Reader(register, spans, open_cases)
    plan, treatment = reader.plans(), reader.treatments()
    if known is not None:
        return replace(known, world=world, plan=plan, treatment_any_plan=treatment)
    recipient, work = reader.cards() if by_card else reader.without_cards()
    return Panel(world, wanted, recipient, reader.tiltak(), work, plan, treatment, reader.groups())


class _Reader:
    def __init__(self, register: Register, spans: list[tuple[int, int]], open_cases: list[Flags]) -> None:
        self._register, self._spans, self._open = register, spans, open_cases

    def _flags(self) -> Flags:
        return np.zeros((len(self._spans), self._register.world.people.size), dtype=bool)

    def _months(self, state: _State) -> Iterator[tuple[int, int, int, NDArray[np.int64]]]:
        """Number, first and last day of each month, and the rows of the extract."""
        for number, ((first, end), open_case) in enumerate(zip(self._spans, self._open, strict=True)):
            yield number, first, end, state.rows.shown(end, open_case)

    def cards(self) -> tuple[Flags, Flags]:
        """Who was paid, and who reported work."""
        register, exempt = self._register, _exempt(self._register.world)
        recipient, work = self._flags(), self._flags()
        for number, ((first, end), open_case) in enumerate(zip(self._spans, self._open, strict=True)):
            cards, payments = register.post.arrivals(first, end)
            recipient[number] = (np.bincount(payments.row, payments.kroner, open_case.size) > 0) & open_case
            counting = (register.card_rows.status(cards, end) == 0) & (cards.kind != AUTOMATIC)
            work[number, cards.row[counting & cards.hours.any(axis=1)]] = True
            work[number] &= open_case & ~exempt(end)
        return recipient, work

    def without_cards(self) -> tuple[Flags, Flags]:
        recipient, work = self._flags(), self._flags()
        course = self._register.world.course
        for number, ((first, end), open_case) in enumerate(zip(self._spans, self._open, strict=True)):
            recipient[number] = happens(course.spells, open_case.size, first - 17, end - 4) & open_case
            work[number] = happens(course.work, open_case.size, first - 14, end - 1) & open_case
        return recipient, work

    def plans(self) -> Flags:
        state, found = _State(self._register, "aktivitetsplan"), self._flags()
        fra, til, signed = (state.days(column) for column in ("dato_fra", "dato_til", "dato_godkjent"))
        for number, _, end, at in self._months(state):
            valid = (signed[at] != NIL) & (signed[at] <= end) & (fra[at] <= end) & (til[at] >= end)
            found[number, state.rows.row[at[valid]]] = True
        return found

    def treatments(self) -> Flags:
        state, found = _State(self._register, "aktivitet"), self._flags()
        going = (state.codes("aktivitettypenavn") < len(TREATMENTS)) & (state.codes("aktivitetstatuskode") == GOING)
        for number, _, _, at in self._months(state):
            found[number, state.rows.row[at[going[at]]]] = True
        return found

    def tiltak(self) -> Flags:
        state, found = _State(self._register, "tiltaksdeltakelse"), self._flags()
        status = state.codes("deltakerstatuskode")
        fra, til, changed = (state.days(column) for column in ("dato_fra", "dato_til", "dato_statusendring"))
        counts = np.isin(status, (OFFERED, ACCEPTED, TILTAK_GOING, *ENDED)) & (fra != NIL)
        counts &= ~(np.isin(status, ENDED) & (changed < fra))
        for number, first, end, at in self._months(state):
            part = counts[at] & (fra[at] <= end) & ((til[at] == NIL) | (til[at] >= first))
            found[number, state.rows.row[at[part]]] = True
        return found

    def groups(self) -> NDArray[np.int8]:
        state = _State(self._register, "innsatsgruppe")
        found = np.full(self._flags().shape, -1, dtype=np.int8)
        fra, til, code = state.days("fra_dato"), state.days("til_dato"), state.codes("kvalifiseringsgruppekode")
        for number, _, end, at in self._months(state):
            now = at[(fra[at] <= end) & ((til[at] == NIL) | (til[at] >= end)) & (code[at] < NOT_ASSESSED)]
            found[number, state.rows.row[now]] = code[now]
        return found


def _exempt(world: World) -> Callable[[int], Flags]:
    """Whether a person is excused from cards in a month: what casework.exemptions decides, as it becomes known."""
    spell, since = exemptions(world)
    spells = world.course.spells
    noticed = day(spells.end[spell])

    def exempt(end: int) -> Flags:
        now = (since <= end) & (since < np.minimum(noticed, world.horizon))
        mask = np.zeros(world.people.size, dtype=bool)
        mask[spells.row[spell[now]]] = True
        return mask

    return exempt
