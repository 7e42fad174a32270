"""Episodes (from–to, half-open, times) out of the events of `life`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.noise import Floats, Ints
from pipelines.synthetic.state import EXITS, NEVER, Event, Events


@dataclass(frozen=True)
class Episodes:
    """Ordered by person and time; `end` is NEVER where it has not ended within the horizon."""

    row: Ints
    start: Floats
    end: Floats
    detail: NDArray[np.int8]
    planned: Floats
    ended_by: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.row)


def episodes(events: Events, begins: int, ends: tuple[int, ...]) -> Episodes:
    """Pair every beginning with the next ending of the same person."""
    starting = events.kind == begins
    relevant = np.flatnonzero(starting | np.isin(events.kind, ends))
    kind, row = events.kind[relevant], events.row[relevant]
    following = np.append(relevant[1:], 0)
    has_end = np.append((row[1:] == row[:-1]) & (kind[1:] != begins), False)
    first = kind == begins
    at, then, ended = relevant[first], following[first], has_end[first]
    return Episodes(
        row=events.row[at],
        start=events.time[at],
        end=np.where(ended, events.time[then], NEVER),
        detail=events.detail[at],
        planned=events.planned[at],
        ended_by=np.where(ended, events.kind[then], -1).astype(np.int8),
    )


@dataclass(frozen=True)
class Course:
    """All of it, sorted out: spells on AAP, the three activities, and the turning points."""

    spells: Episodes
    treatment: Episodes
    work: Episodes
    tiltak: Episodes
    clarified: Episodes
    job_ready: Episodes


def course(events: Events) -> Course:
    return Course(
        spells=episodes(events, Event.ENTER, EXITS),
        treatment=episodes(events, Event.TREATMENT_START, (Event.TREATMENT_END,)),
        work=episodes(events, Event.WORK_START, (Event.WORK_END,)),
        tiltak=episodes(events, Event.TILTAK_START, (Event.TILTAK_END,)),
        clarified=episodes(events, Event.CLARIFIED, EXITS),
        job_ready=episodes(events, Event.JOB_READY, EXITS),
    )


def ordinals(row: Ints) -> Ints:
    """0, 1, 2 … within each person (rows ordered by person): a name for a thing that later things do not change."""
    place = np.arange(len(row))
    first = np.append(True, row[1:] != row[:-1])[: len(row)]
    return place - np.maximum.accumulate(np.where(first, place, 0))
