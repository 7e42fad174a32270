"""NAV's decisions on the benefit: the vedtak of each spell on AAP, at most a year at a time."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import polars as pl

from pipelines.synthetic.episodes import ordinals
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
    empty,
    numbered,
    versions,
)
from pipelines.synthetic.world import World

RIGHTS = ("AAP", "AA115", "AA116", "FRI_MK_AAP")
TYPES = ("O", "E", "G", "S")
OUTCOMES = ("JA", "NEI")
STATUSES = ("INNST", "IVERK", "AVSLU")
PHASES = ("UA", "UVUP", "FA", "AU")
YES_NO = ("J", "N")
AAP, AA115, AA116, EXEMPTION = range(4)
NEW, CHANGE, AGAIN, STOP = range(4)
YES, NO = range(2)
PREPARED, IN_FORCE, ENDED = range(3)
UNDER_CLARIFICATION, WAITS_FOR_UFORE, JOB_READY, TRIAL = range(4)

YEAR_AT_MOST = 365
EXEMPTION_STARTS = 15_618
"""5 October 2012, the first day of the code FRI_MK_AAP (arena-schemas §2.3.4)."""


class _Rows:
    """Vedtak collected one kind at a time: arrays of equal length, or one value for all."""

    _DEFAULTS: ClassVar = {"til": NIL, "type": NEW, "outcome": YES, "phase": NONE, "closed": NEVER_DAY}

    def __init__(self) -> None:
        self._parts: list[dict[str, Ints]] = []

    def add(self, spell: Ints, known: Ints, *, right: int, fra: Ints, **columns: Ints | int) -> None:
        row = {**self._DEFAULTS, "spell": spell, "known": known, "right": right, "fra": fra, **columns}
        # What was the end when the decision was made; only a vedtak cut short has another one later.
        row.setdefault("first_til", row["til"])
        self._parts.append({k: np.broadcast_to(np.asarray(v, dtype=np.int64), len(spell)) for k, v in row.items()})

    def all(self) -> dict[str, Ints]:
        return {k: np.concatenate([p[k] for p in self._parts]) for k in self._parts[0]}


def aap_vedtak(world: World) -> Versions:
    """Each spell: §§ 11-5 and 11-6, AAP period by period, a stop when it ends before its time.

    A prolongation is prepared some weeks before the period it is for. When the person leaves in between, it is
    made invalid the way Arena does it: its end is put before its start.
    """
    spells = world.course.spells
    start, end = day(spells.start).astype(np.int64), day(spells.end).astype(np.int64)
    p = world.parameters
    early, spread = p.numbers("vedtak.dager_dato")
    late = np.floor(spread * world.spell_draw("vedtak/dato")).astype(np.int64) - int(early)
    decided = np.where(world.converted_spell, start, start + late)
    slow = np.floor(p.number("vedtak.dager_stans") * world.spell_draw("vedtak/stans")).astype(np.int64)
    noticed = np.where(end < NEVER_DAY, end + slow, NEVER_DAY)

    rows, everyone = _Rows(), np.arange(len(spells))
    for right in (AA115, AA116):
        rows.add(everyone, decided, right=right, fra=start, closed=noticed)
    _periods(world, rows, start, end, decided, noticed)
    _exemptions(world, rows, noticed)
    refused = np.flatnonzero(
        ~world.converted_spell & (world.spell_draw("vedtak/avslag") < p.number("vedtak.avslag_forst"))
    )
    rows.add(
        refused, day(world.case_open[refused]).astype(np.int64), right=AAP, fra=start[refused] - 60,
        outcome=NO, closed=start[refused] - 1,
    )  # fmt: skip
    return _versions(world, rows.all())


def _periods(world: World, rows: _Rows, start: Ints, end: Ints, decided: Ints, noticed: Ints) -> None:
    """The chain of granted periods, all spells one period at a time."""
    spells = world.course.spells
    again = np.append(False, spells.row[1:] == spells.row[:-1])
    phase = _phases(world)
    shortest, spread = world.parameters.numbers("vedtak.maaneder")
    notice = world.parameters.number("vedtak.dager_forberedt")
    active, fra, turn = np.arange(len(spells)), start, 0
    while len(active):
        months = shortest + spread * np.sqrt(world.spell_draw("vedtak/lengde", turn)[active])
        til = fra + np.minimum(np.floor(months * MONTH).astype(np.int64), YEAR_AT_MOST) - 1
        lead = np.floor(notice * world.spell_draw("vedtak/frist", turn)[active]).astype(np.int64)
        known = decided if turn == 0 else fra - lead
        made = (known < np.minimum(end[active], world.horizon)) | (turn == 0)
        active, fra, til, known = active[made], fra[made], til[made], known[made]
        cut = noticed[active] <= til
        final = np.where(end[active] <= fra, fra - 1, np.minimum(til, end[active]))
        rows.add(
            active, known, right=AAP, fra=fra, first_til=til, til=np.where(cut, final, til),
            type=np.where(again[active], AGAIN, NEW) if turn == 0 else CHANGE,
            phase=phase(active, fra), closed=np.minimum(noticed[active], til + 1),
        )  # fmt: skip
        stopped = active[cut & (final >= fra)]
        rows.add(stopped, noticed[stopped], right=AAP, fra=end[stopped] + 1, type=STOP)
        fra, turn = til + 1, turn + 1


def _phases(world: World):  # type: ignore[no-untyped-def]
    """The phase of a period that begins on a given day."""
    spells, trial = world.course.spells, world.spell_draw("vedtak/fase") < world.parameters.number("vedtak.utproving")
    turning = []
    for episodes in (world.course.clarified, world.course.job_ready):
        since = np.full(len(spells), NEVER_DAY, dtype=np.int64)
        np.minimum.at(since, world.spell_of(episodes.row, episodes.start), day(episodes.start).astype(np.int64))
        turning.append(since)
    clarified, ready = turning

    def phase(spell: Ints, fra: Ints) -> Ints:
        start = np.where(trial[spell], TRIAL, UNDER_CLARIFICATION)
        ended = np.where(ready[spell] < fra, JOB_READY, start)
        return np.where(clarified[spell] < fra, WAITS_FOR_UFORE, ended)

    return phase


def exemptions(world: World) -> tuple[Ints, Ints]:
    """The spells excused from sending cards, and from which day."""
    spells, p = world.course.spells, world.parameters
    spell = np.flatnonzero(world.spell_draw("fritak") < p.number("meldekort.fritak"))
    return spell, np.maximum(day(spells.start[spell]).astype(np.int64) + 30, EXEMPTION_STARTS)


def _exemptions(world: World, rows: _Rows, noticed: Ints) -> None:
    spell, fra = exemptions(world)
    there = fra < np.minimum(np.minimum(noticed[spell], day(world.course.spells.end[spell])), world.horizon)
    spell, fra = spell[there], fra[there]
    rows.add(spell, fra - 10, right=EXEMPTION, fra=fra, closed=noticed[spell])


def _versions(world: World, rows: dict[str, Ints]) -> Versions:
    spell = rows["spell"]
    row, known = world.course.spells.row[spell], rows["known"].astype(np.int32)
    prepared = rows["type"] == CHANGE
    in_force = np.where(prepared, known + 7, known).astype(np.int32)
    size = len(row)
    columns: dict[str, Column] = {
        "vedtak_id": numbered(known, row, 20_000_001),
        "sak_id": 9_000_001 + row * 32 + ordinals(world.course.spells.row)[spell],
        "rettighetkode": codes(rows["right"], RIGHTS),
        "vedtaktypekode": codes(rows["type"], TYPES),
        "utfallkode": codes(rows["outcome"], OUTCOMES),
        "vedtakstatuskode": codes(np.where(prepared, PREPARED, IN_FORCE), STATUSES),
        "aktfasekode": codes(rows["phase"], PHASES),
        "fra_dato": dates(rows["fra"]),
        "til_dato": dates(rows["first_til"]),
        "vedtak_dato": dates(np.where(prepared, NIL, known)),
        "tekstvariantkode": empty(size),
        "konvertert": codes(np.where(world.converted_spell[spell], 0, 1), YES_NO),
        "reaksjon_aarsak": empty(size),
        "reaksjon_dager": empty(size, pl.Int32),
    }
    decided: dict[str, Column] = {"vedtakstatuskode": codes(IN_FORCE, STATUSES, size), "vedtak_dato": dates(in_force)}
    ended: dict[str, Column] = {"vedtakstatuskode": codes(ENDED, STATUSES, size), "til_dato": dates(rows["til"])}
    stages = [
        Stage(known, {}),
        Stage(in_force, decided),
        Stage(rows["closed"].astype(np.int32), {**decided, **ended}),
    ]
    return versions(columns, row, stages)
