"""The hazards of `life`: events per day, from the state a person is in and what they brought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.synthetic.noise import Floats, Ints
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import AGE_BANDS, MONTH, YEAR, People

if TYPE_CHECKING:
    from pipelines.synthetic.life import State

_ILL, _BETTER, _FIT, _LASTING = range(4)
_NEVER = 1e9


class Hazards:
    """Effects of fixed characteristics are multiplied together once; the state's are looked up each round."""

    def __init__(self, people: People, parameters: Parameters) -> None:
        self._people, self._p = people, parameters
        self.work_person = self._effect("arbeid")
        self.tiltak_person = self._effect("tiltak")
        self._exit_person = self._effect("utgang.jobb")
        frail = people.frail
        self._frail_better = np.exp(-parameters.number("helse.skrophet") * frail)
        self._frail_worse = np.exp(parameters.number("helse.skrophet") * frail)
        years = sorted(parameters.table("tiltak.per_aar"))
        self._first_year = int(years[0])
        self._tiltak_year = np.array([parameters.table("tiltak.per_aar")[y] for y in years], dtype=np.float64)

    def _effect(self, name: str) -> Floats:
        people, effect = self._people, np.ones(self._people.size)
        groups: dict[str, Ints] = {
            "kvinne": people.woman.astype(np.int64),
            "diagnose": people.diagnosis,
            "utdanning": people.education,
            "vei_inn": people.way_in,
            "konvertert": people.converted.astype(np.int64),
        }
        for group, codes in groups.items():
            factors: Any = self._p.entries.get(f"{name}.{group}")
            if factors is not None:
                value = factors["verdi"]
                table = value if isinstance(value, list) else [1.0, value]
                effect *= np.asarray(table, dtype=np.float64)[codes]
        return effect

    def band(self, rows: Ints, now: Floats) -> Ints:
        return np.digitize((now - self._people.born[rows]) / YEAR, AGE_BANDS)

    def work_at_entry(self, health: Ints) -> Floats:
        """Probability of working part-time from the first day on AAP."""
        rows = np.arange(self._people.size)
        return (
            self._p.number("arbeid.ved_start")
            * self.work_person
            * self._p.numbers("arbeid.alder")[self.band(rows, self._people.entry)]
            * self._p.numbers("arbeid.helse")[health]
        )

    def rates(self, state: State) -> Floats:
        """Hazards a day, sixteen events × persons, in the order of `life.Event`."""
        p, row, health, on = self._p, state.row, state.health, state.on
        band = self.band(row, state.now)
        in_tiltak = state.tiltak_until < _NEVER
        months_on = (state.now - state.spell_start) / MONTH
        year = np.clip((state.now / YEAR + 1970).astype(np.int64) - self._first_year, 0, len(self._tiltak_year) - 1)
        ready = state.ready_until < _NEVER
        nothing = np.zeros(len(row))

        def by_health(name: str) -> Floats:
            return p.numbers(name)[health]

        better = (
            by_health("helse.bedre")
            * self._frail_better[row]
            * np.where(state.treated, p.number("helse.behandlingseffekt"), 1.0)
        )
        worse = by_health("helse.verre") * self._frail_worse[row]
        lasting = by_health("helse.varig") * self._frail_worse[row] * p.numbers("helse.varig_alder")[band]
        treatment = np.where(state.never_treated | state.treated, 0.0, by_health("behandling.start"))
        treatment_end = np.where(state.treated, by_health("behandling.slutt"), 0.0)
        work = np.where(
            state.works | state.clarified,
            0.0,
            p.number("arbeid.start")
            * self.work_person[row]
            * p.numbers("arbeid.alder")[band]
            * by_health("arbeid.helse")
            * np.where(in_tiltak, p.number("arbeid.i_tiltak"), 1.0),
        )
        work_end = np.where(state.works, by_health("arbeid.slutt"), 0.0)
        tiltak = np.where(
            in_tiltak,
            0.0,
            p.number("tiltak.start")
            * self.tiltak_person[row]
            * p.numbers("tiltak.alder")[band]
            * by_health("tiltak.helse")
            * np.where(state.works, p.number("tiltak.i_arbeid"), 1.0)
            * np.where(state.treated, p.number("tiltak.i_behandling"), 1.0)
            * np.where(months_on < 2, p.number("tiltak.forste_maaneder"), 1.0)
            * np.where(state.clarified, p.number("tiltak.avklart"), 1.0)
            * self._tiltak_year[year],
        )
        tiltak_end = np.where(in_tiltak, p.number("tiltak.avbrudd"), 0.0)
        clarified = np.where(
            (health == _LASTING) & ~state.clarified,
            p.number("varig.avklaring") * np.where(months_on > 24, p.number("varig.etter_to_aar"), 1.0),
            0.0,
        )
        job_ready = np.where((health == _FIT) & ~state.works & ~ready, p.number("utgang.ferdig_avklart"), 0.0)
        to_work = (
            by_health("utgang.jobb.helse")
            * self._exit_person[row]
            * np.where(state.works, p.number("utgang.jobb.i_arbeid"), 1.0)
            * np.where(in_tiltak, p.number("utgang.jobb.i_tiltak"), 1.0)
        )
        to_ufore = np.where(state.clarified, p.number("utgang.ufore"), 0.0)
        other = p.numbers("utgang.annet.alder")[band]
        death = p.numbers("utgang.dod.alder")[band]
        away = (state.now - state.spell_start) / MONTH
        back = np.where(
            on | (away < 1.0), 0.0, p.number("retur.rate") * np.exp(-away / p.number("retur.avtar_maaneder"))
        )
        rates = np.stack(
            [better, worse, lasting, treatment, treatment_end, work, work_end, tiltak, tiltak_end,
             clarified, job_ready, to_work, to_ufore, other, nothing, nothing]
        )  # fmt: skip
        rates *= on
        rates[14] = death
        rates[15] = back
        return np.asarray(rates / MONTH)
