"""One simulated world: the people, what happened to them, and when their cases were open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from pipelines.synthetic.conversion import convert
from pipelines.synthetic.episodes import Course, course, ordinals
from pipelines.synthetic.life import live
from pipelines.synthetic.noise import Bools, Floats, Ints, Noise
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import People, next_month, people, to_day
from pipelines.synthetic.tables import Days, day

MONTHS_AHEAD = 4
"""At the end of the last month more is known than has happened: a case opened, a place in tiltak offered."""
_DRAWS = 64
"""Numbered draws a spell may use of one stream."""


@dataclass(frozen=True)
class World:
    """Everything that follows from parameters, seed, share and last month. `horizon`: the first unlived day."""

    parameters: Parameters
    noise: Noise
    people: People
    course: Course
    horizon: int

    def spell_draw(self, stream: str, draw: int = 0) -> Floats:
        """One fraction per AAP spell: by person and which of theirs it is, so that later spells change nothing."""
        spells = self.course.spells
        number = ordinals(spells.row) * _DRAWS + draw
        return self.noise.uniform(stream, self.people.who[spells.row], number)

    @cached_property
    def case_open(self) -> Days:
        """Per AAP spell: the first day of its case, an application some weeks before the first day on AAP."""
        spells, longest = self.course.spells, self.parameters.number("sak.dager_for")
        converted = self.people.converted[spells.row] & (spells.start == spells.start.min(initial=np.inf))
        return day(spells.start - np.where(converted, 0.0, longest * self.spell_draw("sak/for")))

    @cached_property
    def case_closed(self) -> Days:
        """Per AAP spell: the last day of its case, some weeks after the last day on AAP."""
        shortest, spread = self.parameters.numbers("sak.dager_etter")
        return day(self.course.spells.end + shortest + spread * self.spell_draw("sak/etter"))

    @cached_property
    def converted_spell(self) -> Bools:
        """The spells that came from the old benefits on 1 March 2010."""
        spells = self.course.spells
        first = np.append(True, spells.row[1:] != spells.row[:-1])[: len(spells)]
        return first & self.people.converted[spells.row]

    def open_in(self, first: int, last: int) -> Bools:
        """Persons with an open case on any day from `first` to `last`."""
        mask = np.zeros(self.people.size, dtype=bool)
        mask[self.course.spells.row[(self.case_open <= last) & (self.case_closed >= first)]] = True
        return mask

    def spell_of(self, row: Ints, time: Floats) -> Ints:
        """The AAP spell in which something happened to a person."""
        spells = self.course.spells
        # Person and time as one ascending number: times are below a million days.
        return np.searchsorted(spells.row * 1e6 + spells.start, row * 1e6 + time, side="right") - 1


def simulate(parameters: Parameters, seed: int, last: date, share: float) -> World:
    """Everybody and everything until a while after `last`'s month."""
    noise, beyond = Noise(seed), last
    for _ in range(MONTHS_AHEAD):
        beyond = next_month(beyond)
    population = people(parameters, noise, beyond, share)
    horizon = to_day(next_month(beyond))
    known, lives = convert(population, course(live(population, parameters, noise, float(horizon))))
    return World(parameters, noise, known, lives, horizon)
