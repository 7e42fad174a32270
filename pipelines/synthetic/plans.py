"""The aktivitetsplan and what is written in it.

A plan is made some time after the case begins, comes back signed or does not, runs out, and is followed by a new one
sooner or later. Treatment that really goes on enters the register only if the veileder uses the standard
activities for it, and stays «gjennomføres» until somebody changes it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.synthetic.life import NEVER
from pipelines.synthetic.noise import Floats, Ints
from pipelines.synthetic.people import MONTH, YEAR
from pipelines.synthetic.tables import (
    NEVER_DAY,
    NIL,
    NONE,
    Column,
    Dates,
    Stage,
    Versions,
    codes,
    dates,
    day,
    numbered,
    versions,
)
from pipelines.synthetic.world import World

TREATMENTS = (
    "Medisinsk behandling / utredning",
    "Medisinsk behandling - poliklinisk",
    "Medisinsk behandling – institusjon",
    "Institusjonsopphold – behandling",
    "Rehabilitering",
    "Rusbehandling",
    "Institusjonsopphold - rehabilitering/opptrening",
    "Raskere behandling hos spesialist for sykmeldte",
)
OTHERS = ("Egentrening", "Oppfølging fra NAV", "Arbeidsutprøving", "Jobbsøking")
NAMES = TREATMENTS + OTHERS
STATUSES = ("PLAN", "GJENN", "FULLF", "AVBR")
PLANNED, GOING, DONE, BROKEN = range(4)


class Plans:
    """Every plan of every spell, ordered by spell and time."""

    def __init__(self, world: World) -> None:
        self.world = world
        spells, p = world.course.spells, world.parameters
        self._year = np.array([p.table("plan.innsats")[y] for y in range(2010, 2017)], dtype=np.float64)
        converted = world.people.converted[spells.row] & (spells.start == spells.start.min())
        had_one = converted & (world.spell_draw("plan/hadde") < p.number("plan.hadde_ved_start"))
        wait = -np.log(world.spell_draw("plan/forste")) * self._mean(
            spells.start, np.where(converted, p.number("plan.vent_konvertert"), p.number("plan.vent"))
        )
        made = np.where(had_one, spells.start - 200 * world.spell_draw("plan/alder"), spells.start + wait)
        active = np.arange(len(spells))
        parts: list[tuple[NDArray[np.float64], ...]] = []
        turn = 0
        while len(active):
            here = (made < np.minimum(spells.end[active], world.horizon)) & (turn < 40)
            active, made = active[here], made[here]
            length = self._length(active, turn)
            signed = self._signed(active, turn, made)
            parts.append((active.astype(np.float64), made, made + length, signed))
            timely = world.spell_draw("plan/i_tide", turn)[active] < p.number("plan.i_tide") * np.minimum(
                self._effort(made + length), 1.3
            )
            gap = np.where(
                timely,
                -20 * world.spell_draw("plan/for", turn)[active],
                -np.log(world.spell_draw("plan/opphold", turn)[active])
                * self._mean(made + length, np.full(len(active), p.number("plan.opphold"))),
            )
            made, turn = made + length + gap, turn + 1
        spell, made, ends, signed = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.lexsort((made, spell))
        self.spell = spell[order].astype(np.int64)
        self.made, self.ends, self.signed = made[order], ends[order], signed[order]
        self.row = spells.row[self.spell]

    def _effort(self, time: Floats) -> Floats:
        return self._year[np.clip((time / YEAR + 1970).astype(np.int64) - 2010, 0, len(self._year) - 1)]

    def _mean(self, time: Floats, mean: Floats) -> Floats:
        return mean / self._effort(time)

    def _length(self, active: Ints, turn: int) -> Floats:
        p = self.world.parameters
        short, middle = p.number("plan.under_halvt"), p.number("plan.halvt_til_ett")
        u = self.world.spell_draw("plan/lengde", turn)[active]
        within = self.world.spell_draw("plan/lengde2", turn)[active]
        low = np.where(u < short, 2.0, np.where(u < short + middle, 6.0, 12.1))
        high = np.where(u < short, 6.0, np.where(u < short + middle, 12.0, 24.0))
        return np.asarray((low + (high - low) * within) * MONTH)

    def _signed(self, active: Ints, turn: int, made: Floats) -> Floats:
        p = self.world.parameters
        wait = -np.log(self.world.spell_draw("plan/signatur", turn)[active]) * p.number("plan.signaturtid")
        never = self.world.spell_draw("plan/usignert", turn)[active] > p.number("plan.signeres")
        return np.where(never, NEVER, made + wait)

    def ids(self) -> NDArray[np.int64]:
        return numbered(day(self.made), self.row, 40_000_001)

    def versions(self) -> Versions:
        made, ends, signed = day(self.made), day(self.ends), day(self.signed)
        columns: dict[str, Column] = {
            "aktivitetsplan_id": self.ids(),
            "dato_fra": dates(made),
            "dato_til": dates(ends),
            "dato_godkjent": dates(np.full(len(made), NIL)),
        }
        return versions(columns, self.row, [Stage(made, {}), Stage(signed, {"dato_godkjent": dates(signed)})])


def aktivitet(world: World, plans: Plans, *, clean: bool) -> Versions:
    """Registered activities: treatment by the standard categories, and some others."""
    p, noise, people = world.parameters, world.noise, world.people
    episodes, spells = world.course.treatment, world.course.spells
    who = people.who[episodes.row]
    key = day(episodes.start).astype(np.int64)
    spell = np.searchsorted(spells.row * 1e6 + spells.start, episodes.row * 1e6 + episodes.start + 1e-6) - 1

    habit = noise.uniform("aktivitet/veileder", people.who)[episodes.row]
    uses_standard = habit < p.number("aktivitet.veiledere_med_kategorier")
    written = uses_standard & noise.below(p.number("aktivitet.registreres"), "aktivitet/kategori", who, key)
    if clean:
        written = np.ones(len(who), dtype=bool)
    # The first plan of the spell that is not over when treatment begins is where it is written.
    first_plan = np.searchsorted(plans.spell * 1e6 + plans.ends, spell * 1e6 + episodes.start)
    has_plan = np.append(plans.spell, -1)[np.minimum(first_plan, len(plans.spell))] == spell
    at = np.flatnonzero(written & has_plan)
    plan, episode_end, who, key = first_plan[at], episodes.end[at], who[at], key[at]
    row, start = episodes.row[at], episodes.start[at]

    entered = np.maximum(start + noise.exponential(20.0, "aktivitet/sent", who, key), plans.made[plan])
    spell_end = spells.end[spell[at]]
    keep = (entered < np.minimum(spell_end, episode_end + 60)) & (entered < world.horizon)
    at, plan, episode_end, who, key, row, start, entered, spell_end = (
        a[keep] for a in (at, plan, episode_end, who, key, row, start, entered, spell_end)
    )
    tidy = noise.uniform("aktivitet/orden", people.who)[row] < p.number("aktivitet.ordentlige")
    wait = noise.exponential(
        np.where(tidy, p.number("aktivitet.lukketid"), p.number("aktivitet.lukketid_treg")),
        "aktivitet/lukk",
        who,
        key,
    )
    closed = np.where(episode_end < NEVER, np.maximum(episode_end + (0.0 if clean else wait), entered + 1), NEVER)
    copied = noise.below(0.0 if clean else p.number("aktivitet.plandatoer"), "aktivitet/plandato", who, key)
    no_end = noise.below(0.0 if clean else p.number("aktivitet.uten_sluttdato"), "aktivitet/slutt", who, key)
    fra = np.where(copied, day(plans.made[plan]), day(start))
    til = np.where(no_end, NIL, np.where(copied, day(plans.ends[plan]), NIL))
    til_closed = np.where(no_end, NIL, np.where(copied, day(plans.ends[plan]), day(episode_end)))
    mental = people.diagnosis[row] == 0
    weights = np.where(
        mental[:, None], p.numbers("aktivitet.kategorier_psykisk"), p.numbers("aktivitet.kategorier_andre")
    )
    name = noise.choice(weights, "aktivitet/navn", who, key)
    ids = plans.ids()

    other = _others(world, plans)
    n = len(row)
    known = np.concatenate([day(entered), other["known"]])
    all_row = np.concatenate([row, other["row"]])
    total = len(all_row)
    columns: dict[str, Column] = {
        "aktivitet_id": numbered(known, all_row, 70_000_001),
        "aktivitetsplan_id": np.concatenate([ids[plan], ids[other["plan"]]]),
        "aktivitetkode": codes(NONE, ("-",), total),
        "aktivitettypenavn": codes(np.concatenate([name, other["name"]]), NAMES),
        "aktivitetstatuskode": codes(np.concatenate([np.full(n, GOING), other["status"]]), STATUSES),
        "dato_fra": dates(np.concatenate([fra, other["fra"]])),
        "dato_til": dates(np.concatenate([til, other["til"]])),
    }
    last = Stage(
        np.concatenate([day(closed), np.full(len(other["row"]), NEVER_DAY, dtype=np.int32)]),
        {
            "aktivitetstatuskode": codes(DONE, STATUSES, total),
            "dato_til": Dates(np.concatenate([til_closed, other["til"]]).astype(np.int32)),
        },
    )
    return versions(columns, all_row, [Stage(known, {}), last])


def _others(world: World, plans: Plans) -> dict[str, NDArray[np.int32]]:
    """One or no other activity a plan: exercise, follow-up, job search."""
    who = world.people.who[plans.row]
    key = day(plans.made).astype(np.int64)
    at = np.flatnonzero(world.noise.below(world.parameters.number("aktivitet.andre"), "aktivitet/annet", who, key))
    name = world.noise.choice(np.array([0.35, 0.4, 0.15, 0.1]), "aktivitet/annet_navn", who[at], key[at])
    status = world.noise.choice(np.array([0.2, 0.5, 0.25, 0.05]), "aktivitet/annet_status", who[at], key[at])
    return {
        "row": plans.row[at],
        "plan": at,
        "name": name + len(TREATMENTS),
        "status": status,
        "known": day(plans.made[at]),
        "fra": day(plans.made[at]),
        "til": day(plans.ends[at]),
    }
