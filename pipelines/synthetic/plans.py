"""The aktivitetsplan: made some time after the case begins, signed or not, run out, and made anew."""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.people import MONTH, YEAR
from pipelines.synthetic.state import NEVER
from pipelines.synthetic.tables import NIL, Column, Stage, Versions, dates, day, numbered, versions
from pipelines.synthetic.world import World

_MOST_PLANS = 40
"""Of one spell: more than anyone gets to in seven years."""


class Plans:
    """Every plan of every spell, ordered by spell and time: parallel arrays."""

    spell: Ints
    row: Ints
    made: Floats
    ends: Floats
    signed: Floats
    """When the signed plan came back; NEVER when it does not."""
    ids: Ints

    def __init__(self, world: World, *, clean: bool) -> None:
        self._world, self._p, self._clean = world, world.parameters, clean
        effort = self._p.table("plan.innsats")
        self._first_year = int(min(effort))
        self._effort_by_year = np.array([effort[year] for year in sorted(effort)])
        parts, turn = [], 0
        active, made = np.arange(len(world.course.spells)), self._first()
        while len(active) and turn < _MOST_PLANS:
            here = made < np.minimum(world.course.spells.end[active], world.horizon)
            active, made = active[here], made[here]
            ends = made + self._length(active, turn)
            parts.append((active, made, ends, self._signature(active, made, turn)))
            made, turn = self._renewal(active, ends, turn), turn + 1
        spell, made, ends, signed = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.lexsort((made, spell))
        self.spell, self.made, self.ends, self.signed = spell[order], made[order], ends[order], signed[order]
        self.row = world.course.spells.row[self.spell]
        self.ids = numbered(day(self.made), self.row, 40_000_001)

    def _draw(self, stream: str, active: Ints, turn: int = 0) -> Floats:
        return self._world.spell_draw(f"plan/{stream}", turn)[active]

    def _effort(self, time: Floats) -> Floats:
        """How hard the offices worked at plans that year, against 2012."""
        year = (time / YEAR + 1970).astype(np.int64) - self._first_year
        return np.asarray(self._effort_by_year[np.clip(year, 0, len(self._effort_by_year) - 1)])

    def _first(self) -> Floats:
        """The first plan of each spell; some converted had one from before."""
        world, p, spells = self._world, self._p, self._world.course.spells
        everyone = np.arange(len(spells))
        had_one = world.converted_spell & (self._draw("hadde", everyone) < p.number("plan.hadde_ved_start"))
        # The converted had theirs made as the offices got round to them.
        slow = p.number("plan.vent_konvertert") / self._effort(spells.start)
        mean = np.where(world.converted_spell, slow, p.number("plan.vent"))
        wait = -np.log(self._draw("forste", everyone)) * mean
        age = self._draw("alder", everyone)
        first = np.where(had_one, spells.start - p.number("plan.alder_ved_konvertering") * age, spells.start + wait)
        # A plan is asked for before AAP is granted; those who have it in time sign it with the application.
        in_time = ~world.converted_spell & (self._draw("klar", everyone) < p.number("plan.klar_ved_start"))
        ahead = p.number("plan.dager_for_start") * age
        return np.where(in_time, np.maximum(world.case_open.astype(np.float64), spells.start - ahead), first)

    def _length(self, active: Ints, turn: int) -> Floats:
        short, middle = self._p.number("plan.under_halvt"), self._p.number("plan.halvt_til_ett")
        u, within = self._draw("lengde", active, turn), self._draw("lengde_i", active, turn)
        low = np.where(u < short, 2.0, np.where(u < short + middle, 6.0, 12.1))
        high = np.where(u < short, 6.0, np.where(u < short + middle, 12.0, 24.0))
        return np.asarray((low + (high - low) * within) * MONTH)

    def _signature(self, active: Ints, made: Floats, turn: int) -> Floats:
        if self._clean:
            return made
        wait = -np.log(self._draw("signatur", active, turn)) * self._p.number("plan.signaturtid")
        never: Bools = self._draw("usignert", active, turn) > self._p.number("plan.signeres")
        return np.where(never, NEVER, made + wait)

    def _renewal(self, active: Ints, ends: Floats, turn: int) -> Floats:
        """Before the old one runs out, or after a gap."""
        effort = self._effort(ends)
        timely = self._draw("i_tide", active, turn) < np.minimum(self._p.number("plan.i_tide") * effort, 0.98)
        gap = -np.log(self._draw("opphold", active, turn)) * self._p.number("plan.opphold") / effort
        return ends + np.where(timely, -self._p.number("plan.dager_for_utlop") * self._draw("for", active, turn), gap)

    def versions(self) -> Versions:
        made, signed = day(self.made), day(self.signed)
        columns: dict[str, Column] = {
            "aktivitetsplan_id": self.ids,
            "dato_fra": dates(made),
            "dato_til": dates(day(self.ends)),
            "dato_godkjent": dates(np.full(len(made), NIL)),
        }
        return versions(columns, self.row, [Stage(made, {}), Stage(signed, {"dato_godkjent": dates(signed)})])
