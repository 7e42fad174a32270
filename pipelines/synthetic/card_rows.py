"""Cards and payments as the rows of their three extracts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.synthetic.cards import (
    CORRECTION,
    DAYS,
    ELECTRONIC,
    FORTNIGHT,
    WEEKDAY,
    Cards,
    Payments,
    numbered_by_fortnight,
)
from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.tables import NONE, Codes, Days, codes, dates, empty, frame
from pipelines.synthetic.world import World

TYPES = ("01", "05", "06", "07", "10")
"""In the order of `cards.PAPER` and its fellows."""
STATUSES = ("FERDI", "OVERM", "FEIL")
GROUPS = ("ATTF", "AAP", "INDIV", "ARBS")
YES_NO = ("N", "J")
_HALF_HOURS = (pl.Series(range(49)).cast(pl.Float64) / 2).cast(pl.Decimal(3, 1))


class CardRows:
    """The rows of a month. A placeholder card has no flags and no meldegruppe (arena-schemas §3.8)."""

    def __init__(self, world: World, *, clean: bool) -> None:
        p, noise, people = world.parameters, world.noise, world.people
        self._world = world
        self._failing = 0.0 if clean else p.number("meldekort.feil")
        self._placeholder = 0.0 if clean else p.number("meldekort.plassholder")
        self._ten_days = noise.below(p.number("meldekort.ti_dager"), "kort/ti", people.who)

    def status(self, cards: Cards, last: int) -> Ints:
        """Places in STATUSES as at the day `last`."""
        failed = self._draws(cards)[0] < self._failing
        return np.where(cards.corrected <= last, 1, np.where(failed & (cards.kind == ELECTRONIC), 2, 0))

    def _draws(self, cards: Cards) -> tuple[Floats, Floats, Floats, Floats]:
        """For failure, for being a placeholder, for meldegruppe."""
        return self._world.noise.coarse("kort/4", self._world.people.who[cards.row], cards.period)

    def meldekort(self, cards: Cards, person_id: Ints, last: int) -> pl.DataFrame:
        """Status as at `last`: a card corrected later than that is not yet replaced."""
        _, blank, group, _ = self._draws(cards)
        bounds = np.cumsum(self._world.parameters.numbers("meldekort.grupper"))
        groups = np.minimum(np.searchsorted(bounds, group * bounds[-1]), len(GROUPS) - 1)
        original = pl.Series(numbered_by_fortnight(cards.row, cards.start, np.zeros(len(cards), dtype=bool)))
        years, weeks = _weeks(cards.start)
        return frame(
            {
                "meldekort_id": cards.ids,
                "person_id": person_id[cards.row],
                "meldekort_id_relatert": original.set(pl.Series(cards.kind != CORRECTION), None),
                "aar": years,
                "periodekode": codes(weeks - 1, tuple(f"{week:02d}" for week in range(1, 54))),
                "dato_fra": dates(cards.start),
                "dato_til": dates(cards.start + FORTNIGHT - 1),
                "dato_innkommet": dates(cards.received),
                "mkskortkode": codes(cards.kind, TYPES),
                "meldegruppekode": codes(np.where(blank < self._placeholder, NONE, groups), GROUPS),
                "beregningstatuskode": codes(self.status(cards, last), STATUSES),
            }
        )

    def meldekort_dag(self, cards: Cards) -> pl.DataFrame:
        """Fourteen rows a card, or the ten weekdays for those whose cards have no weekends."""
        works_weekend = cards.hours[:, ~WEEKDAY].any(axis=1)
        kept = WEEKDAY | ~(self._ten_days[cards.row] & ~works_weekend)[:, None]
        at = np.flatnonzero(kept)
        blank = self._draws(cards)[1] < self._placeholder
        sick = (DAYS >= 2) & (2 + cards.sick_days[:, None] > DAYS) & WEEKDAY

        def flag(given: Bools) -> Codes:
            places = given.astype(np.uint8)
            places[blank] = NONE
            return codes(places.ravel()[at], YES_NO)

        weeks = np.stack([_weeks(cards.start)[1], _weeks(cards.start + 7)[1]], axis=1).astype(np.int32)
        return frame(
            {
                "meldekort_id": np.repeat(cards.ids, kept.sum(axis=1)),
                "ukenr": np.repeat(weeks, 7, axis=1).ravel()[at],
                "dagnr": np.tile((DAYS % 7 + 1).astype(np.int32), len(cards))[at],
                "timer_arbeidet": _HALF_HOURS.gather(cards.hours.ravel()[at]),
                "status_arbeidsdag": flag(cards.hours > 0),
                "status_syk": flag(sick),
                "status_ferie": flag(cards.holiday[:, None] & WEEKDAY),
                "status_kurs": flag(cards.in_course[:, None] & WEEKDAY & ~sick),
                "status_annetfravaer": flag(np.zeros_like(kept)),
            }
        )

    def utbetaling(self, payments: Payments, person_id: Ints) -> pl.DataFrame:
        card = pl.Series(payments.card)
        correction = payments.kroner < 0
        return frame(
            {
                "postering_id": numbered_by_fortnight(payments.row, payments.start, correction),
                "person_id": person_id[payments.row],
                "meldekort_id": card.set(card == 0, None) if len(card) else empty(0, pl.Int64),
                "dato_periode_fra": dates(payments.start),
                "dato_periode_til": dates(payments.start + FORTNIGHT - 1),
                "dato_postert": dates(payments.posted),
                "belop": pl.Series(payments.kroner).cast(pl.Decimal(12, 2)),
            }
        )


def _weeks(start: Ints) -> tuple[Days, Ints]:
    """ISO year and week of each day."""
    days, member = np.unique(start, return_inverse=True)
    iso = [(date(1970, 1, 1) + timedelta(days=int(d))).isocalendar() for d in days]
    years = np.array([i.year for i in iso], dtype=np.int32)
    return years[member], np.array([i.week for i in iso], dtype=np.int64)[member]
