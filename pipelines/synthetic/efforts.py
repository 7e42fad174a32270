"""Innsatsgruppe (§ 14 a): what NAV has found that a person needs."""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.episodes import Episodes, ordinals
from pipelines.synthetic.noise import Ints
from pipelines.synthetic.people import SCHEME_START, to_day
from pipelines.synthetic.tables import (
    NEVER_DAY,
    NIL,
    NONE,
    Column,
    Stage,
    Versions,
    codes,
    dates,
    day,
    numbered,
    versions,
)
from pipelines.synthetic.world import World

GROUPS = ("BATT", "VARIG", "IKVAL", "BFORM", "IVURD", "VURDI")
AIMS = ("SKAFFEA", "BEHOLDEA", "OKEDELT")
SPECIAL, LASTING, STANDARD, SITUATION, NOT_ASSESSED, ON_SICK_LEAVE = range(6)


def innsatsgruppe(world: World) -> Versions:
    """A service group at first, BATT from about the start of a spell, then VARIG or IKVAL/BFORM if it comes to it."""
    spells, course, p, people = world.course.spells, world.course, world.parameters, world.people
    begun = day(spells.start - p.number("innsats.dager_for") * world.spell_draw("innsats/for")).astype(np.int64)
    late = world.spell_draw("innsats/sent") < p.number("innsats.sent")
    begun = np.where(late & ~world.converted_spell, begun + int(p.number("innsats.dager_sent")), begun)
    waiting = np.maximum(world.case_open.astype(np.int64), begun - int(p.number("innsats.dager_service")))
    ready = course.job_ready
    lasting = _decided(world, course.clarified, "varig")
    # Found out before AAP began: the group stands from the first day.
    known = course.clarified.start == to_day(SCHEME_START)
    standard = world.noise.below(
        p.number("innsats.standard"), "innsats/ferdig", people.who[ready.row], ordinals(ready.row)
    )
    served = np.flatnonzero(~world.converted_spell & (waiting < begun))
    parts = (
        (
            spells.row[served],
            waiting[served],
            np.where(people.way_in[spells.row[served]] == 0, ON_SICK_LEAVE, NOT_ASSESSED),
        ),
        (spells.row, begun, np.full(len(spells), SPECIAL)),
        (course.clarified.row, np.where(known, to_day(SCHEME_START), lasting), np.full(len(course.clarified), LASTING)),
        (ready.row, _decided(world, ready, "ferdig"), np.where(standard, STANDARD, SITUATION)),
    )
    row, fra, group = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((group, fra, row))
    row, fra, group = row[order], fra[order], group[order]
    follows = np.append(row[1:] == row[:-1], False)
    replaced = np.where(follows, np.append(fra[1:], 0), NEVER_DAY)
    keep = (fra < world.horizon) & (fra < replaced)
    row, fra, group, replaced = row[keep], fra[keep], group[keep], replaced[keep]

    columns: dict[str, Column] = {
        "vedtak_id": numbered(fra.astype(np.int32), row, 60_000_001),
        "kvalifiseringsgruppekode": codes(group, GROUPS),
        "hovedmaalkode": codes(_aims(world, row, group), AIMS),
        "fra_dato": dates(fra),
        "til_dato": dates(np.full(len(row), NIL)),
    }
    ended: dict[str, Column] = {"til_dato": dates(np.where(replaced < NEVER_DAY, replaced - 1, NIL))}
    return versions(columns, row, [Stage(fra.astype(np.int32), {}), Stage(replaced.astype(np.int32), ended)])


def _decided(world: World, turning: Episodes, stream: str) -> Ints:
    mean = world.parameters.number(f"innsats.dager_{stream}")
    wait = world.noise.exponential(mean, f"innsats/{stream}", world.people.who[turning.row], ordinals(turning.row))
    return day(turning.start + wait).astype(np.int64)


def _aims(world: World, row: Ints, group: Ints) -> Ints:
    """The aim of the plan; a service group has none."""
    p, people = world.parameters, world.people
    weights = np.where(
        (people.way_in[row] == 0)[:, None], p.numbers("innsats.maal_arbeidstaker"), p.numbers("innsats.maal_andre")
    )
    aim = world.noise.choice(weights, "innsats/maal", people.who[row])
    return np.where(group >= NOT_ASSESSED, NONE, np.where(group == LASTING, AIMS.index("OKEDELT"), aim))
