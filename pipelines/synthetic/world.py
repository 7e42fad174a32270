"""One simulated world: the people, what happened to them, and when their cases were open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.episodes import Course, course
from pipelines.synthetic.life import NEVER, live
from pipelines.synthetic.noise import Bools, Floats, Noise
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import People, next_month, people, to_day
from pipelines.synthetic.tables import day


@dataclass(frozen=True)
class World:
    parameters: Parameters
    noise: Noise
    people: People
    course: Course
    horizon: int
    """The first day nothing is known about."""
    case_open: NDArray[np.int32]
    case_closed: NDArray[np.int32]
    """Per AAP spell: first and last day with an open case."""

    def open_in(self, first: int, last: int) -> Bools:
        """Persons with an open case on any day from `first` to `last`."""
        spells = self.course.spells.row[(self.case_open <= last) & (self.case_closed >= first)]
        mask = np.zeros(self.people.size, dtype=bool)
        mask[spells] = True
        return mask

    def spell_draw(self, stream: str, draw: int = 0) -> Floats:
        """One fraction per AAP spell: by person and the day it began, so later spells change nothing."""
        spells = self.course.spells
        return self.noise.uniform(stream, self.people.who[spells.row], day(spells.start).astype(np.int64) * 64 + draw)


MONTHS_AHEAD = 4
"""What is known at the end of the last month may be about to happen: a case opened, a place in tiltak offered."""


def simulate(parameters: Parameters, seed: int, last: date, share: float) -> World:
    """Everybody and everything until a while after `last`'s month."""
    noise = Noise(seed)
    beyond = last
    for _ in range(MONTHS_AHEAD):
        beyond = next_month(beyond)
    population = people(parameters, noise, beyond, share)
    horizon = to_day(next_month(beyond))
    lives = course(live(population, parameters, noise, float(horizon)))
    world = World(parameters, noise, population, lives, horizon, np.empty(0, np.int32), np.empty(0, np.int32))
    spells = lives.spells
    before = np.where(population.converted[spells.row], 0.0, 45.0 * world.spell_draw("sak/for"))
    after = parameters.number("sak.etter_dager") + 45.0 * world.spell_draw("sak/etter")
    return World(
        parameters,
        noise,
        population,
        lives,
        horizon,
        case_open=day(spells.start - before),
        case_closed=day(np.where(spells.end < NEVER, spells.end + after, NEVER)),
    )
