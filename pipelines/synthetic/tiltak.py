"""Tiltak as Arena holds them: offers, participation, and applications that came to nothing."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.synthetic.life import NEVER
from pipelines.synthetic.people import YEAR
from pipelines.synthetic.tables import (
    NEVER_DAY,
    NIL,
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

# Codes of each group with shares and the years they were in use (arena-schemas §4.6).
KINDS: dict[str, tuple[tuple[str, float, int, int], ...]] = {
    "praksis": (("PRAKSORD", 1.0, 2001, 2015), ("ARBTREN", 1.0, 2016, 2099)),
    "avklaring": (("AVKLARAG", 0.7, 2009, 2099), ("AVKLARSV", 0.3, 2006, 2018)),
    "oppfolging": (("INDOPPFAG", 0.55, 2009, 2099), ("ABIST", 0.4, 2001, 2018), ("SUPPEMP", 0.05, 2014, 2018)),
    "opplaring": (("AMO", 0.6, 2001, 2018), ("AMOE", 0.3, 2001, 2018), ("NETTAMO", 0.1, 2005, 2018)),
    "utdanning": (("UTDYRK", 1.0, 2001, 2018),),
    "rehabilitering": (
        ("ARBRRHBAG", 1.0, 2009, 2011), ("ARBRRHDAG", 0.5, 2012, 2099), ("ARBRRDOGN", 0.3, 2012, 2018),
        ("UTBHLETTPS", 0.1, 2012, 2018), ("UTBHSAMLI", 0.1, 2012, 2018),
    ),
    "lonnstilskudd": (
        ("LONNTIL", 0.8, 2009, 2015), ("TIDSUBLONN", 0.2, 2007, 2015), ("MIDLONTIL", 0.8, 2016, 2022),
        ("VARLONTIL", 0.2, 2016, 2022),
    ),
    "skjermet": (("PRAKSKJERM", 0.6, 2001, 2018), ("AMBF2", 0.3, 2001, 2018), ("VASV", 0.1, 2001, 2099)),
}  # fmt: skip
CODES = tuple(dict.fromkeys(code for kinds in KINDS.values() for code, *_ in kinds))
STATUSES = ("AKTUELL", "VENTELISTE", "TILBUD", "JATAKK", "GJENN", "FULLF", "DELAVB", "GJENN_AVB",
            "AVSLAG", "IKKAKTUELL", "NEITAKK", "IKKEM")  # fmt: skip
TILBUD, JATAKK, GJENN, FULLF, DELAVB, GJENN_AVB = range(2, 8)
YES_NO = ("J", "N")


def tiltaksdeltakelse(world: World, *, clean: bool) -> Versions:
    """One row per participation or application, in the versions it goes through."""
    p, noise, people = world.parameters, world.noise, world.people
    episodes = world.course.tiltak
    who, row = people.who[episodes.row], episodes.row
    start, planned, end = day(episodes.start), day(episodes.planned), day(episodes.end)
    key = start.astype(np.int64)
    n = len(row)

    applied_start, applied_row = _applications(world)
    m = len(applied_row)
    all_row = np.concatenate([row, applied_row])
    all_who = people.who[all_row]
    all_start = np.concatenate([start, applied_start])
    all_key = np.concatenate([key, applied_start.astype(np.int64) + 2**20])
    real = np.arange(n + m) < n
    group = np.concatenate(
        [
            episodes.detail.astype(np.int64),
            noise.choice(np.ones(len(KINDS)), "soknad/gruppe", people.who[applied_row], applied_start.astype(np.int64)),
        ]
    )
    code = _code(world, group, all_start, all_who, all_key)

    lead = np.minimum(np.floor(noise.exponential(25.0, "tiltak/tilbud", all_who, all_key)), 90).astype(np.int32) + 1
    case_from = np.zeros(people.size, dtype=np.int32)
    first = np.append(True, world.course.spells.row[1:] != world.course.spells.row[:-1])
    case_from[world.course.spells.row[first]] = world.case_open[first]
    offered = np.maximum(all_start - lead, case_from[all_row]).astype(np.int32)

    never_updated = real & noise.below(
        0.0 if clean else p.number("tiltak.blir_staaende_tilbud"), "tiltak/tilbud_blir", all_who, all_key
    )
    late = np.floor(noise.exponential(6.0, "tiltak/sen_status", all_who, all_key)).astype(np.int32)
    going = np.where(real & ~never_updated, all_start + late, NEVER_DAY).astype(np.int32)
    ended = np.concatenate([end, np.full(m, NEVER_DAY, dtype=np.int32)])
    agreed = np.concatenate([planned, np.full(m, NIL, dtype=np.int32)])
    no_end = noise.below(0.0 if clean else p.number("tiltak.uten_sluttdato"), "tiltak/slutt", all_who, all_key)
    broken = real & (ended < agreed)
    left_going = (
        real
        & ~broken
        & noise.below(0.0 if clean else p.number("tiltak.blir_staaende"), "tiltak/status", all_who, all_key)
    )
    closing = np.floor(noise.exponential(15.0, "tiltak/lukk", all_who, all_key)).astype(np.int32)
    closed = np.where(
        real & (ended < NEVER_DAY) & ~left_going & ~never_updated,
        np.minimum(ended.astype(np.int64) + closing, NEVER_DAY),
        NEVER_DAY,
    ).astype(np.int32)

    outcome = 8 + noise.choice(np.array([0.35, 0.3, 0.2, 0.15]), "soknad/utfall", all_who, all_key)
    settled = np.where(real, NEVER_DAY, all_start + 20).astype(np.int32)
    waiting = noise.choice(np.array([0.6, 0.4]), "soknad/kø", all_who, all_key)
    accepted = np.where(noise.below(0.5, "tiltak/ja", all_who, all_key), TILBUD, JATAKK)
    part_time = noise.choice(np.array([0.45, 0.25, 0.2, 0.1]), "tiltak/deltid", all_who, all_key)
    per_cent = pl.Series([100.0, 50.0, 60.0, 40.0]).gather(part_time)
    shown_end = np.where(no_end | ~real, NIL, agreed)
    final_end = np.where(no_end & ~broken, NIL, np.where(real, np.minimum(ended, agreed), NIL))
    hist = ~clean and p.number("tiltak.historikk")
    columns: dict[str, Column] = {
        "tiltakdeltaker_id": numbered(offered, all_row, 50_000_001),
        "er_hist": codes(np.where(real & noise.below(hist, "tiltak/hist", all_who, all_key), 0, 1), YES_NO),
        "tiltakskode": codes(code, CODES),
        "deltakerstatuskode": codes(np.where(real, accepted, waiting), STATUSES),
        "dato_fra": dates(np.where(real | (outcome == 11), all_start, NIL)),
        "dato_til": dates(shown_end),
        "dato_statusendring": dates(offered),
        "prosent_deltid": per_cent,
    }
    stages = [
        Stage(offered, {}),
        Stage(going, {"deltakerstatuskode": codes(GJENN, STATUSES, n + m), "dato_statusendring": dates(going)}),
        Stage(
            np.minimum(closed, settled),
            {
                "deltakerstatuskode": codes(
                    np.where(real, np.where(broken, np.where(part_time == 0, DELAVB, GJENN_AVB), FULLF), outcome),
                    STATUSES,
                ),
                "dato_statusendring": dates(np.minimum(closed, settled)),
                "dato_til": dates(final_end),
            },
        ),
    ]
    return versions(columns, all_row, stages)


def _applications(world: World) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """Day and person of the applications that led nowhere: about as often in every spell."""
    spells, p = world.course.spells, world.parameters
    first = spells.start + 700 * world.spell_draw("soknad/dag")
    there = (world.spell_draw("soknad") < p.number("tiltak.soknader_uten_plass")) & (
        first < np.minimum(spells.end, float(world.horizon))
    )
    return day(first[there]), spells.row[there]


def _code(world: World, group: np.ndarray, start: np.ndarray, who: np.ndarray, key: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    year = np.clip((start / YEAR + 1970).astype(np.int64), 2010, 2016)
    result = np.zeros(len(group), dtype=np.int64)
    for place, kinds in enumerate(KINDS.values()):
        for y in range(2010, 2017):
            at = np.flatnonzero((group == place) & (year == y))
            weights = np.array([share if fra <= y <= til else 0.0 for _, share, fra, til in kinds])
            chosen = world.noise.choice(weights, "tiltak/kode", who[at], key[at])
            result[at] = np.array([CODES.index(code) for code, *_ in kinds])[chosen]
    return result


__all__ = ["NEVER", "tiltaksdeltakelse"]
