"""Tiltak as Arena holds them: offers, participation, and applications that came to nothing."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.synthetic.episodes import ordinals
from pipelines.synthetic.noise import Bools, Ints
from pipelines.synthetic.people import YEAR
from pipelines.synthetic.tables import (
    NEVER_DAY,
    NIL,
    Column,
    Days,
    Stage,
    Versions,
    codes,
    dates,
    day,
    numbered,
    versions,
)
from pipelines.synthetic.world import World

# Arena's codes of each group of `tiltak.grupper`: share, and the years new participations were made with it
# (arena-schemas §4.6; shares assumed).
KINDS: dict[str, tuple[tuple[str, float, int, int], ...]] = {
    "praksis": (("PRAKSORD", 1.0, 2001, 2015), ("ARBTREN", 1.0, 2016, 2099)),
    "avklaring": (("AVKLARAG", 0.7, 2009, 2099), ("AVKLARSV", 0.3, 2006, 2018)),
    "oppfolging": (("INDOPPFAG", 0.55, 2009, 2099), ("ABIST", 0.4, 2001, 2018), ("SUPPEMP", 0.05, 2014, 2018)),
    "opplaring": (("AMO", 0.6, 2001, 2018), ("AMOE", 0.3, 2001, 2018), ("NETTAMO", 0.1, 2005, 2018)),
    "utdanning": (("UTDYRK", 1.0, 2001, 2018),),
    "rehabilitering": (
        ("ARBRRHBAG", 1.0, 2009, 2011),
        ("ARBRRHDAG", 0.5, 2012, 2099),
        ("ARBRRDOGN", 0.3, 2012, 2018),
        ("UTBHLETTPS", 0.1, 2012, 2018),
        ("UTBHSAMLI", 0.1, 2012, 2018),
    ),
    "lonnstilskudd": (
        ("LONNTIL", 0.8, 2009, 2015),
        ("TIDSUBLONN", 0.2, 2007, 2015),
        ("MIDLONTIL", 0.8, 2016, 2022),
        ("VARLONTIL", 0.2, 2016, 2022),
    ),
    "skjermet": (
        ("PRAKSKJERM", 0.6, 2001, 2018),
        ("AMBF2", 0.3, 2001, 2018),
        ("ARBFORB", 0.6, 2016, 2099),
        ("VASV", 0.1, 2001, 2099),
    ),
}
CODES = tuple(dict.fromkeys(code for kinds in KINDS.values() for code, *_ in kinds))
# In this order: what an application may stand at, an offer, participation and its ends, refusals.
STATUSES = (
    "AKTUELL", "VENTELISTE", "TILBUD", "JATAKK", "GJENN", "FULLF", "DELAVB", "GJENN_AVB",
    "AVSLAG", "IKKAKTUELL", "NEITAKK", "IKKEM",
)  # fmt: skip
OFFERED, ACCEPTED, GOING, DONE, BROKEN, COURSE_BROKEN = range(2, 8)
_REFUSALS, NO_SHOW = 8, 11
YES_NO = ("J", "N")
_LONGEST_LEAD = 90
_FIRST, _LAST = 2010, 2017
"""Years the simulator starts tiltak in."""


def tiltaksdeltakelse(world: World, *, clean: bool) -> Versions:
    """One row per participation or application, in the versions it goes through."""
    p, noise, people, episodes = world.parameters, world.noise, world.people, world.course.tiltak
    hopeless_start, hopeless_row, hopeless_number = _applications(world)
    m, n = len(hopeless_row), len(episodes)
    real = np.arange(n + m) < n
    row = np.concatenate([episodes.row, hopeless_row])
    start = np.concatenate([day(episodes.start), hopeless_start])
    agreed = np.concatenate([day(episodes.planned), np.full(m, NIL, dtype=np.int32)])
    ended = np.concatenate([day(episodes.end), np.full(m, NEVER_DAY, dtype=np.int32)])
    who, key = people.who[row], np.concatenate([ordinals(episodes.row), hopeless_number]) * 2 + real

    def below(name: str, stream: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return noise.below(0.0 if clean else p.number(name), stream, who, key)

    def days(mean: float, stream: str) -> Ints:
        return np.floor(noise.exponential(mean, stream, who, key)).astype(np.int64)

    lead = np.minimum(days(p.number("tiltak.dager_tilbud"), "tiltak/tilbud"), _LONGEST_LEAD) + 1
    offered = np.maximum(start - lead, world.case_open[world.spell_of(row, start + 1.0)]).astype(np.int32)
    fra = _backdated(world, row, start, agreed, real)
    still_offer = real & below("tiltak.blir_staaende_tilbud", "tiltak/blir_tilbud")
    started = (start + (0 if clean else days(p.number("tiltak.dager_registrert"), "tiltak/registrert"))).astype(
        np.int32
    )
    going = np.where(real & ~still_offer, started, NEVER_DAY).astype(np.int32)

    broken = real & (ended < agreed)
    left_going = real & ~broken & below("tiltak.blir_staaende", "tiltak/blir_staaende")
    slow = np.where(
        ended < NEVER_DAY,
        ended.astype(np.int64) + (0 if clean else days(p.number("tiltak.dager_lukket"), "tiltak/lukket")),
        NEVER_DAY,
    )
    never_closed = ~real | left_going | still_offer
    settled = np.where(real, NEVER_DAY, start + int(p.number("soknad.dager_avgjort")))
    closed = np.minimum(np.where(never_closed, NEVER_DAY, slow), settled).astype(np.int32)

    part_time = noise.choice(p.numbers("tiltak.deltid"), "tiltak/deltid", who, key)
    refusal = _REFUSALS + noise.choice(p.numbers("soknad.utfall"), "soknad/utfall", who, key)
    outcome = np.where(real, np.where(broken, np.where(part_time == 0, BROKEN, COURSE_BROKEN), DONE), refusal)
    offer = np.where(noise.below(p.number("tiltak.ikke_svart"), "tiltak/ja", who, key), OFFERED, ACCEPTED)
    open_ended = ~real | below("tiltak.uten_sluttdato", "tiltak/slutt")
    final = np.where(open_ended & ~broken, NIL, np.where(real, np.minimum(ended, agreed), NIL))
    columns: dict[str, Column] = {
        "tiltakdeltaker_id": numbered(offered, row, 50_000_001),
        "er_hist": codes(np.where(real & below("tiltak.historikk", "tiltak/hist"), 0, 1), YES_NO),
        "tiltakskode": codes(_code(world, episodes.detail, row, start, key), CODES),
        "deltakerstatuskode": codes(
            np.where(real, offer, noise.choice(p.numbers("soknad.paa_venteliste"), "soknad/status", who, key)), STATUSES
        ),
        "dato_fra": dates(np.where(real | (refusal == NO_SHOW), fra, NIL)),
        "dato_til": dates(np.where(open_ended, NIL, agreed)),
        "dato_statusendring": dates(offered),
        "prosent_deltid": pl.Series([100.0, 50.0, 60.0, 40.0]).gather(part_time),
    }
    is_going: dict[str, Column] = {
        "deltakerstatuskode": codes(GOING, STATUSES, n + m),
        "dato_statusendring": dates(going),
    }
    is_over: dict[str, Column] = {
        "deltakerstatuskode": codes(outcome, STATUSES),
        "dato_statusendring": dates(closed),
        "dato_til": dates(final),
    }
    return versions(columns, row, [Stage(offered, {}), Stage(going, is_going), Stage(closed, is_over)])


def _backdated(world: World, row: Ints, start: Days, agreed: Days, real: Bools) -> Days:
    """A tiltak the converted brought with them began before AAP did: met at any point of its length."""
    brought = real & world.people.converted[row] & (start == day(world.people.entry[row]))
    u = world.noise.uniform("tiltak/rest", world.people.who[row])
    begun = start - np.minimum((agreed - start) * (1 - u) / u, 3 * YEAR)
    return np.where(brought, np.floor(begun), start).astype(np.int32)


def _applications(world: World) -> tuple[Days, Ints, Ints]:
    """Day, person and number of the applications that led nowhere."""
    spells, p = world.course.spells, world.parameters
    earliest, window = p.numbers("soknad.dager")
    when = spells.start + earliest + window * world.spell_draw("soknad/dag")
    there = (world.spell_draw("soknad") < p.number("tiltak.soknader_uten_plass")) & (
        when < np.minimum(spells.end, float(world.horizon))
    )
    return day(when[there]), spells.row[there], ordinals(spells.row)[there]


def _code(world: World, groups: np.ndarray[tuple[int], np.dtype[np.int8]], row: Ints, start: Days, key: Ints) -> Ints:
    """The tiltakskode: of the episode's group, or of any group for an application."""
    who, year = world.people.who[row], (start / YEAR + 1970).astype(np.int64)
    any_group = world.noise.choice(np.ones(len(KINDS)), "soknad/gruppe", who, key)
    group = any_group.copy()
    group[: len(groups)] = groups
    code = np.zeros(len(row), dtype=np.int64)
    for place, kinds in enumerate(KINDS.values()):
        at = np.flatnonzero(group == place)
        in_use = np.array([[fra <= y <= til for _, _, fra, til in kinds] for y in range(_FIRST, _LAST + 1)])
        weights = np.array([share for _, share, *_ in kinds]) * in_use[np.clip(year[at], _FIRST, _LAST) - _FIRST]
        numbers = np.array([CODES.index(name) for name, *_ in kinds])
        code[at] = numbers[world.noise.choice(weights, "tiltak/kode", who[at], key[at])]
    return code
