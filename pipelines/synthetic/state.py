"""What can happen to a person on AAP, where each one stands, and the log of what happened."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.noise import Bools, Floats, Ints

NEVER = 1e9
"""A time nobody reaches."""

ILL, BETTER, FIT, LASTING = range(4)
"""Health: ill; better; fit enough to work in full; lastingly reduced."""


class Event(IntEnum):
    """The first are drawn by hazard, in this order; the last two are only written down."""

    BETTER = 0
    WORSE = 1
    LASTING = 2
    TREATMENT_START = 3
    TREATMENT_END = 4
    WORK_START = 5
    WORK_END = 6
    EMPLOYER_LOST = 7
    TILTAK_START = 8
    TILTAK_END = 9
    CLARIFIED = 10
    JOB_READY = 11
    EXIT_WORK = 12
    EXIT_UFORE = 13
    EXIT_OTHER = 14
    DEATH = 15
    ENTER = 16
    HEALTH = 17
    NOTHING = 18

    @classmethod
    def drawn(cls) -> int:
        """How many there are a hazard for."""
        return int(cls.ENTER) + 1


EXITS = (Event.EXIT_WORK, Event.EXIT_UFORE, Event.EXIT_OTHER, Event.DEATH)


@dataclass
class State:
    """Where each person still followed stands. `row` is the place in `People`; times are days since 1970."""

    row: Ints
    now: Floats
    on: Bools
    health: Ints
    never_treated: Bools
    treated: Bools
    employer: Bools
    works: Bools
    tiltak_until: Floats
    been_in_tiltak: Bools
    clarified: Bools
    """Found to be lastingly reduced (varig tilpasset innsats); waits for uføretrygd."""
    ready_until: Floats
    """End of the three months as job-seeker."""
    spell_start: Floats
    """Of the spell on AAP, or of the time away."""
    limit: Floats
    """The four years' end; away, what is left of them."""
    gone: Bools
    limits_met: Ints
    left: Floats
    """Drawn events × persons: what is left of the unit of hazard each event waits for."""
    fired: NDArray[np.int16]
    """Drawn events × persons: how often each has happened."""

    def keep(self, which: Bools) -> State:
        return State(*(getattr(self, field.name)[..., which] for field in fields(self)))


@dataclass(frozen=True)
class Events:
    """Everything that happened, ordered by person and time."""

    row: Ints
    time: Floats
    kind: NDArray[np.int8]
    detail: NDArray[np.int8]
    """Health after HEALTH, group of tiltak at TILTAK_START."""
    planned: Floats
    """The end that was agreed, at TILTAK_START."""


class Recorder:
    """Collects events in the order they are simulated; hands them out person by person."""

    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Floats, Ints, Ints, Floats]] = []

    def add(self, row: Ints, time: Floats, kind: int, detail: int | Ints = 0, planned: float | Floats = NEVER) -> None:
        if len(row):
            one = np.ones(len(row), dtype=np.int64)
            self._parts.append((row, time, kind * one, detail * one, planned * np.ones(len(row))))

    def events(self) -> Events:
        row, time, kind, detail, planned = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        # At one and the same moment, what ends comes before the exit that ended it.
        order = np.lexsort((kind, time, row))
        return Events(
            row[order], time[order], kind[order].astype(np.int8), detail[order].astype(np.int8), planned[order]
        )
