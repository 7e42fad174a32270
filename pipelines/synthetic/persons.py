"""The person extract and diagnoses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.synthetic.fnr import fodselsnummer
from pipelines.synthetic.life import Event
from pipelines.synthetic.noise import Ints
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
    versions,
)
from pipelines.synthetic.world import World

COUNTRIES = ("NO", "PL", "SE", "IQ", "SO", "LT", "TR", "PK", "IR", "DK")
_COUNTRY_SHARES = np.array([0.88, 0.03, 0.015, 0.02, 0.015, 0.01, 0.01, 0.01, 0.005, 0.005])
SHELTERED = ("6", "7")
_LEVELS = ((0, 2), (3, 5), (6, 6), (7, 8), (9, 9))
_CODES = {
    "ICPC2": (("P76", "P74", "P82", "P02", "P03"), ("L84", "L18", "L86", "L92", "L88"), ("N89", "N99", "N86"),
              ("K86", "K76", "K90"), ("A04", "A28"), ("T90", "D94", "R95", "X76", "S99")),
    "ICD10": (("F320", "F411", "F431", "F900"), ("M545", "M797", "M480"), ("G35", "G439"), ("I259", "I639"),
              ("R522", "Z733"), ("E119", "K519", "J449", "C509")),
}  # fmt: skip


@dataclass(frozen=True)
class Identities:
    """Person ids and numbers, one a person in `People`."""

    person_id: Ints
    fodselsnr: pl.Series
    sheltered: Ints
    """0 no, else the place in SHELTERED plus one."""


def _calendar(born: NDArray[np.float64]) -> tuple[Ints, Ints, Ints]:
    d = born.astype("datetime64[D]")
    month = d.astype("datetime64[M]")
    year = d.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, month.astype(np.int64) % 12 + 1, (d - month.astype("datetime64[D]")).astype(np.int64) + 1


def identities(world: World, *, clean: bool) -> Identities:
    people, noise, p = world.people, world.noise, world.parameters
    rate = 0.0 if clean else 1.0
    foreign = noise.choice(_COUNTRY_SHARES, "land", people.who) > 0
    d_number = foreign & noise.below(rate * p.number("feil.d_nummer") / 0.12, "dnummer", people.who)
    number = fodselsnummer(*_calendar(people.born), people.woman, d_number)
    sheltered = noise.below(rate * p.number("feil.skjermet"), "skjermet", people.who).astype(np.int64)
    sheltered *= 1 + noise.below(0.3, "skjermet/kode", people.who)
    return Identities(
        person_id=3_000_001 + 3 * np.arange(people.size),
        fodselsnr=pl.Series(number).cast(pl.String).str.zfill(11),
        sheltered=sheltered,
    )


def person(world: World, ids: Identities) -> Versions:
    """One row a person, from the day the case opens; the date of death once it is known."""
    people, noise, p = world.people, world.noise, world.parameters
    n = people.size
    spells = world.course.spells
    opened = np.full(n, NEVER_DAY, dtype=np.int32)
    np.minimum.at(opened, spells.row, world.case_open)
    died = np.full(n, NEVER_DAY, dtype=np.int32)
    dead = spells.ended_by == Event.DEATH
    died[spells.row[dead]] = day(spells.end[dead])

    low = np.array([level[0] for level in _LEVELS])[people.education]
    high = np.array([level[1] for level in _LEVELS])[people.education]
    level = low + np.floor((high - low + 1) * noise.uniform("nus", people.who)).astype(np.int64)
    counties = p.table("hjem.fylker")
    county = noise.choice(np.array([c["antall"] * c["andel"] for c in counties.values()]), "fylke", people.who)
    place = np.floor(12 * noise.uniform("kommune", people.who) ** 2).astype(np.int64)
    names = tuple(f"{nr}{k + 1:02d}" for nr in counties for k in range(12))
    home = county * 12 + place
    country = noise.choice(_COUNTRY_SHARES, "land", people.who)
    missing = noise.below(p.number("feil.uten_landkode"), "land/mangler", people.who)
    columns: dict[str, Column] = {
        "person_id": ids.person_id,
        "fodselsnr": ids.fodselsnr,
        "person_id_status": codes(0, ("AKTIV", "DUPLIKAT"), n),
        "kjonn": codes(np.where(people.woman, 0, 1), ("K", "M")),
        "fodselsdato": dates(day(people.born)),
        "doed_dato": dates(np.full(n, NIL)),
        "fr_kode": codes(np.where(ids.sheltered > 0, ids.sheltered - 1, NONE), SHELTERED),
        "landkode_statsborger": codes(np.where(missing, NONE, country), COUNTRIES),
        "utdanning_nivaa": codes(level, tuple("0123456789")),
        "kommune_nr": codes(home, names),
        "nav_enhet": codes(home, names),
    }
    known_dead = np.where(died < NEVER_DAY, died.astype(np.int64) + 5, NEVER_DAY).astype(np.int32)
    return versions(columns, np.arange(n), [Stage(opened, {}), Stage(known_dead, {"doed_dato": dates(died)})])


def diagnose(world: World) -> Versions:
    """The main diagnosis at entry, and a second one for more than half."""
    people, noise, p = world.people, world.noise, world.parameters
    icd = noise.below(p.number("diagnose.icd10"), "diagnose/verk", people.who).astype(np.int64)
    written = ~noise.below(p.number("diagnose.mangler"), "diagnose/mangler", people.who)
    second = noise.below(p.number("diagnose.bi"), "diagnose/bi", people.who)
    second_group = noise.choice(np.array([0.37, 0.27, 0.08, 0.06, 0.12, 0.1]), "diagnose/bigruppe", people.who)
    names = tuple(dict.fromkeys(c for system in _CODES.values() for group in system for c in group))
    entry = (
        day(people.entry).astype(np.int64)
        - 1
        - np.floor(40 * noise.uniform("diagnose/dato", people.who)).astype(np.int64)
    )
    parts = []
    for main, which in ((0, written), (1, written & second)):
        at = np.flatnonzero(which)
        group = people.diagnosis[at] if main == 0 else second_group[at]
        u = noise.uniform("diagnose/kode", people.who[at], main)
        code = np.zeros(len(at), dtype=np.int64)
        for s, system in enumerate(_CODES.values()):
            for g, options in enumerate(system):
                here = (icd[at] == s) & (group == g)
                code[here] = np.array([names.index(o) for o in options])[np.floor(u[here] * len(options)).astype(int)]
        parts.append((at, icd[at], code, np.full(len(at), main), entry[at]))
    row, verk, code, kind, when = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.lexsort((kind, row))
    row, verk, code, kind, when = (a[order] for a in (row, verk, code, kind, when))
    columns: dict[str, Column] = {
        "diagnose_kodeverk": codes(verk, ("ICPC2", "ICD10")),
        "diagnosekode": codes(code, names),
        "diagnose_type": codes(kind, ("HOVED", "BI")),
        "dato": dates(when),
    }
    return versions(columns, row, [Stage(when.astype(np.int32), {})])


__all__ = ["date", "timedelta"]
