"""Meldekort every fortnight, the hours of each day, and the payments that follow."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.synthetic.casework import EXEMPTION_STARTS, exempt_spells
from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools, Ints
from pipelines.synthetic.people import to_day
from pipelines.synthetic.tables import NEVER_DAY, NONE, codes, dates, day, frame
from pipelines.synthetic.world import World

FORTNIGHT = 14
A_MONDAY = to_day(date(2015, 1, 5))
"""All cards follow one grid of fortnights; this is the first day of one of them."""
LOOK_BACK = 100
"""A card that is later than this is never sent."""
TYPES = ("01", "05", "06", "07", "09", "10")
STATUSES = ("FERDI", "OVERM", "FEIL", "VENTE", "SLETT")
GROUPS = ("ATTF", "AAP", "INDIV", "ARBS")
YES_NO = ("N", "J")
PAPER, ELECTRONIC, AUTOMATIC, MANUAL, ARENA, CORRECTION = range(6)
FULL_TIME = 75.0
"""Hours of a full-time fortnight."""


def _schedules() -> NDArray[np.uint8]:
    """Working weeks, in half hours a day: one to four days of three to seven and a half hours, some weekends."""
    weeks = []
    for days in (
        (0,),
        (1, 3),
        (0, 2),
        (0, 1),
        (1, 2, 3),
        (0, 2, 4),
        (0, 1, 2),
        (2, 3, 4),
        (0, 1, 2, 3),
        (4, 5),
        (5, 6),
    ):
        for half_hours in (6, 8, 10, 12, 15):
            week = np.zeros(7, dtype=np.uint8)
            week[list(days)] = half_hours
            if week.sum() <= 60:
                weeks.append(week)
    return np.array(weeks)


SCHEDULES = _schedules()


@dataclass(frozen=True)
class Cards:
    """Cards that have been filled in, one value a card (`hours` fourteen, in half hours)."""

    row: Ints
    start: Ints
    received: Ints
    corrected: Ints
    """The day a correction of it came in, or NEVER_DAY."""
    kind: Ints
    hours: NDArray[np.uint8]
    course_days: Bools
    sick_days: Ints
    """How many days, from the card's third on."""
    holiday: Bools
    paid_days: Ints

    def __len__(self) -> int:
        return len(self.row)

    def take(self, which: NDArray[np.int64] | Bools) -> Cards:
        return Cards(*(getattr(self, f.name)[which] for f in fields(self)))

    def plus(self, other: Cards) -> Cards:
        return Cards(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


@dataclass(frozen=True)
class Payments:
    row: Ints
    card: Ints
    start: Ints
    posted: Ints
    ore: Ints

    def take(self, which: NDArray[np.int64] | Bools) -> Payments:
        return Payments(*(getattr(self, f.name)[which] for f in fields(self)))

    def plus(self, other: Payments) -> Payments:
        return Payments(*(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)))


def _window(episodes: Episodes, size: int, first: int, last: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per person, the first and last day within the window that an episode covers (last < first: none)."""
    at = np.flatnonzero((episodes.start < last + 1) & (episodes.end > first))
    low, high = np.full(size, FORTNIGHT, dtype=np.int64), np.full(size, -1, dtype=np.int64)
    row = episodes.row[at]
    begins = np.maximum(day(episodes.start[at]) - first, 0)
    ends = np.minimum(day(episodes.end[at]).astype(np.int64) - first, last - first)
    np.minimum.at(low, row, begins)
    np.maximum.at(high, row, ends)
    return low, high


class Post:
    """Cards and payments, fortnight by fortnight; what arrives in a month is handed out with that month."""

    def __init__(self, world: World, first: int, *, clean: bool) -> None:
        self._world, self._clean = world, clean
        self._next = A_MONDAY + (first - LOOK_BACK - A_MONDAY) // FORTNIGHT * FORTNIGHT
        self._cards: Cards | None = None
        self._payments: Payments | None = None
        people, noise = world.people, world.noise
        self._schedule = np.floor(len(SCHEDULES) * noise.uniform("kort/uke", people.who)).astype(np.int64)
        self._rate = 55_000 + np.floor(70_000 * noise.uniform("kort/dagsats", people.who)).astype(np.int64)
        self._ten = noise.below(world.parameters.number("meldekort.ti_dager"), "kort/ti", people.who)
        self._exempt_from = np.full(people.size, NEVER_DAY, dtype=np.int64)
        exempt = exempt_spells(world)
        spells = world.course.spells
        np.minimum.at(
            self._exempt_from,
            spells.row[exempt],
            np.maximum(day(spells.start[exempt]) + 30, EXEMPTION_STARTS),
        )
        self._automatic = noise.below(0.5, "kort/automatisk", people.who)

    def month(self, first: int, last: int) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """`meldekort`, `meldekort_dag` and `utbetaling` of the month, person by row (column `row`)."""
        while self._next + FORTNIGHT - 2 <= last:
            self._fortnight(self._next)
            self._next += FORTNIGHT
        assert self._cards is not None
        assert self._payments is not None
        now = (self._cards.received >= first) & (self._cards.received <= last)
        cards = self._cards.take(now)
        self._cards = self._cards.take(self._cards.received > last)
        paid_now = (self._payments.posted >= first) & (self._payments.posted <= last)
        payments = self._payments.take(paid_now)
        self._payments = self._payments.take(self._payments.posted > last)
        order = np.lexsort((cards.kind == CORRECTION, cards.start, cards.row))
        cards = cards.take(order)
        payments = payments.take(np.lexsort((payments.card, payments.start, payments.row)))
        return self._card_rows(cards, last), self._day_rows(cards), self._payment_rows(payments)

    def _fortnight(self, start: int) -> None:
        world, p, noise = self._world, self._world.parameters, self._world.noise
        people, course = world.people, world.course
        rate = 0.0 if self._clean else 1.0
        end = start + FORTNIGHT - 1
        spells = course.spells
        here = np.flatnonzero((spells.start < end + 1) & (spells.end >= start))
        row = spells.row[here]
        who, period = people.who[row], (start - A_MONDAY) // FORTNIGHT + 2000
        on_from = np.maximum(day(spells.start[here]).astype(np.int64) - start, 0)
        on_to = np.minimum(day(spells.end[here]).astype(np.int64) - start, FORTNIGHT - 1)
        exempt = self._exempt_from[row] <= start
        missing = noise.below(rate * p.number("meldekort.mangler"), "kort/mangler", who, period) & ~exempt
        u = noise.uniform("kort/naar", who, period)
        v = noise.uniform("kort/naar2", who, period)
        timely, late = p.number("meldekort.i_tide"), p.number("meldekort.litt_sent")
        delay = np.where(
            exempt | (u < timely), np.floor(3 * v) - 1,
            np.where(u < timely + late, 2 + np.floor(7 * v), 9 + np.floor(-12 * np.log(v))),
        ).astype(np.int64)  # fmt: skip
        if self._clean:
            delay = np.minimum(delay, 1)
        received = np.maximum(end + delay, day(spells.start[here]))
        gone = (received > np.minimum(world.case_closed[here].astype(np.int64) - 1, end + LOOK_BACK - 20)) | missing
        keep = np.flatnonzero(~gone)
        here, row, who, received, exempt, on_from, on_to = (
            a[keep] for a in (here, row, who, received, exempt, on_from, on_to)
        )

        hours = self._hours(row, who, period, start, on_from, on_to)
        tiltak_low, tiltak_high = _window(course.tiltak, people.size, start, end)
        in_tiltak = tiltak_high[row] >= tiltak_low[row]
        course_days = in_tiltak & noise.below(0.75, "kort/kurs", who, period)
        sick = np.where(
            noise.below(0.05, "kort/syk", who, period),
            1 + np.floor(5 * noise.uniform("kort/sykdager", who, period)),
            0,
        )
        holiday = noise.below(p.number("meldekort.hel_ferie"), "kort/ferie", who, period)
        hours[holiday | exempt] = 0
        weekdays = np.arange(FORTNIGHT) % 7 < 5
        paid = (((np.arange(FORTNIGHT) >= on_from[:, None]) & (np.arange(FORTNIGHT) <= on_to[:, None])) & weekdays).sum(
            axis=1
        )
        kind = np.where(noise.below(0.1, "kort/papir", who, period), PAPER, ELECTRONIC)
        kind = np.where(noise.below(rate * 0.01, "kort/manuelt", who, period), MANUAL, kind)
        kind = np.where(exempt, AUTOMATIC, kind)
        corrects = noise.below(rate * p.number("meldekort.korrigeres"), "kort/korrigert", who, period) & ~exempt
        corrected = received + 2 + np.floor(25 * noise.uniform("kort/korrigert_dag", who, period)).astype(np.int64)
        corrects &= corrected < world.case_closed[here]
        cards = Cards(
            row, np.full(len(row), start), received, np.where(corrects, corrected, NEVER_DAY), kind, hours,
            course_days, sick.astype(np.int64), holiday, paid,
        )  # fmt: skip
        self._pay(cards, here, period, exempt)
        shown = ~exempt | self._automatic[row]
        fixes = cards.take(corrects)
        fixed_hours = fixes.hours.copy()
        fixed_hours[:, 2:5] = np.where(fixed_hours.any(axis=1)[:, None], fixed_hours[:, 2:5] // 2, fixed_hours[:, 2:5])
        fixes = Cards(
            fixes.row, fixes.start, fixes.corrected, np.full(len(fixes), NEVER_DAY), np.full(len(fixes), CORRECTION),
            fixed_hours, fixes.course_days, fixes.sick_days, fixes.holiday, fixes.paid_days,
        )  # fmt: skip
        new = cards.take(shown).plus(fixes)
        self._cards = new if self._cards is None else self._cards.plus(new)

    def _hours(self, row: Ints, who: Ints, period: int, start: int, on_from: Ints, on_to: Ints) -> NDArray[np.uint8]:
        world, p, noise = self._world, self._world.parameters, self._world.noise
        low, high = _window(world.course.work, world.people.size, start, start + FORTNIGHT - 1)
        works = high[row] >= low[row]
        off = noise.below(p.number("meldekort.uten_timer"), "kort/uten_timer", who, period)
        odd = noise.below(p.number("meldekort.smaajobb"), "kort/smaajobb", who, period) & ~works
        hours = np.zeros((len(row), FORTNIGHT), dtype=np.uint8)
        at = np.flatnonzero((works & ~off) | odd)
        week = SCHEDULES[self._schedule[row[at]]]
        days = np.arange(FORTNIGHT)
        begins = np.where(odd[at], 3, np.maximum(low[row[at]], on_from[at]))
        ends = np.where(odd[at], 6, np.minimum(high[row[at]], on_to[at]))
        inside = (days >= begins[:, None]) & (days <= ends[:, None])
        hours[at] = np.concatenate([week, week], axis=1) * inside
        return hours

    def _pay(self, cards: Cards, spell: Ints, period: int, exempt: Bools) -> None:
        noise, people = self._world.noise, self._world.people
        worked = cards.hours.sum(axis=1) / 2.0
        share = np.where(worked > 0.8 * FULL_TIME, 0.0, 1.0 - worked / FULL_TIME)
        ore = np.floor(self._rate[cards.row] * cards.paid_days * share).astype(np.int64)
        who = people.who[cards.row]
        posted = cards.received + 1 + np.floor(3 * noise.uniform("kort/postert", who, period)).astype(np.int64)
        pays = (ore > 0) & ~cards.holiday & (posted < self._world.case_closed[spell])
        has_card = ~exempt | self._automatic[cards.row]
        number = _card_id(cards.row, cards.start, cards.kind)
        paid = Payments(cards.row, np.where(has_card, number, 0), cards.start, posted, ore).take(pays)
        fixes = pays & (cards.corrected < NEVER_DAY) & (cards.hours.any(axis=1))
        extra = Payments(
            cards.row, _card_id(cards.row, cards.start, np.full(len(cards), CORRECTION)), cards.start,
            cards.corrected + 2, ore // 20,
        ).take(fixes & (cards.corrected + 2 < self._world.case_closed[spell]))  # fmt: skip
        new = paid.plus(extra)
        self._payments = new if self._payments is None else self._payments.plus(new)

    def _card_rows(self, cards: Cards, last: int) -> pl.DataFrame:
        who, period = self._world.people.who[cards.row], (cards.start - A_MONDAY) // FORTNIGHT + 2000
        p, noise = self._world.parameters, self._world.noise
        rate = 0.0 if self._clean else 1.0
        failed = noise.below(rate * p.number("meldekort.feil"), "kort/status", who, period) & (cards.kind == ELECTRONIC)
        status = np.where(cards.corrected <= last, 1, np.where(failed, 3, 0))
        blank = noise.below(rate * p.number("meldekort.plassholder"), "kort/blank", who, period)
        group = np.where(blank, NONE, noise.choice(np.array([0.935, 0.055, 0.005, 0.005]), "kort/gruppe", who, period))
        related = pl.Series(_card_id(cards.row, cards.start, np.zeros(len(cards), dtype=np.int64)))
        years, weeks = _period_names(cards.start)
        return frame(
            {
                "row": cards.row,
                "meldekort_id": _card_id(cards.row, cards.start, cards.kind),
                "meldekort_id_relatert": related.set(pl.Series(cards.kind != CORRECTION), None),
                "aar": years,
                "periodekode": codes(weeks - 1, tuple(f"{w:02d}" for w in range(1, 54))),
                "dato_fra": dates(cards.start),
                "dato_til": dates(cards.start + FORTNIGHT - 1),
                "dato_innkommet": dates(cards.received),
                "mkskortkode": codes(cards.kind, TYPES),
                "meldegruppekode": codes(group, GROUPS),
                "beregningstatuskode": codes(status, STATUSES),
            }
        )

    def _day_rows(self, cards: Cards) -> pl.DataFrame:
        who, period = self._world.people.who[cards.row], (cards.start - A_MONDAY) // FORTNIGHT + 2000
        days = np.arange(FORTNIGHT)
        weekday = days % 7 < 5
        weekend_work = cards.hours[:, ~weekday].any(axis=1)
        kept = np.broadcast_to(weekday, (len(cards), FORTNIGHT)) | ~(self._ten[cards.row] & ~weekend_work)[:, None]
        rate = 0.0 if self._clean else 1.0
        blank = self._world.noise.below(
            rate * self._world.parameters.number("meldekort.plassholder"), "kort/blank", who, period
        )

        def flags(given: NDArray[np.bool_]) -> NDArray[np.uint8]:
            return np.where(blank[:, None], np.uint8(NONE), given.astype(np.uint8))[kept]

        _, week = _period_names(cards.start)
        _, second = _period_names(cards.start + 7)
        which = np.broadcast_to(days, kept.shape)[kept]
        sick = (days >= 2) & (days < 2 + cards.sick_days[:, None]) & weekday
        names = {
            "status_arbeidsdag": cards.hours > 0,
            "status_syk": sick,
            "status_ferie": cards.holiday[:, None] & weekday,
            "status_kurs": cards.course_days[:, None] & weekday & ~sick,
            "status_annetfravaer": np.zeros_like(kept),
        }
        return frame(
            {
                "meldekort_id": np.repeat(_card_id(cards.row, cards.start, cards.kind), kept.sum(axis=1)),
                "ukenr": np.where(days < 7, week[:, None], second[:, None]).astype(np.int32)[kept],
                "dagnr": (which % 7 + 1).astype(np.int32),
                "timer_arbeidet": _HALF_HOURS.gather(cards.hours[kept]),
                **{name: codes(flags(given), YES_NO) for name, given in names.items()},
            }
        )

    def _payment_rows(self, payments: Payments) -> pl.DataFrame:
        card = pl.Series(payments.card)
        period = (payments.start - A_MONDAY) // FORTNIGHT + 2000
        correction = payments.card % 10 == CORRECTION
        return frame(
            {
                "row": payments.row,
                "postering_id": (period * 10_000_000 + payments.row) * 2 + correction,
                "meldekort_id": card.set(pl.Series(payments.card == 0), None),
                "dato_periode_fra": dates(payments.start),
                "dato_periode_til": dates(payments.start + FORTNIGHT - 1),
                "dato_postert": dates(payments.posted),
                "belop": pl.Series(payments.ore // 100).cast(pl.Decimal(12, 2)),
            }
        )


_HALF_HOURS = (pl.Series(range(0, 49)).cast(pl.Float64) / 2).cast(pl.Decimal(3, 1))


def _card_id(row: Ints, start: Ints, kind: Ints) -> Ints:
    return (((start - A_MONDAY) // FORTNIGHT + 2000) * 10_000_000 + row) * 10 + np.where(
        kind == CORRECTION, CORRECTION, 0
    )


def _period_names(start: Ints) -> tuple[NDArray[np.int32], Ints]:
    """ISO year and week of each day."""
    days, member = np.unique(start, return_inverse=True)
    iso = [(date(1970, 1, 1) + timedelta(days=int(d))).isocalendar() for d in days]
    years = np.array([i.year for i in iso], dtype=np.int32)
    weeks = np.array([i.week for i in iso], dtype=np.int64)
    return years[member], weeks[member]
