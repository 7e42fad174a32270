"""Meldekort every fortnight, with the hours of each day, and the payments that follow them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.casework import exemptions
from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.people import to_day
from pipelines.synthetic.tables import NEVER_DAY, day
from pipelines.synthetic.world import World

FORTNIGHT = 14
A_MONDAY = to_day(date(2015, 1, 5))
"""All cards follow one grid of fortnights; this is the first day of one of them."""
LATEST = 80
"""Days after its fortnight when a card is given up."""
FULL_TIME = 75.0
"""Hours of a full-time fortnight (ukene à 37,5)."""
MOST_WORK = 0.8 * FULL_TIME
"""Above this nothing is paid (regel.arbeid_opptrapping_pst)."""
PAPER, ELECTRONIC, AUTOMATIC, MANUAL, CORRECTION = range(5)
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
        return card_id(self.row, self.start, self.kind == CORRECTION)


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


def card_id(row: Ints, start: Ints, correction: Bools) -> Ints:
    return (period(start) * 10_000_000 + row) * 2 + correction


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
        self._automatic = noise.below(0.5, "kort/automatisk", people.who)
        self._exempt_from = np.full(people.size, NEVER_DAY, dtype=np.int64)
        spell, since = exemptions(world)
        np.minimum.at(self._exempt_from, world.course.spells.row[spell], since)
        self._cards, self._payments = self._fortnight(self._next - FORTNIGHT)

    def arrivals(self, first: int, last: int) -> tuple[Cards, Payments]:
        """Cards received and payments posted from `first` to `last`, by person and fortnight."""
        while self._next + FORTNIGHT - 2 <= last:
            cards, payments = self._fortnight(self._next)
            self._cards, self._payments = self._cards.plus(cards), self._payments.plus(payments)
            self._next += FORTNIGHT
        cards, payments = self._cards, self._payments
        self._cards = cards.take(cards.received > last)
        self._payments = payments.take(payments.posted > last)
        cards = cards.take((cards.received >= first) & (cards.received <= last) & ~cards.automatic_pay)
        payments = payments.take((payments.posted >= first) & (payments.posted <= last))
        return (
            cards.take(np.lexsort((cards.kind, cards.start, cards.row))),
            payments.take(np.lexsort((payments.card, payments.start, payments.row))),
        )

    def _rate_of(self, name: str) -> float:
        return 0.0 if self._clean else self._world.parameters.number(name)

    def _fortnight(self, start: int) -> tuple[Cards, Payments]:
        """Everybody's cards for the fortnight from `start`, corrections too, and what is paid for them."""
        world, noise, spells = self._world, self._world.noise, self._world.course.spells
        end = start + FORTNIGHT - 1
        spell = np.flatnonzero((spells.start < end + 1) & (spells.end >= start))
        who, number = world.people.who[spells.row[spell]], int(period(np.array(start)))
        exempt = self._exempt_from[spells.row[spell]] <= start
        received = np.maximum(end + self._delay(who, number, exempt), day(spells.start[spell]))
        sent = ~noise.below(self._rate_of("meldekort.mangler"), "kort/mangler", who, number) | exempt
        sent &= (received < world.case_closed[spell]) & (received < end + LATEST)
        spell, who, exempt, received = spell[sent], who[sent], exempt[sent], received[sent]
        row = spells.row[spell]

        on_from = np.maximum(day(spells.start[spell]).astype(np.int64) - start, 0)
        on_to = np.minimum(day(spells.end[spell]).astype(np.int64), end) - start
        on = (on_from[:, None] <= DAYS) & (on_to[:, None] >= DAYS)
        holiday = noise.below(world.parameters.number("meldekort.hel_ferie"), "kort/ferie", who, number)
        hours = self._hours(row, who, number, start) * (on & ~(holiday | exempt)[:, None])
        low, high = _covered(world.course.tiltak, world.people.size, start, end)
        in_course = (high[row] >= low[row]) & noise.below(0.75, "kort/kurs", who, number)
        sick = np.where(
            noise.below(0.05, "kort/syk", who, number), 1 + np.floor(5 * noise.uniform("kort/sykdager", who, number)), 0
        )
        corrected = received + 2 + np.floor(25 * noise.uniform("kort/rettes_dag", who, number)).astype(np.int64)
        corrects = noise.below(self._rate_of("meldekort.korrigeres"), "kort/rettes", who, number) & ~exempt
        corrects &= corrected < np.minimum(world.case_closed[spell] - 5, end + LATEST)
        cards = Cards(
            row=row,
            start=np.full(len(row), start),
            received=received,
            corrected=np.where(corrects, corrected, NEVER_DAY),
            kind=self._kind(who, number, exempt),
            hours=hours,
            in_course=in_course,
            sick_days=sick.astype(np.int64),
            holiday=holiday & ~exempt,
            automatic_pay=exempt & ~self._automatic[row],
        )
        payments = self._pay(cards, (on & WEEKDAY).sum(axis=1), who, number)
        payments = payments.take(
            payments.posted < world.case_closed[world.spell_of(payments.row, payments.start.astype(np.float64) + 13)]
        )
        return cards.plus(_corrections(cards.take(corrects))), payments

    def _delay(self, who: Ints, number: int, exempt: Bools) -> Ints:
        """Days from the last of the fortnight to the card: from the day before, mostly in time, some very late."""
        p, noise = self._world.parameters, self._world.noise
        u, v = noise.uniform("kort/naar", who, number), noise.uniform("kort/naar_i", who, number)
        in_time, soon = p.number("meldekort.i_tide"), p.number("meldekort.litt_sent")
        late = np.where(u < in_time + soon, 2 + np.floor(7 * v), 9 - np.floor(12 * np.log(v)))
        timely = exempt | self._clean | (u < in_time)
        return np.where(timely, np.floor(3 * v) - 1, late).astype(np.int64)

    def _kind(self, who: Ints, number: int, exempt: Bools) -> Ints:
        p, noise = self._world.parameters, self._world.noise
        kind = np.where(noise.below(p.number("meldekort.papir"), "kort/papir", who), PAPER, ELECTRONIC)
        kind = np.where(noise.below(self._rate_of("meldekort.manuelle"), "kort/manuelt", who, number), MANUAL, kind)
        return np.where(exempt, AUTOMATIC, kind)

    def _hours(self, row: Ints, who: Ints, number: int, start: int) -> NDArray[np.uint8]:
        """The person's own working week, on the days they had work; some fortnights none, some without a job a day."""
        world, p, noise = self._world, self._world.parameters, self._world.noise
        low, high = _covered(world.course.work, world.people.size, start, start + FORTNIGHT - 1)
        works = high[row] >= low[row]
        works &= ~noise.below(p.number("meldekort.uten_timer"), "kort/uten_timer", who, number)
        odd_job = noise.below(p.number("meldekort.smaajobb"), "kort/smaajobb", who, number) & ~works
        first, last = np.where(odd_job, 3, low[row]), np.where(odd_job, 6, high[row])
        hours = np.zeros((len(row), FORTNIGHT), dtype=np.uint8)
        at = np.flatnonzero(works | odd_job)
        week = SCHEDULES[self._schedule[row[at]]]
        inside = (first[at, None] <= DAYS) & (last[at, None] >= DAYS)
        hours[at] = np.concatenate([week, week], axis=1) * inside
        return hours

    def _pay(self, cards: Cards, days_on: Ints, who: Ints, number: int) -> Payments:
        """A day's rate for each weekday on AAP, less the share of full time worked; a correction takes some back."""
        worked: Floats = cards.hours.sum(axis=1) / 2
        share = np.where(worked > MOST_WORK, 0.0, 1.0 - worked / FULL_TIME)
        kroner = np.floor(self._rate[cards.row] * days_on * share).astype(np.int64) * ~cards.holiday
        posted = cards.received + 1 + np.floor(3 * self._world.noise.uniform("kort/postert", who, number))
        card = np.where(cards.automatic_pay, 0, cards.ids)
        paid = Payments(cards.row, card, cards.start, posted.astype(np.int64), kroner)
        back = (cards.corrected < NEVER_DAY) & (worked > 0) & (kroner > 0)
        less = Payments(cards.row, cards.ids + 1, cards.start, cards.corrected + 2, -(kroner // 20))
        return paid.take(kroner > 0).plus(less.take(back))


def _corrections(cards: Cards) -> Cards:
    """New cards for the same fortnight: what was worked from Wednesday to Friday was not all reported at first."""
    hours = cards.hours.copy()
    hours[:, 2:5] += np.where(hours[:, 2:5] > 0, np.uint8(1), np.uint8(0))
    return Cards(
        row=cards.row,
        start=cards.start,
        received=cards.corrected,
        corrected=np.full(len(cards), NEVER_DAY),
        kind=np.full(len(cards), CORRECTION),
        hours=hours,
        in_course=cards.in_course,
        sick_days=cards.sick_days,
        holiday=cards.holiday,
        automatic_pay=cards.automatic_pay,
    )
