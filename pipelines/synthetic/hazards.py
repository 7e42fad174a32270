"""The hazards of `life`: events a month, from the state a person is in and what they brought."""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import AGE_BANDS, MONTH, YEAR, YOUNG_BANDS, People
from pipelines.synthetic.state import BETTER, FIT, LASTING, NEVER, Event, State

WORK_AS_IN = 2015.3
"""The time the rates of work are given for."""
AWAY_AT_LEAST = 1.0
"""Months off AAP before anyone comes back: nothing shorter is an exit."""


class Hazards:
    """Effects of fixed characteristics are multiplied together once; the state's are looked up each round."""

    def __init__(self, people: People, parameters: Parameters) -> None:
        self._people, self._p = people, parameters
        self.work_person = self._effect("arbeid") * np.exp(parameters.number("arbeid.driv") * people.drive)
        self.tiltak_person = self._effect("tiltak") * np.exp(parameters.number("tiltak.driv") * people.drive)
        self._exit_person = self._effect("utgang.jobb")
        self._lasting_person = self._effect("helse.varig")
        self._work_sticks = np.exp(parameters.number("arbeid.driv") * people.drive)
        self._treatment_lasts = np.exp(parameters.number("behandling.ulik_lengde") * people.lingering)
        slope = parameters.number("helse.skrophet")
        self._frail = np.exp(slope * people.frail)
        years = parameters.table("tiltak.per_aar")
        self._first_year = int(min(years))
        ways_out = parameters.table("utgang.per_aar")
        self._exit_year = np.array([ways_out[year] for year in sorted(ways_out)], dtype=np.float64)
        self._tiltak_year = np.array([years[year] for year in sorted(years)], dtype=np.float64)

    def _effect(self, name: str) -> Floats:
        """The product of the factors `<name>.<characteristic>` there are; a single factor is for «yes»."""
        people, effect = self._people, np.ones(self._people.size)
        for characteristic, codes in people.characteristics().items():
            if self._p.has(f"{name}.{characteristic}"):
                factors = np.atleast_1d(self._p.numbers(f"{name}.{characteristic}"))
                effect *= (factors if len(factors) > 1 else np.array([1.0, factors[0]]))[codes]
        return effect

    def band(self, rows: Ints, now: Floats) -> Ints:
        return np.digitize((now - self._people.born[rows]) / YEAR, AGE_BANDS)

    def _work_growth(self, now: Floats) -> Floats:
        """Part-time work beside AAP has become commoner by the year; one in the spring of 2015."""
        return np.asarray(self._p.number("arbeid.vekst") ** (now / YEAR + 1970 - WORK_AS_IN))

    def work_at_entry(self, health: Ints, employer: Ints, treated: Bools) -> Floats:
        """Probability of working part-time from the first day on AAP."""
        rows = np.arange(self._people.size)
        chance = (
            self._p.number("arbeid.ved_start")
            * self._work_growth(self._people.entry)
            * self.work_person
            * self._p.numbers("arbeid.alder")[self.band(rows, self._people.entry)]
            * self._p.numbers("arbeid.helse")[health]
            * self._p.numbers("arbeid.arbeidsgiver")[employer]
            * np.where(treated, self._p.number("arbeid.i_behandling"), 1.0)
            * self._room(treated, self._people.room_for_work)
        )
        return np.minimum(chance, 0.95)

    def _room(self, occupied: Bools, there_is: Bools) -> Floats:
        """Little is begun beside a treatment that fills the days, and little such treatment beside anything else."""
        return np.where(occupied & ~there_is, self._p.number("behandling.tung"), 1.0)

    def rates(self, state: State) -> Floats:
        """Hazards a day: drawn events × persons, in the order of `Event`."""
        p, row, health = self._p, state.row, state.health
        band = self.band(row, state.now)
        frail = self._frail[row]
        in_tiltak = state.tiltak_until < NEVER
        months_on = (state.now - state.spell_start) / MONTH
        year = (state.now / YEAR + 1970).astype(np.int64) - self._first_year
        employer = state.employer.astype(np.int64)
        for_work, for_tiltak = self._people.room_for_work[row], self._people.room_for_tiltak[row]

        def by_health(name: str) -> Floats:
            return np.asarray(p.numbers(name)[health])

        def if_so(condition: Bools, name: str) -> Floats:
            return np.where(condition, p.number(name), 1.0)

        rates = np.zeros((Event.drawn(), len(row)))
        rates[Event.BETTER] = by_health("helse.bedre") / frail * if_so(state.treated, "helse.behandlingseffekt")
        rates[Event.WORSE] = by_health("helse.verre") * frail
        rates[Event.LASTING] = (
            by_health("helse.varig") * frail * p.numbers("helse.varig.alder")[band] * self._lasting_person[row]
        )
        rates[Event.TREATMENT_START] = np.where(
            state.never_treated | state.treated,
            0.0,
            by_health("behandling.start")
            * if_so(state.clarified, "behandling.start_avklart")
            * if_so(in_tiltak, "behandling.start_i_tiltak")
            * np.minimum(self._room(in_tiltak, for_tiltak), self._room(state.works, for_work)),
        )
        rates[Event.TREATMENT_END] = np.where(
            state.treated,
            by_health("behandling.slutt")
            * if_so(state.clarified, "behandling.slutt_avklart")
            * if_so(in_tiltak, "behandling.slutt_i_tiltak")
            / self._treatment_lasts[row],
            0.0,
        )
        rates[Event.WORK_START] = np.where(
            state.works | state.clarified,
            0.0,
            p.number("arbeid.start")
            * self._work_growth(state.now)
            * self.work_person[row]
            * p.numbers("arbeid.alder")[band]
            * by_health("arbeid.helse")
            * p.numbers("arbeid.arbeidsgiver")[employer]
            * if_so(in_tiltak, "arbeid.i_tiltak")
            * if_so(state.treated, "arbeid.i_behandling")
            * self._room(state.treated, for_work),
        )
        rates[Event.WORK_END] = np.where(
            state.works,
            by_health("arbeid.slutt") * p.numbers("arbeid.slutt.arbeidsgiver")[employer] / self._work_sticks[row],
            0.0,
        )
        rates[Event.EMPLOYER_LOST] = np.where(
            state.employer & ~state.works & (months_on > 6), p.number("arbeid.mister_arbeidsgiver"), 0.0
        )
        rates[Event.TILTAK_START] = np.where(
            in_tiltak,
            0.0,
            p.number("tiltak.start")
            * self.tiltak_person[row]
            * p.numbers("tiltak.alder")[band]
            * if_so(band < YOUNG_BANDS, "tiltak.unge")
            * by_health("tiltak.helse")
            * if_so(state.works, "tiltak.i_arbeid")
            * if_so(state.treated, "tiltak.i_behandling")
            * self._room(state.treated, for_tiltak)
            * if_so(months_on < 2, "tiltak.forste_maaneder")
            * if_so(months_on > 24, "tiltak.etter_to_aar")
            * if_so(state.been_in_tiltak, "tiltak.igjen")
            * if_so(state.clarified, "tiltak.avklart")
            * if_so(state.limits_met > 0, "tiltak.etter_grensen")
            * self._tiltak_year[np.clip(year, 0, len(self._tiltak_year) - 1)],
        )
        rates[Event.TILTAK_END] = np.where(in_tiltak, p.number("tiltak.avbrudd"), 0.0)
        rates[Event.CLARIFIED] = np.where(
            (health == LASTING) & ~state.clarified,
            p.number("varig.avklaring") * if_so(months_on > 24, "varig.etter_to_aar"),
            0.0,
        )
        rates[Event.JOB_READY] = np.where(
            (health == FIT) & ~state.works & (state.ready_until >= NEVER), p.number("utgang.ferdig_avklart"), 0.0
        )
        rates[Event.EXIT_WORK] = (
            by_health("utgang.jobb.helse")
            * self._exit_person[row]
            * if_so(band < YOUNG_BANDS, "utgang.jobb.unge")
            * if_so(state.works & (health >= BETTER), "utgang.jobb.i_arbeid")
            * if_so(in_tiltak, "utgang.jobb.i_tiltak")
        )
        rates[Event.EXIT_UFORE] = np.where(state.clarified, p.number("utgang.ufore"), 0.0)
        rates[Event.EXIT_OTHER] = p.number("utgang.annet") * p.numbers("utgang.annet.alder")[band]
        rates[Event.EXIT_WORK : Event.DEATH] *= self._exit_year[np.clip(year, 0, len(self._exit_year) - 1)]
        rates *= state.on

        away = months_on
        rates[Event.DEATH] = p.numbers("utgang.dod.alder")[band]
        rates[Event.ENTER] = np.where(
            state.on | (away < AWAY_AT_LEAST),
            0.0,
            p.number("retur.rate")
            * np.exp(-away / p.number("retur.avtar_maaneder"))
            * if_so(state.limit >= NEVER / 2, "retur.etter_grensen"),
        )
        rates /= MONTH
        return rates
