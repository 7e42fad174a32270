"""What is written in the plan. Treatment that goes on enters the register only if the veileder uses the standard
activities for it, and stays «gjennomføres» until somebody changes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.synthetic.episodes import ordinals
from pipelines.synthetic.noise import Floats, Ints, Whole
from pipelines.synthetic.plans import Plans
from pipelines.synthetic.state import NEVER
from pipelines.synthetic.tables import (
    NEVER_DAY,
    NIL,
    Column,
    Dates,
    Days,
    Stage,
    Versions,
    codes,
    dates,
    day,
    empty,
    numbered,
    versions,
)
from pipelines.synthetic.world import World

# The eight of 2017:1 footnote 3, then others.
TREATMENTS = (
    "Medisinsk behandling / utredning",
    "Medisinsk behandling - poliklinisk",
    "Medisinsk behandling - institusjon",
    "Institusjonsopphold – behandling",
    "Rehabilitering",
    "Rusbehandling",
    "Institusjonsopphold - rehabilitering/opptrening",
    "Raskere behandling hos spesialist for sykmeldte",
)
OTHERS = ("Egentrening", "Oppfølgingssamtale med NAV", "Arbeidsutprøving", "Jobbsøking på egen hånd")
NAMES = TREATMENTS + OTHERS
STATUSES = ("PLAN", "GJENN", "FULLF", "AVBR")
PLANNED, GOING, DONE, BROKEN = range(4)
_CHANCES = 6
"""Plans of a treatment's time in which it may be written down for the first time."""


@dataclass(frozen=True)
class _Written:
    """Treatments that came into a plan: parallel arrays."""

    row: Ints
    key: Ints
    plan: Ints
    start: Floats
    end: Floats
    entered: Floats
    spell_end: Floats


def aktivitet(world: World, plans: Plans, *, clean: bool) -> Versions:
    """Registered activities: treatment by the standard categories, and some others."""
    written = _registered(world, plans, clean)
    fra, til, til_closed = _dates(world, plans, written, clean)
    other = _others(world, plans)
    m, n = len(other["row"]), len(written.row)
    row = np.concatenate([written.row, other["row"]])
    known = np.concatenate([day(written.entered), other["known"]])
    columns: dict[str, Column] = {
        "aktivitet_id": numbered(known, row, 70_000_001),
        "aktivitetsplan_id": np.concatenate([plans.ids[written.plan], plans.ids[other["plan"]]]),
        "aktivitetkode": empty(n + m),
        "aktivitettypenavn": codes(np.concatenate([_names(world, written), other["name"]]), NAMES),
        "aktivitetstatuskode": codes(np.concatenate([np.full(n, GOING), other["status"]]), STATUSES),
        "dato_fra": dates(np.concatenate([fra, other["fra"]])),
        "dato_til": dates(np.concatenate([til, other["til"]])),
    }
    closed = np.concatenate([_closed(world, written, clean), np.full(m, NEVER_DAY, dtype=np.int32)])
    done: dict[str, Column] = {
        "aktivitetstatuskode": codes(DONE, STATUSES, n + m),
        "dato_til": Dates(np.concatenate([til_closed, other["til"]]).astype(np.int32)),
    }
    return versions(columns, row, [Stage(known, {}), Stage(closed, done)])


def _registered(world: World, plans: Plans, clean: bool) -> _Written:
    """The treatments that are ever written with a standard category, and when.

    When a treatment begins under a plan, or a plan is made while it goes on, the veileder may enter it; some
    veiledere nearly always do, others write free text, which no extract holds.
    """
    p, noise, people, episodes = world.parameters, world.noise, world.people, world.course.treatment
    spell = world.spell_of(episodes.row, episodes.start)
    key = ordinals(episodes.row)
    uses_categories = noise.below(p.number("aktivitet.veiledere_med_kategorier"), "aktivitet/veileder", people.who)
    chance = np.where(uses_categories, p.number("aktivitet.registreres"), p.number("aktivitet.registreres_ellers"))
    # Of the spell's plans, the first that has not run out when the treatment begins.
    first = np.searchsorted(plans.spell * 1e6 + plans.ends, spell * 1e6 + episodes.start)
    spells = np.append(plans.spell, -1)
    at, plan = np.arange(len(episodes)), first
    parts = []
    for turn in range(_CHANCES):
        plan = np.minimum(first[at] + turn, len(plans.spell))
        made = np.append(plans.made, NEVER)[plan]
        possible = (spells[plan] == spell[at]) & (made < episodes.end[at])
        at, plan = at[possible], plan[possible]
        who = people.who[episodes.row[at]]
        hit = clean | noise.below(chance[episodes.row[at]], "aktivitet/kategori", who, key[at] * 8 + turn)
        parts.append((at[hit], plan[hit]))
        at = at[~hit]
    at, plan = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(at)
    at, plan = at[order], plan[order]
    who = people.who[episodes.row[at]]
    wait = noise.exponential(
        0.01 if clean else p.number("aktivitet.dager_til_registrert"), "aktivitet/sent", who, key[at]
    )
    entered = np.maximum(episodes.start[at], plans.made[plan]) + wait
    spell_end = world.course.spells.end[spell[at]]
    kept = entered < np.minimum(np.minimum(spell_end, episodes.end[at]), world.horizon)
    at, plan, entered, spell_end = at[kept], plan[kept], entered[kept], spell_end[kept]
    return _Written(episodes.row[at], key[at], plan, episodes.start[at], episodes.end[at], entered, spell_end)


def _closed(world: World, written: _Written, clean: bool) -> Days:
    """The day its status is set to done: soon with a tidy veileder, late or never with others."""
    if clean:
        return day(written.end)
    p, noise, who = world.parameters, world.noise, world.people.who[written.row]
    tidy = noise.below(p.number("aktivitet.ordentlige"), "aktivitet/orden", who)
    mean = np.where(tidy, p.number("aktivitet.lukketid"), p.number("aktivitet.lukketid_treg"))
    closed = written.end + noise.exponential(mean, "aktivitet/lukk", who, written.key)
    # When the case ends, most of what is left open is closed with it.
    with_case = noise.below(p.number("aktivitet.lukkes_med_saken"), "aktivitet/sak", who, written.key)
    case = np.where(
        with_case,
        written.spell_end + p.number("aktivitet.dager_sak") * noise.uniform("aktivitet/sakdag", who, written.key),
        NEVER,
    )
    closed = np.minimum(np.minimum(closed, case), _reviewed(world, written))
    return day(np.maximum(closed, written.entered + 1))


def _reviewed(world: World, written: _Written) -> Floats:
    """When an ended treatment is struck off as the case is gone through: before a tiltak, or as the person is found
    lastingly reduced. NEVER where nobody does."""
    p, noise, who, course = world.parameters, world.noise, world.people.who[written.row], world.course
    reviewed = np.full(len(who), NEVER)
    ahead = p.number("aktivitet.dager_gjennomgang") * noise.uniform("aktivitet/gjennomgang", who, written.key)
    ended = written.row * 1e6 + np.minimum(written.end, 9e5)
    for episodes in (course.tiltak, course.clarified):
        # Person and time as one ascending number, as in `World.spell_of`.
        following = np.searchsorted(episodes.row * 1e6 + episodes.start, ended)
        found = np.append(episodes.row, -1)[following] == written.row
        when = np.maximum(np.append(episodes.start, NEVER)[following] - ahead, written.end)
        reviewed = np.where(found, np.minimum(reviewed, when), reviewed)
    # What ends after the person was found lastingly reduced has no later turn to wait for.
    latest = np.searchsorted(course.clarified.row * 1e6 + course.clarified.start, ended) - 1
    meanwhile = (course.clarified.row[latest] == written.row) & (course.clarified.end[latest] >= written.end)
    reviewed = np.where(meanwhile & (written.end < NEVER), written.end + ahead, reviewed)
    strikes = noise.below(p.number("aktivitet.ryddes"), "aktivitet/rydd", who, written.key)
    return np.where(strikes, reviewed, NEVER)


def _dates(world: World, plans: Plans, written: _Written, clean: bool) -> tuple[Days, Days, Days]:
    """Start and end as written first, and the end once closed: true, missing, or copied from the plan."""
    p, noise, who = world.parameters, world.noise, world.people.who[written.row]
    copied = noise.below(0.0 if clean else p.number("aktivitet.plandatoer"), "aktivitet/plandato", who, written.key)
    no_end = noise.below(0.0 if clean else p.number("aktivitet.uten_sluttdato"), "aktivitet/slutt", who, written.key)
    plan_end = np.where(copied, day(plans.ends[written.plan]), NIL)
    fra = np.where(copied, day(plans.made[written.plan]), day(written.start))
    ended = np.where(copied, plan_end, day(written.end))
    return fra, np.where(no_end, NIL, plan_end), np.where(no_end, NIL, ended)


def _names(world: World, written: _Written) -> Ints:
    p = world.parameters
    mental = world.people.diagnosis[written.row] == 0
    weights = np.where(
        mental[:, None], p.numbers("aktivitet.kategorier_psykisk"), p.numbers("aktivitet.kategorier_andre")
    )
    return world.noise.choice(weights, "aktivitet/navn", world.people.who[written.row], written.key)


def _others(world: World, plans: Plans) -> dict[str, Whole]:
    """One or no other activity a plan: exercise, follow-up, trying work, job search."""
    p, noise = world.parameters, world.noise
    who, key = world.people.who[plans.row], ordinals(plans.row)
    at = np.flatnonzero(noise.below(p.number("aktivitet.andre"), "aktivitet/annet", who, key))
    name = noise.choice(p.numbers("aktivitet.andre_navn"), "aktivitet/annet_navn", who[at], key[at])
    status = noise.choice(p.numbers("aktivitet.andre_status"), "aktivitet/annet_status", who[at], key[at])
    return {
        "row": plans.row[at],
        "plan": at,
        "name": name + len(TREATMENTS),
        "status": status,
        "known": day(plans.made[at]),
        "fra": day(plans.made[at]),
        "til": day(plans.ends[at]),
    }
