"""Lives on AAP in continuous time: health, treatment, work, tiltak and the ways out, as competing risks.

Every person has a clock. In each round everybody still followed draws the waiting time to their next event from
the sum of their hazards, and which one it was; what is scheduled (a tiltak's last day, the four-year limit,
sixty-seven years) comes first if it comes sooner. Hazards are constant between a person's own events and are
looked at again at least every `PULSE` days, so they may depend on age, calendar and time on AAP. All persons
take their rounds together, as arrays; nobody's course depends on another's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.hazards import Hazards
from pipelines.synthetic.noise import Bools, Floats, Ints, Noise
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import MONTH, SCHEME_START, YEAR, People, to_day

PULSE = 61.0
NEVER = 1e9
FOUR_YEARS = 4 * YEAR


class Event(IntEnum):
    """What can happen; the first sixteen by hazard (in this order in `Hazards.rates`), the rest by schedule."""

    BETTER = 0
    WORSE = 1
    LASTING = 2
    TREATMENT_START = 3
    TREATMENT_END = 4
    WORK_START = 5
    WORK_END = 6
    TILTAK_START = 7
    TILTAK_END = 8
    CLARIFIED = 9
    JOB_READY = 10
    EXIT_WORK = 11
    EXIT_UFORE = 12
    EXIT_OTHER = 13
    DEATH = 14
    ENTER = 15
    HEALTH = 16
    PULSE = 17


ILL, BETTER, FIT, LASTING = range(4)


@dataclass
class State:
    """Where each person followed stands now. `row` is the place in `People`."""

    row: Ints
    now: Floats
    on: Bools
    health: Ints
    treated: Bools
    never_treated: Bools
    works: Bools
    tiltak_until: Floats
    clarified: Bools
    ready_until: Floats
    spell_start: Floats
    limit: Floats
    left_for: Ints

    def keep(self, which: Bools) -> State:
        return State(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True)
class Events:
    """Everything that happened, ordered by person and time. `detail`: tiltak group, or health after the event."""

    row: Ints
    time: Floats
    kind: NDArray[np.int8]
    detail: NDArray[np.int8]
    planned: Floats
    """For a tiltak: the last day that was agreed when it began."""


class Recorder:
    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Floats, Ints, Ints, Floats]] = []

    def add(
        self,
        row: Ints,
        time: Floats,
        kind: int | Ints,
        detail: int | Ints = 0,
        planned: float | Floats = NEVER,
    ) -> None:
        if len(row):
            shape = np.ones(len(row), dtype=np.int64)
            self._parts.append((row, time, kind * shape, detail * shape, planned * np.ones(len(row))))

    def events(self) -> Events:
        row, time, kind, detail, planned = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.lexsort((kind, time, row))
        return Events(
            row[order],
            time[order],
            kind[order].astype(np.int8),
            detail[order].astype(np.int8),
            planned[order],
        )


def _enter(people: People, parameters: Parameters, noise: Noise, record: Recorder) -> State:
    who, n = people.who, people.size
    converted = people.converted
    mix = np.where(converted[:, None], parameters.numbers("bestand.helse"), parameters.numbers("tilgang.helse"))
    health = noise.choice(mix, "helse/start", who)
    never = noise.below(parameters.number("behandling.aldri"), "behandling/aldri", who)
    treated = ~never & noise.below(parameters.numbers("behandling.ved_start")[health], "behandling/start", who)
    hazards = Hazards(people, parameters)
    works = noise.below(np.minimum(hazards.work_at_entry(health), 0.95), "arbeid/start", who)
    in_tiltak = ~works & noise.below(
        np.where(converted, np.minimum(parameters.number("bestand.i_tiltak") * hazards.tiltak_person, 0.8), 0.0),
        "tiltak/start",
        who,
    )
    group, length = tiltak_kind(parameters, noise, people, np.arange(n), people.entry, 0)
    until = np.where(in_tiltak, people.entry + length * noise.uniform("tiltak/rest", who), NEVER)
    rows = np.arange(n)
    record.add(rows, people.entry, Event.ENTER)
    record.add(rows, people.entry, Event.HEALTH, health)
    record.add(rows[treated], people.entry[treated], Event.TREATMENT_START)
    record.add(rows[works], people.entry[works], Event.WORK_START)
    record.add(rows[in_tiltak], people.entry[in_tiltak], Event.TILTAK_START, group[in_tiltak], until[in_tiltak])
    return State(
        row=rows,
        now=people.entry.copy(),
        on=np.ones(n, dtype=bool),
        health=health,
        treated=treated,
        never_treated=never,
        works=works,
        tiltak_until=until,
        clarified=np.zeros(n, dtype=bool),
        ready_until=np.full(n, NEVER),
        spell_start=people.entry.copy(),
        limit=np.where(converted, to_day(SCHEME_START) + FOUR_YEARS, people.entry + FOUR_YEARS),
        left_for=np.zeros(n, dtype=np.int64),
    )


def tiltak_kind(
    parameters: Parameters, noise: Noise, people: People, row: Ints, now: Floats, draw: int
) -> tuple[Ints, Floats]:
    """Which group of tiltak, and for how many days it is agreed."""
    groups = parameters.table("tiltak.grupper")
    young, adult = (np.array([g[k] for g in groups.values()]) for k in ("unge", "voksne"))
    length = np.array([g["maaneder"] for g in groups.values()])
    who = people.who[row]
    weights = np.where(((now - people.born[row]) / YEAR)[:, None] < 30, young, adult)
    group = noise.choice(weights, "tiltak/gruppe", who, draw)
    # Agreed lengths spread around the group's mean like a gamma of shape three: none of a day, few of years.
    spread = (
        -np.log(
            noise.uniform("tiltak/l1", who, draw)
            * noise.uniform("tiltak/l2", who, draw)
            * noise.uniform("tiltak/l3", who, draw)
        )
        / 3
    )
    return group, np.maximum(length[group] * MONTH * spread, 7.0)


def live(people: People, parameters: Parameters, noise: Noise, until: float) -> Events:
    """Follow everybody from entry to `until` (days since 1970), death, or an exit nobody returns from."""
    record = Recorder()
    state = _enter(people, parameters, noise, record)
    hazards = Hazards(people, parameters)
    draw = 0
    while len(state.row):
        draw += 1
        rates = hazards.rates(state)
        bounds = np.cumsum(rates, axis=0)
        total = np.maximum(bounds[-1], 1e-12)
        who = people.who[state.row]
        wait = noise.exponential(1.0, "liv/tid", who, draw) / total
        scheduled = np.minimum.reduce(
            [
                np.where(state.on, state.tiltak_until, NEVER),
                np.where(state.on, state.ready_until, NEVER),
                np.where(state.on, state.limit, NEVER),
                people.born[state.row] + 67 * YEAR,
                state.now + PULSE,
            ]
        )
        now = np.minimum(state.now + wait, scheduled)
        chance = now < scheduled
        threshold = noise.uniform("liv/valg", who, draw) * total
        kind = (bounds <= threshold).sum(axis=0)
        kind[~chance] = Event.PULSE
        state.now = now
        inside = now < until
        _happen(state, people, parameters, noise, record, kind, chance, inside, draw)
        done = (now >= until) | (state.left_for == _GONE)
        if done.any():
            state = state.keep(~done)
    return record.events()


_GONE = 9
_ENDING = (Event.EXIT_WORK, Event.EXIT_UFORE, Event.EXIT_OTHER, Event.DEATH)


def _happen(
    state: State,
    people: People,
    parameters: Parameters,
    noise: Noise,
    record: Recorder,
    kind: Ints,
    chance: Bools,
    inside: Bools,
    draw: int,
) -> None:
    """Let the drawn and the scheduled events take effect, and write them down."""
    now, row = state.now, state.row
    kind = kind.copy()
    kind[~inside] = -1
    who = people.who[row]

    # Scheduled ends that are not a hazard's doing.
    due = inside & ~chance & state.on
    old = inside & ~chance & (now >= people.born[row] + 67 * YEAR)
    kind[due & (now >= state.tiltak_until)] = Event.TILTAK_END
    at_ready = due & (now >= state.ready_until)
    kind[at_ready] = np.where(
        noise.below(parameters.number("utgang.jobb_etter_ferdig"), "ferdig/utfall", who[at_ready], draw),
        Event.EXIT_WORK,
        Event.EXIT_OTHER,
    )
    at_limit = np.flatnonzero(due & (now >= state.limit) & (kind == Event.PULSE))
    if len(at_limit):
        kind[at_limit] = _limit_reached(state, people, parameters, noise, at_limit, draw)
    kind[old] = Event.EXIT_OTHER
    state.left_for[old] = _GONE

    def of(event: int) -> Ints:
        return np.flatnonzero(kind == event)

    def write(at: Ints, event: int, detail: int | Ints = 0, planned: float | Floats = NEVER) -> None:
        record.add(row[at], now[at], event, detail, planned)

    better, worse, lasting = of(Event.BETTER), of(Event.WORSE), of(Event.LASTING)
    state.health[better] += 1
    state.health[worse] -= 1
    state.health[lasting] = LASTING
    for at in (better, worse, lasting):
        write(at, Event.HEALTH, state.health[at])

    at = of(Event.TREATMENT_START)
    state.treated[at] = True
    write(at, Event.TREATMENT_START)
    at = of(Event.TREATMENT_END)
    state.treated[at] = False
    write(at, Event.TREATMENT_END)

    at = of(Event.WORK_START)
    state.works[at] = True
    write(at, Event.WORK_START)
    at = of(Event.WORK_END)
    state.works[at] = False
    write(at, Event.WORK_END)

    at = of(Event.TILTAK_START)
    group, length = tiltak_kind(parameters, noise, people, row[at], now[at], draw)
    state.tiltak_until[at] = now[at] + length
    write(at, Event.TILTAK_START, group, state.tiltak_until[at])
    at = of(Event.TILTAK_END)
    write(at, Event.TILTAK_END)
    state.tiltak_until[at] = NEVER

    at = of(Event.CLARIFIED)
    state.clarified[at] = True
    write(at, Event.CLARIFIED)
    at = of(Event.JOB_READY)
    state.ready_until[at] = now[at] + 3 * MONTH
    write(at, Event.JOB_READY)

    for event in _ENDING:
        at = of(event)
        at = at[state.on[at]] if event != Event.DEATH else at
        _leave(state, record, at, event)
    at = of(Event.ENTER)
    _return(state, people, parameters, noise, record, at, draw)


def _limit_reached(state: State, people: People, parameters: Parameters, noise: Noise, at: Ints, draw: int) -> Ints:
    """At four years: an exception from the limit, a wait for uføretrygd, or the way out."""
    who = people.who[state.row[at]]
    lasting = state.health[at] == LASTING
    active = state.treated[at] | (state.tiltak_until[at] < NEVER)
    p = np.where(active, parameters.number("grense.unntak_aktiv"), parameters.number("grense.unntak_passiv"))
    wait = lasting & ~state.clarified[at]
    longer = (noise.below(p, "grense/unntak", who, draw) & ~state.clarified[at]) | wait
    months = np.where(
        wait,
        8.0,
        2.0 + noise.exponential(parameters.number("grense.unntak_maaneder"), "grense/lengde", who, draw),
    )
    kind = np.where(
        lasting,
        Event.EXIT_UFORE,
        np.where(
            state.works[at] | noise.below(parameters.number("grense.til_arbeid"), "grense/utfall", who, draw),
            Event.EXIT_WORK,
            Event.EXIT_OTHER,
        ),
    )
    kind = np.where(longer, np.where(wait, Event.CLARIFIED, Event.PULSE), kind)
    state.limit[at] = np.where(longer, state.now[at] + months * MONTH, NEVER)
    return kind


def _leave(state: State, record: Recorder, at: Ints, event: Event) -> None:
    row, now = state.row[at], state.now[at]
    for running, ends in (
        (state.treated[at], Event.TREATMENT_END),
        (state.works[at], Event.WORK_END),
        (state.tiltak_until[at] < NEVER, Event.TILTAK_END),
    ):
        record.add(row[running], now[running], ends)
    record.add(row, now, event)
    state.on[at] = False
    state.treated[at] = state.works[at] = state.clarified[at] = False
    state.tiltak_until[at] = state.ready_until[at] = NEVER
    gone = event in (Event.EXIT_UFORE, Event.DEATH)
    state.left_for[at] = np.where(state.left_for[at] == _GONE, _GONE, _GONE if gone else event)
    # While away the four years stand still: `limit` holds what is left of them.
    state.limit[at] -= now
    state.spell_start[at] = now


def _return(
    state: State, people: People, parameters: Parameters, noise: Noise, record: Recorder, at: Ints, draw: int
) -> None:
    who = people.who[state.row[at]]
    state.on[at] = True
    state.health[at] = np.where(noise.below(parameters.number("retur.syk"), "retur/helse", who, draw), ILL, BETTER)
    state.treated[at] = ~state.never_treated[at] & noise.below(
        parameters.numbers("behandling.ved_start")[state.health[at]], "retur/behandling", who, draw
    )
    state.spell_start[at] = state.now[at]
    state.limit[at] = state.now[at] + np.maximum(state.limit[at], YEAR)
    state.left_for[at] = 0
    row, now = state.row[at], state.now[at]
    record.add(row, now, Event.ENTER)
    record.add(row, now, Event.HEALTH, state.health[at])
    record.add(row[state.treated[at]], now[state.treated[at]], Event.TREATMENT_START)
