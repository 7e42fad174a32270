"""Lives on AAP in continuous time: health, treatment, work, tiltak and the ways out, as competing risks.

Every person has a clock, and for each kind of event an amount of hazard, drawn from the unit exponential, that must
pass before it happens to them (the next-reaction method: the same law as drawing afresh each time, but a rate that
is moved a little moves the events it governs a little, and no others). What is scheduled (a tiltak's last day, the
four-year limit, the sixty-seventh birthday) comes first if it comes sooner. Hazards are constant between a person's
own events and are looked at again at least every `PULSE` days, so they may follow age, calendar and time on AAP. All
persons take their rounds together, as arrays; nobody's course depends on another's.
"""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.hazards import Hazards
from pipelines.synthetic.noise import Bools, Floats, Ints, Noise, Whole
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import MONTH, SCHEME_START, YEAR, People, to_day
from pipelines.synthetic.state import BETTER, EXITS, ILL, LASTING, NEVER, Event, Events, Recorder, State

PULSE = 61.0
FOUR_YEARS = 4 * YEAR
PENSION_AGE = 67
_MOST_TIMES = 4096
"""More often than anything happens to one person."""
_TINY = 1e-12
FORGOTTEN = 4 * YEAR
"""Away this long, nobody comes back within the years simulated."""


def live(people: People, parameters: Parameters, noise: Noise, until: float) -> Events:
    """Follow everybody from entry to `until` (days since 1970), death, or an exit nobody returns from."""
    return _Lives(people, parameters, noise).run(until)


class _Lives:
    def __init__(self, people: People, parameters: Parameters, noise: Noise) -> None:
        self.people, self.p, self.noise = people, parameters, noise
        self.hazards = Hazards(people, parameters)
        self.log = Recorder()

    def run(self, until: float) -> Events:
        state = self._enter()
        while len(state.row):
            kind = self._next(state)
            kind[state.now >= until] = -1
            self._happen(state, kind)
            away_too_long = ~state.on & (state.now - state.spell_start > FORGOTTEN)
            done = (state.now >= until) | state.gone | away_too_long
            if done.any():
                state = state.keep(~done)
        return self.log.events()

    def _who(self, state: State, at: Ints) -> Ints:
        return self.people.who[state.row[at]]

    # --- The beginning

    def _enter(self) -> State:
        people, p, noise = self.people, self.p, self.noise
        who, entry, converted, n = people.who, people.entry, people.converted, people.size
        rows = np.arange(n)
        health = noise.choice(p.numbers("tilgang.helse"), "helse/start", who)
        never = noise.below(p.number("behandling.aldri"), "behandling/aldri", who)
        treated = ~never & noise.below(p.numbers("behandling.ved_start")[health], "behandling/start", who)
        employer = people.way_in == 0
        works = noise.below(self.hazards.work_at_entry(health, employer.astype(np.int64), treated), "arbeid/start", who)
        self.log.add(rows, entry, Event.ENTER)
        self.log.add(rows, entry, Event.HEALTH, health)
        self.log.add(rows[treated], entry[treated], Event.TREATMENT_START)
        self.log.add(rows[works], entry[works], Event.WORK_START)
        return State(
            row=rows,
            now=entry.copy(),
            on=np.ones(n, dtype=bool),
            health=health,
            never_treated=never,
            treated=treated,
            employer=employer,
            works=works,
            tiltak_until=np.full(n, NEVER),
            been_in_tiltak=np.zeros(n, dtype=bool),
            clarified=np.zeros(n, dtype=bool),
            ready_until=np.full(n, NEVER),
            spell_start=entry.copy(),
            limit=np.where(converted, float(to_day(SCHEME_START)), entry) + FOUR_YEARS,
            gone=np.zeros(n, dtype=bool),
            limits_met=np.zeros(n, dtype=np.int64),
            left=np.array([self._hazard(event, who, np.zeros(n, dtype=np.int64)) for event in range(Event.drawn())]),
            fired=np.zeros((Event.drawn(), n), dtype=np.int16),
        )

    def _hazard(self, event: int | Ints, who: Ints, times: Whole) -> Floats:
        """How much hazard passes before an event happens for the (`times` + 1)th time."""
        return self.noise.exponential(1.0, "liv", who, event * _MOST_TIMES + times.astype(np.int64))

    def _agreed(self, row: Ints, now: Floats, number: Whole) -> tuple[Ints, Floats]:
        """Which group of tiltak, and for how many days: like a gamma of shape three around the group's mean."""
        groups = self.p.table("tiltak.grupper").values()
        young, adult, months = (np.array([g[k] for g in groups]) for k in ("unge", "voksne", "maaneder"))
        who = self.people.who[row]
        age = (now - self.people.born[row]) / YEAR
        group = self.noise.choice(np.where(age[:, None] < 30, young, adult), "tiltak/gruppe", who, number)
        spread = sum(self.noise.exponential(1 / 3, f"tiltak/lengde{k}", who, number) for k in range(3))
        return group, np.maximum(months[group] * MONTH * spread, 7.0)

    # --- The next event

    def _next(self, state: State) -> Ints:
        """Move everybody's clock to their next event and say which it is."""
        noise, who = self.noise, self.people.who[state.row]
        rates = self.hazards.rates(state)
        with np.errstate(divide="ignore"):
            wait = state.left / rates
        kind = wait.argmin(axis=0)
        everyone = np.arange(len(kind))
        chance = state.now + wait[kind, everyone]
        pension = self.people.born[state.row] + PENSION_AGE * YEAR
        planned = np.minimum.reduce([state.tiltak_until, state.ready_until, np.where(state.on, state.limit, NEVER)])
        scheduled = np.minimum.reduce([planned, pension, state.now + PULSE])
        by_chance = chance < scheduled
        now = np.minimum(chance, scheduled)
        state.left -= rates * (now - state.now)
        np.maximum(state.left, _TINY, out=state.left)
        state.now = now
        happened, to = kind[by_chance], everyone[by_chance]
        state.fired[happened, to] += 1
        state.left[happened, to] = self._hazard(happened, who[to], state.fired[happened, to])
        kind = np.where(by_chance, kind, Event.NOTHING)

        due = ~by_chance & state.on
        kind[due & (state.now >= state.tiltak_until)] = Event.TILTAK_END
        ready = np.flatnonzero(due & (state.now >= state.ready_until))
        number = state.fired[Event.JOB_READY, ready]
        finds_work = noise.below(self.p.number("utgang.jobb_etter_ferdig"), "ferdig/utfall", who[ready], number)
        kind[ready] = np.where(finds_work, Event.EXIT_WORK, Event.EXIT_OTHER)
        at_limit = np.flatnonzero(due & (state.now >= state.limit) & (kind == Event.NOTHING))
        if len(at_limit):
            kind[at_limit] = self._limit(state, at_limit)
        old = ~by_chance & (state.now >= pension)
        kind[old] = Event.EXIT_OTHER
        state.gone |= old
        return kind

    def _limit(self, state: State, at: Ints) -> Ints:
        """At four years: an exception, eight months' wait for uføretrygd, or the way out."""
        p, noise, who, number = self.p, self.noise, self._who(state, at), state.limits_met[at]
        state.limits_met[at] += 1
        lasting, clarified = state.health[at] == LASTING, state.clarified[at]
        active = state.treated[at] | state.works[at] | (state.tiltak_until[at] < NEVER)
        chance = np.where(active, p.number("grense.unntak_aktiv"), p.number("grense.unntak_passiv"))
        waits = lasting & ~clarified
        stays = waits | (~lasting & noise.below(chance, "grense/unntak", who, number))
        more = 2.0 + noise.exponential(p.number("grense.unntak_maaneder"), "grense/lengde", who, number)
        state.limit[at] = np.where(stays, state.now[at] + np.where(waits, 8.0, more) * MONTH, NEVER)
        to_work = noise.below(p.number("grense.til_arbeid"), "grense/utfall", who, number) | state.works[at]
        leaves = np.where(lasting, Event.EXIT_UFORE, np.where(to_work, Event.EXIT_WORK, Event.EXIT_OTHER))
        return np.where(stays, np.where(waits, Event.CLARIFIED, Event.NOTHING), leaves)

    # --- Its consequences

    def _happen(self, state: State, kind: Ints) -> None:
        def of(event: Event) -> Ints:
            return np.flatnonzero(kind == event)

        def write(at: Ints, event: Event, detail: int | Ints = 0, planned: float | Floats = NEVER) -> None:
            self.log.add(state.row[at], state.now[at], event, detail, planned)

        def switch(flag: Bools, on: Event, off: Event) -> None:
            for event, value in ((on, True), (off, False)):
                at = of(event)
                flag[at] = value
                write(at, event)

        state.health[of(Event.BETTER)] += 1
        state.health[of(Event.WORSE)] -= 1
        state.health[of(Event.LASTING)] = LASTING
        at = np.flatnonzero((kind >= Event.BETTER) & (kind <= Event.LASTING))
        write(at, Event.HEALTH, state.health[at])

        switch(state.treated, Event.TREATMENT_START, Event.TREATMENT_END)
        switch(state.works, Event.WORK_START, Event.WORK_END)
        state.employer[of(Event.WORK_START)] = True
        state.employer[of(Event.EMPLOYER_LOST)] = False

        at = of(Event.TILTAK_START)
        group, length = self._agreed(state.row[at], state.now[at], state.fired[Event.TILTAK_START, at])
        state.tiltak_until[at] = state.now[at] + length
        state.been_in_tiltak[at] = True
        write(at, Event.TILTAK_START, group, state.tiltak_until[at])
        at = of(Event.TILTAK_END)
        state.tiltak_until[at] = NEVER
        write(at, Event.TILTAK_END)

        at = of(Event.CLARIFIED)
        state.clarified[at] = True
        write(at, Event.CLARIFIED)
        at = of(Event.JOB_READY)
        state.ready_until[at] = state.now[at] + 3 * MONTH
        write(at, Event.JOB_READY)

        for event in EXITS:
            self._leave(state, of(event), event)
        self._return(state, of(Event.ENTER))

    def _leave(self, state: State, at: Ints, event: Event) -> None:
        state.gone[at] |= event in (Event.EXIT_UFORE, Event.DEATH)
        at = at[state.on[at]]
        row, now = state.row[at], state.now[at]
        for running, ends in (
            (state.treated[at], Event.TREATMENT_END),
            (state.works[at], Event.WORK_END),
            (state.tiltak_until[at] < NEVER, Event.TILTAK_END),
        ):
            self.log.add(row[running], now[running], ends)
        self.log.add(row, now, event)
        state.on[at] = False
        for flag in (state.treated, state.works, state.clarified):
            flag[at] = False
        state.employer[at] = event == Event.EXIT_WORK
        state.tiltak_until[at] = state.ready_until[at] = NEVER
        state.limit[at] -= now
        state.spell_start[at] = now

    def _return(self, state: State, at: Ints) -> None:
        p, noise, who = self.p, self.noise, self._who(state, at)
        row, now, number = state.row[at], state.now[at], state.fired[Event.ENTER, at]
        ill = noise.below(p.number("retur.syk"), "retur/helse", who, number)
        state.on[at] = True
        state.health[at] = np.where(ill, ILL, BETTER)
        chance = p.numbers("behandling.ved_start")[state.health[at]]
        treated = ~state.never_treated[at] & noise.below(chance, "retur/behandling", who, number)
        state.treated[at] = treated
        state.spell_start[at] = now
        # Whoever has used up the four years must have earned a new right to come back.
        left = state.limit[at]
        state.limit[at] = now + np.where((left > YEAR) & (left <= FOUR_YEARS), left, FOUR_YEARS)
        self.log.add(row, now, Event.ENTER)
        self.log.add(row, now, Event.HEALTH, state.health[at])
        self.log.add(row[treated], now[treated], Event.TREATMENT_START)
