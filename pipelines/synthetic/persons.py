"""The person extract: who they are in Arena, with numbers that belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.synthetic.fnr import fodselsnummer
from pipelines.synthetic.noise import Bools, Floats, Ints
from pipelines.synthetic.state import Event
from pipelines.synthetic.tables import NEVER_DAY, NIL, NONE, Column, Stage, Versions, codes, dates, day, versions
from pipelines.synthetic.world import World

COUNTRIES = ("NO", "PL", "SE", "IQ", "SO", "LT", "TR", "PK", "IR", "DK")
SHELTERED = ("6", "7")
_NUS_LEVELS = ((0, 2), (3, 5), (6, 6), (7, 8), (9, 9))
"""First and last NUS2000 level of each of `people.EDUCATIONS`."""
_OFFICES = 12
"""Municipalities simulated in each county, each with its own NAV office."""


@dataclass(frozen=True)
class Identities:
    """Person ids and numbers, one a person in `People`."""

    person_id: Ints
    fodselsnr: pl.Series


def _countries(world: World) -> Ints:
    return world.noise.choice(world.parameters.numbers("person.land"), "land", world.people.who)


def sheltered(world: World, *, clean: bool) -> Bools:
    """Persons with a confidential address (fr_kode 6 or 7)."""
    return world.noise.below(world.parameters.number("feil.skjermet") * (not clean), "skjermet", world.people.who)


def identities(world: World, *, clean: bool) -> Identities:
    """A number each, some of them D-numbers; person_id in steps of three, so there is room for doubles."""
    people = world.people
    foreign = _countries(world) > 0
    with_d = world.noise.below(world.parameters.number("feil.d_nummer"), "dnummer", people.who)
    number = fodselsnummer(*_calendar(people.born), people.woman, foreign & with_d & (not clean))
    return Identities(
        person_id=3_000_001 + 3 * np.arange(people.size),
        fodselsnr=pl.Series(number).cast(pl.String).str.zfill(11),
    )


def _calendar(born: Floats) -> tuple[Ints, Ints, Ints]:
    date = born.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, month.astype(np.int64) % 12 + 1, (date - month.astype("datetime64[D]")).astype(np.int64) + 1


def person(world: World, ids: Identities, *, clean: bool) -> Versions:
    """One row a person, from the day the first case opens; the date of death once it is known."""
    people, noise, p, spells = world.people, world.noise, world.parameters, world.course.spells
    who, n = people.who, people.size
    opened = np.full(n, NEVER_DAY, dtype=np.int32)
    np.minimum.at(opened, spells.row, world.case_open)
    died = np.full(n, NEVER_DAY, dtype=np.int32)
    dead = spells.ended_by == Event.DEATH
    died[spells.row[dead]] = day(spells.end[dead])

    low, high = (np.array([level[k] for level in _NUS_LEVELS])[people.education] for k in (0, 1))
    level = low + np.floor((high - low + 1) * noise.uniform("nus", who)).astype(np.int64)
    counties = p.table("person.fylker")
    county = noise.choice(np.array([c["antall"] * c["andel"] for c in counties.values()]), "fylke", who)
    # Large municipalities first: the square gives the first a good quarter of the county.
    home = county * _OFFICES + np.floor(_OFFICES * noise.uniform("kommune", who) ** 2).astype(np.int64)
    names = tuple(f"{number}{k + 1:02d}" for number in counties for k in range(_OFFICES))
    no_country = noise.below(p.number("feil.uten_landkode") * (not clean), "land/mangler", who)
    hidden = sheltered(world, clean=clean)
    shelter = np.where(noise.below(p.number("person.skjermet_strengt"), "skjermet/kode", who), 0, 1)
    columns: dict[str, Column] = {
        "person_id": ids.person_id,
        "fodselsnr": ids.fodselsnr,
        "person_id_status": codes(0, ("AKTIV", "DUPLIKAT"), n),
        "kjonn": codes(np.where(people.woman, 0, 1), ("K", "M")),
        "fodselsdato": dates(day(people.born)),
        "doed_dato": dates(np.full(n, NIL)),
        "fr_kode": codes(np.where(hidden, shelter, NONE), SHELTERED),
        "landkode_statsborger": codes(np.where(no_country, NONE, _countries(world)), COUNTRIES),
        "utdanning_nivaa": codes(level, tuple("0123456789")),
        "kommune_nr": codes(home, names),
        "nav_enhet": codes(home, names),
    }
    known_dead = np.where(died < NEVER_DAY, died.astype(np.int64) + 5, NEVER_DAY).astype(np.int32)
    return versions(columns, np.arange(n), [Stage(opened, {}), Stage(known_dead, {"doed_dato": dates(died)})])
