"""NAV's decisions: the AAP vedtak of each spell, a year at a time, and the innsatsgruppe."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.synthetic.life import NEVER, Event
from pipelines.synthetic.noise import Ints
from pipelines.synthetic.people import MONTH
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

RIGHTS = ("AAP", "AA115", "AA116", "FRI_MK_AAP", "AAUNGUFOR")
TYPES = ("O", "E", "G", "S")
OUTCOMES = ("JA", "NEI")
STATUSES = ("INNST", "IVERK", "AVSLU")
PHASES = ("UA", "UVUP", "FA", "AU")
YES_NO = ("J", "N")
GROUPS = ("BATT", "VARIG", "IKVAL", "BFORM", "IVURD", "VURDI")
AIMS = ("SKAFFEA", "BEHOLDEA", "OKEDELT")

AAP, AA115, AA116, FRITAK, UNG = range(5)
ORDINARY, CHANGE, AGAIN, STOP = range(4)
INNST, IVERK, AVSLU = range(3)


class _Decisions:
    """Rows collected one kind at a time."""

    def __init__(self) -> None:
        self.parts: list[dict[str, NDArray[np.int64]]] = []

    def add(self, spell: Ints, known: Ints, **columns: Ints | int) -> None:
        size = len(spell)
        row = {"spell": spell, "known": known, **columns}
        self.parts.append({k: np.broadcast_to(np.asarray(v, dtype=np.int64), size) for k, v in row.items()})

    def all(self) -> dict[str, NDArray[np.int64]]:
        return {k: np.concatenate([p[k] for p in self.parts]) for k in self.parts[0]}


def aap_vedtak(world: World, *, clean: bool) -> Versions:
    """Each spell: § 11-5 and § 11-6, then AAP a period at a time; a stop when it ends before its time.

    A prolongation is decided some weeks before the period it is for. When the person leaves in between, it is
    made invalid the way Arena does it: its end is put before its start.
    """
    spells, p = world.course.spells, world.parameters
    start, end = day(spells.start).astype(np.int64), day(spells.end).astype(np.int64)
    converted = world.people.converted[spells.row] & (start == start.min())
    again = np.append(False, spells.row[1:] == spells.row[:-1])
    decided = np.where(converted, start, start + np.floor(30 * world.spell_draw("vedtak/dato")).astype(np.int64) - 15)
    noticed = np.where(
        end < NEVER_DAY, end + np.floor(21 * world.spell_draw("vedtak/stans")).astype(np.int64), NEVER_DAY
    )
    early = world.spell_draw("vedtak/fase")

    made = _Decisions()
    everyone = np.arange(len(spells))
    common = {"type": ORDINARY, "outcome": 0, "phase": NONE, "original": NIL, "closed": NEVER_DAY}
    for right in (AA115, AA116):
        made.add(everyone, decided, right=right, fra=start, til=NIL, **{**common, "closed": noticed})
    active, fra, turn = everyone, start, 0
    while len(active):
        length = np.floor((6 + 6 * np.sqrt(world.spell_draw("vedtak/lengde", turn)[active])) * MONTH).astype(np.int64)
        til = fra + np.minimum(length, 365) - 1
        lead = np.floor(28 * world.spell_draw("vedtak/frist", turn)[active]).astype(np.int64)
        known = decided[active] if turn == 0 else fra - lead
        exists = (known < end[active]) & (known < world.horizon) if turn else np.ones(len(active), dtype=bool)
        active, fra, til, known = active[exists], fra[exists], til[exists], known[exists]
        stops = noticed[active] <= til
        final = np.where(end[active] <= fra, fra - 1, np.minimum(til, end[active]))
        kind = np.where(again[active], AGAIN, ORDINARY) if turn == 0 else np.full(len(active), CHANGE)
        made.add(
            active, known, right=AAP, fra=fra, til=np.where(stops, final, til), type=kind, outcome=0,
            phase=np.where(early[active] < 0.03, 3, 0), original=til, closed=np.minimum(noticed[active], til + 1),
        )  # fmt: skip
        stopped = active[stops & (final >= fra)]
        made.add(
            stopped, noticed[stopped], right=AAP, fra=end[stopped] + 1, til=NIL, type=STOP, outcome=0,
            phase=NONE, original=NIL, closed=NEVER_DAY,
        )  # fmt: skip
        fra, turn = til + 1, turn + 1
    _exempt(world, made, start, noticed, clean)
    refused = np.flatnonzero(world.spell_draw("vedtak/avslag") < p.number("vedtak.avslag_forst"))
    made.add(
        refused, start[refused] - 40, right=AAP, fra=start[refused] - 60, til=NIL, type=ORDINARY, outcome=1,
        phase=NONE, original=NIL, closed=start[refused] - 39,
    )  # fmt: skip
    rows = made.all()

    row = spells.row[rows["spell"]]
    known = rows["known"].astype(np.int32)
    original = np.where(rows["original"] != NIL, rows["original"], rows["til"])
    prepared = rows["type"] == CHANGE
    columns: dict[str, Column] = {
        "vedtak_id": numbered(known, row, 20_000_001),
        "sak_id": 9_000_001 + row * 8 + _turn(spells.row)[rows["spell"]],
        "rettighetkode": codes(rows["right"], RIGHTS),
        "vedtaktypekode": codes(rows["type"], TYPES),
        "utfallkode": codes(rows["outcome"], OUTCOMES),
        "vedtakstatuskode": codes(np.where(prepared, INNST, IVERK), STATUSES),
        "aktfasekode": codes(rows["phase"], PHASES),
        "fra_dato": dates(rows["fra"]),
        "til_dato": dates(original),
        "vedtak_dato": dates(np.where(prepared, NIL, known)),
        "tekstvariantkode": codes(NONE, ("AAP",), len(row)),
        "konvertert": codes(np.where(converted[rows["spell"]], 0, 1), YES_NO),
        "reaksjon_aarsak": codes(NONE, ("-",), len(row)),
        "reaksjon_dager": pl.Series([None] * len(row), dtype=pl.Int32),
    }
    iverk = np.where(prepared, known + 7, known).astype(np.int32)
    stages = [
        Stage(known, {}),
        Stage(iverk, {"vedtakstatuskode": codes(IVERK, STATUSES, len(row)), "vedtak_dato": dates(iverk)}),
        Stage(
            np.maximum(rows["closed"], np.minimum(iverk, rows["closed"])).astype(np.int32),
            {
                "vedtakstatuskode": codes(AVSLU, STATUSES, len(row)),
                "til_dato": dates(rows["til"]),
                "vedtak_dato": dates(iverk),
            },
        ),
    ]
    return versions(columns, row, stages)


def _turn(row: Ints) -> Ints:
    """0, 1, 2 … within each person (rows ordered by person)."""
    first = np.append(True, row[1:] != row[:-1])
    return np.arange(len(row)) - np.maximum.accumulate(np.where(first, np.arange(len(row)), 0))


def exempt_spells(world: World) -> Ints:
    """The spells excused from sending cards (`FRI_MK_AAP`, from October 2012)."""
    return np.flatnonzero(world.spell_draw("fritak") < world.parameters.number("meldekort.fritak"))


EXEMPTION_STARTS = 15_618
"""5 October 2012, the code's first day."""


def _exempt(world: World, made: _Decisions, start: Ints, noticed: Ints, clean: bool) -> None:
    spell = exempt_spells(world)
    fra = np.maximum(start[spell] + 30, EXEMPTION_STARTS)
    there = fra < np.minimum(noticed[spell], world.horizon)
    spell, fra = spell[there], fra[there]
    made.add(
        spell, fra - 10, right=FRITAK, fra=fra, til=NIL, type=ORDINARY, outcome=0, phase=NONE,
        original=NIL, closed=noticed[spell],
    )  # fmt: skip


def innsatsgruppe(world: World) -> Versions:
    """BATT from the start of every spell; VARIG once clarified; IKVAL or BFORM when job-ready."""
    spells, course, p = world.course.spells, world.course, world.parameters
    people, noise = world.people, world.noise

    def delayed(row: Ints, time: NDArray[np.float64], mean: float, stream: str) -> Ints:
        draw = day(time).astype(np.int64)
        return day(time + noise.exponential(mean, stream, people.who[row], draw)).astype(np.int64)

    begun = day(spells.start - 30 * world.spell_draw("innsats/for")).astype(np.int64)
    ready = course.job_ready
    standard = noise.below(
        p.number("innsats.standard"),
        "innsats/ferdig",
        people.who[ready.row],
        day(ready.start).astype(np.int64),
    )
    parts = (
        (spells.row, begun, np.zeros(len(spells), dtype=np.int64)),
        (course.clarified.row, delayed(course.clarified.row, course.clarified.start, 20.0, "innsats/varig"),
         np.ones(len(course.clarified), dtype=np.int64)),
        (ready.row, delayed(ready.row, ready.start, 5.0, "innsats/standard"), np.where(standard, 2, 3)),
    )  # fmt: skip
    row, fra, group = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((fra, row))
    row, fra, group = row[order], fra[order], group[order]
    follows = np.append((row[1:] == row[:-1]), False)
    replaced = np.where(follows, np.append(fra[1:], 0), NEVER_DAY)
    has_employer = people.way_in[row] == 0
    u = noise.uniform("innsats/maal", people.who[row])
    aim = np.where(u < 0.09, 2, np.where(u < np.where(has_employer, 0.55, 0.12), 1, 0))
    columns: dict[str, Column] = {
        "vedtak_id": numbered(fra.astype(np.int32), row, 60_000_001),
        "kvalifiseringsgruppekode": codes(group, GROUPS),
        "hovedmaalkode": codes(np.where(group == 1, 2, aim), AIMS),
        "fra_dato": dates(fra),
        "til_dato": dates(np.full(len(row), NIL)),
    }
    stages = [
        Stage(fra.astype(np.int32), {}),
        Stage(replaced.astype(np.int32), {"til_dato": dates(np.where(follows, replaced - 1, NIL))}),
    ]
    return versions(columns, row, stages)


__all__ = ["NEVER", "Event", "aap_vedtak", "exempt_spells", "innsatsgruppe"]
