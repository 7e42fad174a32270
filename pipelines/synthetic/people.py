"""Who comes onto AAP, when, and what they bring: sex, age, diagnosis, education, way in, home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from pipelines.synthetic.noise import Bools, Floats, Ints, Noise
from pipelines.synthetic.parameters import Parameters

SCHEME_START = date(2010, 3, 1)
YEAR = 365.25
MONTH = YEAR / 12

DIAGNOSES = ("psykisk", "muskel_skjelett", "nervesystem", "hjerte_kar", "allment", "annet")
EDUCATIONS = ("grunnskole", "videregaaende", "hoyere_inntil_4", "hoyere_over_4", "uoppgitt")
WAYS_IN = ("sykmeldt_arbeidstaker", "sykmeldt_uten_arbeidsgiver", "ikke_sykmeldt")
"""The codes of each characteristic: the order of every list of parameters by it."""
AGE_BANDS = np.array([20, 25, 30, 40, 50, 60])
"""Lower bounds of all age bands but the first: 18–19, 20–24, 25–29, 30–39, 40–49, 50–59, 60–67."""
YOUNG_BANDS = 3
"""Age bands below thirty."""
JUNE = 6
_ENTRY_AGES = np.array([18.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 66.6])


def to_day(day: date) -> int:
    """Days since 1970-01-01, the clock everything here runs on (fractions are times of day)."""
    return day.toordinal() - date(1970, 1, 1).toordinal()


def months(first: date, last: date) -> list[date]:
    """The first of every month from `first`'s to `last`'s, both in."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1) for k in range(count)]


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@dataclass(frozen=True)
class People:
    """One value a person, in order of entry cohort. Codes index the tuples above; times are days since 1970."""

    who: Ints
    entry: Floats
    converted: Bools
    """From the benefits there were before AAP; once lived (`conversion`), those who were on them on 1 March 2010."""
    woman: Bools
    born: Floats
    diagnosis: Ints
    education: Ints
    way_in: Ints
    frail: Floats
    """Standard normal: how persistently this one's health keeps from work (unobserved in any register)."""
    lingering: Floats
    """Standard normal: how much longer than others' this one's treatments last (unobserved too)."""
    drive: Floats
    """Standard normal: how readily this one takes up work or tiltak, all else equal (unobserved too)."""

    room_for_work: Bools
    """Whether this one's treatments leave room for work beside them (a stay in hospital does not)."""
    room_for_tiltak: Bools
    """The same for tiltak, whose hours are another's to set: only where there is room for work."""

    @property
    def size(self) -> int:
        return len(self.who)

    def characteristics(self) -> dict[str, Ints]:
        """What effects may depend on, by the name parameters use."""
        return {
            "kvinne": self.woman.astype(np.int64),
            "diagnose": self.diagnosis,
            "utdanning": self.education,
            "vei_inn": self.way_in,
            "konvertert": self.converted.astype(np.int64),
        }


def inflow(parameters: Parameters, month: date) -> float:
    """First-time entrants of a month at full scale."""
    half = "tilgang.forste_halvaar" if month.month <= JUNE else "tilgang.andre_halvaar"
    by_year = parameters.table(half)
    return float(by_year[min(month.year, max(by_year))] / 12 * parameters.numbers("tilgang.sesong")[month.month - 1])


def _cohort(count: int, number: int) -> Ints:
    return np.int64(number) * 2**32 + np.arange(count, dtype=np.int64)


def people(parameters: Parameters, noise: Noise, last: date, share: float) -> People:
    """Everybody who has entered by the end of `last`'s month: those of the years before AAP, then month by month."""
    years = parameters.number("bestand.aar")
    stock = _cohort(round(parameters.number("bestand.per_aar") * years * share), 0)
    whos, entries = [stock], [to_day(SCHEME_START) - years * YEAR * noise.uniform("bestand/dag", stock)]
    for number, month in enumerate(months(SCHEME_START, last), start=1):
        who = _cohort(round(inflow(parameters, month) * share), number)
        length = to_day(next_month(month)) - to_day(month)
        whos.append(who)
        entries.append(to_day(month) + length * noise.uniform("tilgang/dag", who))
    who, entry = np.concatenate(whos), np.concatenate(entries)
    converted = who < len(stock)

    woman = noise.below(
        np.where(converted, parameters.number("bestand.andel_kvinner"), parameters.number("tilgang.andel_kvinner")),
        "kjonn",
        who,
    )
    bands = np.empty((len(who), 7))
    for is_woman, sex in ((True, "K"), (False, "M")):
        bands[woman == is_woman] = parameters.table("tilgang.alder")[sex]
    # Ever more of the new are young: their weight grows by the year from when the ages are known.
    since = np.maximum(entry / YEAR + 1970 - parameters.number("tilgang.unge_vekst_fra"), 0.0)
    bands[:, :YOUNG_BANDS] *= parameters.number("tilgang.unge_vekst") ** since[:, None]
    band = noise.choice(bands, "alder", who)
    low, high = _ENTRY_AGES[band], _ENTRY_AGES[band + 1]
    age = low + (high - low) * noise.uniform("alder/i_gruppe", who)
    group = np.digitize(age, [30.0, 50.0])

    def by_age(name: str, stream: str) -> Ints:
        return noise.choice(np.asarray(list(parameters.table(name).values()), dtype=np.float64)[group], stream, who)

    drive, beside_work = noise.normal("driv", who), parameters.number("behandling.lar_seg_kombinere")
    return People(
        who=who,
        entry=entry,
        converted=converted,
        woman=woman,
        born=np.floor(entry - age * YEAR),
        diagnosis=by_age("tilgang.diagnose", "diagnose"),
        education=by_age("tilgang.utdanning", "utdanning"),
        way_in=by_age("tilgang.vei_inn", "vei_inn"),
        frail=noise.normal("skrophet", who),
        lingering=_together(parameters.number("behandling.langvarig_og_driv"), drive, noise.normal("langvarig", who)),
        drive=drive,
        room_for_work=noise.below(beside_work, "kombinerer", who),
        room_for_tiltak=noise.below(beside_work * parameters.number("behandling.ogsaa_med_tiltak"), "kombinerer", who),
    )


def _together(correlation: float, first: Floats, own: Floats) -> Floats:
    """A standard normal that goes with another one."""
    return np.asarray(correlation * first + np.sqrt(1 - correlation**2) * own)
