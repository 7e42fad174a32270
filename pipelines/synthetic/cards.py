"""Meldekort every fortnight, with the hours of each day, and the payments that follow them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.casework import exemptions
from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.people import YEAR, to_day
from pipelines.synthetic.tables import NEVER_DAY, day
from pipelines.synthetic.world import World

FORTNIGHT = 14
A_MONDAY = to_day(date(2015, 1, 5))
"""All cards follow one grid of fortnights; this is the first day of one of them."""
_BEFORE_AAP = 860
"""The number of a fortnight before the first anyone on AAP has a card for."""
_PERSONS = 2_000_000
"""More than there ever are at full scale."""
LATEST = 80
"""Days after its fortnight when a card is given up."""
FULL_TIME = 75.0
"""Hours of a full-time fortnight (ukene à 37,5)."""
MOST_WORK = 0.8 * FULL_TIME
"""Above this nothing is paid (regel.arbeid_opptrapping_pst)."""
PAPER, ELECTRONIC, AUTOMATIC, MANUAL, CORRECTION = range(5)
MIDSUMMER = (180, 209)
"""First and last day of the year that the middle of a holiday fortnight lies on (fellesferien: weeks 28 to 30)."""
DAYS = np.arange(FORTNIGHT)
WEEKDAY = DAYS % 7 < 5


def _schedules() -> NDArray[np.uint8]:
    """Working weeks in half hours a day: one to four days of three to seven and a half hours, some weekends."""
    patterns = ((0,), (1, 3), (0, 2), (0, 1), (1, 2, 3), (0, 2, 4), (0, 1, 2), (2, 3, 4), (0, 1, 2, 3), (4, 5), (5, 6))
    every = [(days, half_hours) for days in patterns for half_hours in (6, 8, 10, 12, 15)]
    weeks = np.zeros((len(every), 7), dtype=np.uint8)
    for week, (days, half_hours) in zip(weeks, every, strict=True):
        week[list(days)] = half_hours
    bearable = weeks.sum(axis=1) <= MOST_WORK
    return np.asarray(weeks[bearable])


SCHEDULES = _schedules()


class _Arrays:
    """Parallel arrays, one value a thing."""

    def take(self, which: NDArray[np.int64] | Bools) -> Self:
        return type(self)(*(getattr(self, f.name)[which] for f in fields(self)))  # type: ignore[arg-type]

    def plus(self, other: Self) -> Self:
        both = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))  # type: ignore[arg-type]
        return type(self)(*(np.concatenate(pair) for pair in both))


@dataclass(frozen=True)
class Cards(_Arrays):
    row: Ints
    start: Ints
    received: Ints
    corrected: Ints
    """The day a correction of it came in, or NEVER_DAY."""
    kind: Ints
    hours: NDArray[np.uint8]
    """Cards × 14, in half hours."""
    in_course: Bools
    sick_days: Ints
    holiday: Bools
    automatic_pay: Bools
    """No card was sent, and none was asked for; only the payment is real."""

    def __len__(self) -> int:
        return len(self.row)

    @property
    def period(self) -> Ints:
        return period(self.start)

    @property
    def ids(self) -> Ints:
        return numbered_by_fortnight(self.row, self.start, self.kind == CORRECTION)


@dataclass(frozen=True)
class Payments(_Arrays):
    row: Ints
    card: Ints
    """Card id, 0 for none."""
    start: Ints
    posted: Ints
    kroner: Ints


def period(start: Ints) -> Ints:
    """A number for each fortnight, never negative in this century."""
    return (start - A_MONDAY) // FORTNIGHT + 1000


def numbered_by_fortnight(row: Ints, start: Ints, correction: Bools) -> Ints:
    """An id for each person, fortnight and correction or not: ten digits at most, as Arena's are."""
    return ((period(start) - _BEFORE_AAP) * _PERSONS + row) * 2 + correction


def _covered(episodes: Episodes, size: int, first: int, last: int) -> tuple[Ints, Ints]:
    """Per person, first and last day (from `first`) that an episode covers; last before first when none does."""
    at = np.flatnonzero((episodes.start < last + 1) & (episodes.end > first))
    low, high = np.full(size, FORTNIGHT, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    np.minimum.at(low, episodes.row[at], np.maximum(day(episodes.start[at]).astype(np.int64) - first, 0))
    np.maximum.at(high, episodes.row[at], np.minimum(day(episodes.end[at]).astype(np.int64), last) - first)
    return low, high


class Post:
    """The mail: fortnights are worked through in order, what arrives in a month is handed out with that month."""

    def __init__(self, world: World, first: int, *, clean: bool) -> None:
        self._world, self._clean = world, clean
        self._next = A_MONDAY + (first - LATEST - 2 * FORTNIGHT - A_MONDAY) // FORTNIGHT * FORTNIGHT
        people, noise, p = world.people, world.noise, world.parameters
        self._schedule = np.floor(len(SCHEDULES) * noise.uniform("kort/uke", people.who)).astype(np.int64)
        low, high = p.numbers("meldekort.dagsats")
        self._rate = low + np.floor((high - low) * noise.uniform("kort/dagsats", people.who))
        self._paper = noise.below(p.number("meldekort.papir"), "kort/papir", people.who)
        self._automatic = noise.below(p.number("meldekort.fritak_med_kort"), "kort/automatisk", people.who)
        self._exempt_from = np.full(people.size, NEVER_DAY, dtype=np.int64)
        spell, since = exemptions(world)
        np.minimum.at(self._exempt_from, world.course.spells.row[spell], since)
        self._cards, self._payments = self._fortnight(self._next - FORTNIGHT)

    def arrivals(self, first: int, last: int) -> tuple[Cards, Payments]:
        """Cards received and payments posted from `first` to `last`, by fortnight and person, corrections after."""
        while self._next + FORTNIGHT - 2 <= last:
            cards, payments = self._fortnight(self._next)
            self._cards, self._payments = self._cards.plus(cards), self._payments.plus(payments)
            self._next += FORTNIGHT
        cards, payments = self._cards, self._payments
        self._cards = cards.take(cards.received > last)
        self._payments = payments.take(payments.posted > last)
        return (
            cards.take((cards.received >= first) & (cards.received <= last) & ~cards.automatic_pay),
            payments.take((payments.posted >= first) & (payments.posted <= last)),
        )

    def _chance_of(self, name: str) -> float:
        return 0.0 if self._clean else self._world.parameters.number(name)

    def _fortnight(self, start: int) -> tuple[Cards, Payments]:
        """Everybody's cards for the fortnight from `start`, corrections too, and what is paid for them."""
        world, p, spells = self._world, self._world.parameters, self._world.course.spells
        end = start + FORTNIGHT - 1
        spell = np.flatnonzero((spells.start < end + 1) & (spells.end >= start))
        row, number = spells.row[spell], int(period(np.array(start)))
        exempt = self._exempt_from[row] <= start
        when, days_late, missing, holidays = world.noise.coarse("kort/1", world.people.who[row], number)
        delay = self._delay(when, days_late, timely=exempt)
        received = np.maximum(end + delay, day(spells.start[spell]))
        sent = (missing >= self._chance_of("meldekort.mangler")) | exempt
        sent &= (received < world.case_closed[spell]) & (received < end + LATEST)
        holiday = holidays < p.number("meldekort.hel_ferie")
        spell, row, received = spell[sent], row[sent], received[sent]
        exempt, holiday = exempt[sent], holiday[sent]
        who, closed = world.people.who[row], world.case_closed[spell].astype(np.int64)

        courses, sick, correcting, idle = world.noise.coarse("kort/2", who, number)
        corrected_after, odd_job, posted_after, by_hand = world.noise.coarse("kort/3", who, number)
        on_from = np.maximum(day(spells.start[spell]).astype(np.int64) - start, 0)
        on_to = np.minimum(day(spells.end[spell]).astype(np.int64), end) - start
        low, high = _covered(world.course.tiltak, world.people.size, start, end)
        soonest, window = p.numbers("meldekort.dager_korrigert")
        corrected = received + int(soonest) + np.floor(window * corrected_after).astype(np.int64)
        corrects = (correcting < self._chance_of("meldekort.korrigeres")) & ~exempt
        corrects &= corrected < np.minimum(closed - 5, end + LATEST)
        cards = Cards(
            row=row,
            start=np.full(len(row), start),
            received=received,
            corrected=np.where(corrects, corrected, NEVER_DAY),
            kind=self._kind(row, by_hand, exempt),
            hours=self._hours(row, start, on_from, on_to, none=exempt | holiday, idle=idle, odd_job=odd_job),
            in_course=(high[row] >= low[row]) & (courses < p.number("meldekort.kursdager")),
            sick_days=np.ceil(5 * np.maximum(1 - sick / p.number("meldekort.sykdager"), 0)).astype(np.int64),
            holiday=holiday & ~exempt,
            automatic_pay=exempt & ~self._automatic[row],
        )
        paid = self._pay(cards, _weekdays(on_from, on_to), np.floor(3 * posted_after).astype(np.int64), closed)
        return _with_corrections(cards, corrects), paid

    def _delay(self, when: Floats, within: Floats, *, timely: Bools) -> Ints:
        """Days from the last of the fortnight to the card: from the day before, mostly in time, some very late."""
        in_time, soon = (
            self._world.parameters.number("meldekort.i_tide"),
            self._world.parameters.number("meldekort.litt_sent"),
        )
        late = np.where(when < in_time + soon, 2 + np.floor(7 * within), 9 - np.floor(12 * np.log(within)))
        in_order = timely | self._clean | (when < in_time)
        return np.where(in_order, np.floor(3 * within) - 1, late).astype(np.int64)

    def _kind(self, row: Ints, by_hand: Floats, exempt: Bools) -> Ints:
        kind = np.where(self._paper[row], PAPER, ELECTRONIC)
        kind = np.where(by_hand < self._chance_of("meldekort.manuelle"), MANUAL, kind)
        return np.where(exempt, AUTOMATIC, kind)

    def _hours(
        self, row: Ints, start: int, on_from: Ints, on_to: Ints, *, none: Bools, idle: Floats, odd_job: Floats
    ) -> NDArray[np.uint8]:
        """The person's own week on the days they had work; some fortnights none. Now and then an odd job, for those
        who have no work and are in no treatment."""
        world, p = self._world, self._world.parameters
        low, high = _covered(world.course.work, world.people.size, start, start + FORTNIGHT - 1)
        works = (high[row] >= low[row]) & (idle >= p.number("meldekort.uten_timer"))
        if MIDSUMMER[0] <= _day_of_year(start + FORTNIGHT // 2) <= MIDSUMMER[1]:
            year = int((start + FORTNIGHT // 2) / YEAR) + 1970
            works &= world.noise.uniform("kort/sommer", world.people.who[row], year) >= p.number(
                "meldekort.sommerferie"
            )
        treated_from, treated_to = _covered(world.course.treatment, world.people.size, start, start + FORTNIGHT - 1)
        odd = ~works & (odd_job < p.number("meldekort.smaajobb")) & (treated_to < treated_from)[row]
        at = np.flatnonzero((works | odd) & ~none)
        first = np.maximum(np.where(odd, 3, low[row]), on_from)[at, None]
        last = np.minimum(np.where(odd, 6, high[row]), on_to)[at, None]
        week = SCHEDULES[self._schedule[row[at]]]
        hours = np.zeros((len(row), FORTNIGHT), dtype=np.uint8)
        hours[at] = np.concatenate([week, week], axis=1) * ((first <= DAYS) & (last >= DAYS))
        return hours

    def _pay(self, cards: Cards, days_on: Ints, days_to_pay: Ints, closed: Ints) -> Payments:
        """A day's rate for each weekday on AAP, less the share of full time worked; a correction takes some back."""
        worked: Floats = cards.hours.sum(axis=1) / 2
        share = np.where(worked > MOST_WORK, 0.0, 1.0 - worked / FULL_TIME)
        kroner = np.floor(self._rate[cards.row] * days_on * share).astype(np.int64) * ~cards.holiday
        posted = cards.received + 1 + days_to_pay
        card = np.where(cards.automatic_pay, 0, cards.ids)
        paid = Payments(cards.row, card, cards.start, posted, kroner).take((kroner > 0) & (posted < closed))
        back = (cards.corrected + 2 < closed) & (worked > 0) & (kroner > 0)
        return paid.plus(
            Payments(cards.row, cards.ids + 1, cards.start, cards.corrected + 2, -(kroner // 20)).take(back)
        )


def _day_of_year(day: int) -> int:
    return (date(1970, 1, 1) + timedelta(days=day)).timetuple().tm_yday


def _weekdays(first: Ints, last: Ints) -> Ints:
    """Weekdays among the days `first` to `last` of a fortnight."""
    counted = np.append(0, np.cumsum(WEEKDAY))
    days: Ints = counted[np.maximum(last, -1) + 1] - counted[first]
    return np.maximum(days, 0)


def _with_corrections(cards: Cards, corrects: Bools) -> Cards:
    """Those that are corrected, and the corrections: what was worked was not all reported, or not at all, at first."""
    at = np.flatnonzero(corrects)
    true = cards.hours[at]
    first = cards.hours.copy()
    forgot_all = (cards.row[at] % 3 == 0)[:, None]
    first[at] = np.where(forgot_all, 0, true - np.minimum(true, 1))
    new = replace(
        cards.take(at),
        received=cards.corrected[at],
        corrected=np.full(len(at), NEVER_DAY),
        kind=np.full(len(at), CORRECTION),
    )
    return replace(cards, hours=first).plus(new)
