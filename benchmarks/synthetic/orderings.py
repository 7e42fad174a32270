"""Who does what in April 2015, and whether the orderings that 2017:1 chapter 2 describes in words hold."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from benchmarks.synthetic.panel import Flags, Panel
from pipelines.synthetic.people import AGE_BANDS, DIAGNOSES, EDUCATIONS

AGES = ("18-19", "20-24", "25-29", "30-39", "40-49", "50-59", "60-67")
Profile = dict[tuple[str, str], dict[str, float]]


def profiles(panel: Panel, month: str) -> Profile:
    """(grouping, group) → share of the month's recipients in tiltak, work, either and treatment."""
    m, people = panel.at(month), panel.world.people
    on = panel.recipient[m]
    age = np.digitize(panel.age(m), AGE_BANDS)
    groups: dict[tuple[str, str], Flags] = {("alle", "alle"): on}
    groups |= {("kjønn", name): people.woman == is_woman for name, is_woman in (("kvinner", True), ("menn", False))}
    groups |= {("alder", name): age == k for k, name in enumerate(AGES)}
    groups |= {("diagnose", name): people.diagnosis == k for k, name in enumerate(DIAGNOSES)}
    groups |= {("utdanning", name): people.education == k for k, name in enumerate(EDUCATIONS)}
    measures = {
        "tiltak": panel.tiltak,
        "arbeid": panel.work,
        "arbeid eller tiltak": panel.active,
        "behandling": panel.treatment,
    }
    return {
        key: {
            name: float((flags[m] & on & which).sum() / max((on & which).sum(), 1)) for name, flags in measures.items()
        }
        for key, which in groups.items()
    }


def statements(panel: Panel) -> list[tuple[str, bool]]:
    """Each ordering of studies.md §1 in words, and whether the register has it."""
    table = profiles(panel, "2015-04")

    def share(measure: str, grouping: str, *groups: str) -> list[float]:
        return [table[grouping, group][measure] for group in groups]

    def falling(values: list[float]) -> bool:
        return all(a > b for a, b in pairwise(values))

    either = share("arbeid eller tiltak", "alder", "20-24", "25-29", "30-39", "40-49")
    mental, muscle = share("arbeid eller tiltak", "diagnose", "psykisk", "muskel_skjelett")
    tiltak_by_age = share("tiltak", "alder", "30-39", "40-49", "50-59", "60-67")
    young = share("tiltak", "alder", "20-24", "25-29")
    levels = ("grunnskole", "videregaaende", "hoyere_inntil_4", "hoyere_over_4")
    low, middle, short, long = share("tiltak", "utdanning", *levels)
    men, women = share("tiltak", "kjønn", "menn", "kvinner")
    work_by_age = share("arbeid", "alder", "20-24", "25-29", "30-39", "40-49", "50-59")
    every_year = [yearly(panel, panel.work, year) for year in range(2010, 2016)]
    places = [yearly(panel, panel.tiltak, year) for year in range(2010, 2017)]
    plans = {year: yearly(panel, panel.plan, year) for year in range(2010, 2017)}
    mental_tiltak, *others = share("tiltak", "diagnose", *DIAGNOSES)
    return [
        ("tiltak is commonest at 20–29 and falls with age", falling([min(young), *tiltak_by_age])),
        ("tiltak is commoner with psykiske lidelser than with other diagnoses", mental_tiltak > max(others)),
        ("men are a little more in tiltak than women", 0 < men - women < 0.05),
        ("tiltak: videregående highest, grunnskole and over four years lowest", middle > short > max(low, long)),
        ("work rises strongly with education", falling(share("arbeid", "utdanning", *levels)[::-1])),
        ("women work more than men", falling(share("arbeid", "kjønn", "kvinner", "menn"))),
        ("psykiske lidelser work less", falling(share("arbeid", "diagnose", "muskel_skjelett", "psykisk"))),
        ("work rises with age to 50–59", falling([*work_by_age[::-1]]) and work_by_age[0] < 0.1),
        ("work or tiltak: nearly equal from 20–24 to 40–49", max(either) - min(either) < 0.05),
        ("work or tiltak: psykiske about as muskel-/skjelett", abs(mental - muscle) < 0.03),
        ("work or tiltak rises with education", falling(share("arbeid eller tiltak", "utdanning", *levels[:3])[::-1])),
        ("work has risen every year to 2015", falling(every_year[::-1])),
        ("tiltak is commoner in 2015 and 2016 than before", min(places[-2:]) > max(places[:-2])),
        ("valid plans rise from 2010 to 2012", plans[2010] < plans[2011] < plans[2012]),
        ("valid plans: lower in 2013 and 2014 than in 2012", max(plans[2013], plans[2014]) < plans[2012]),
        ("valid plans: highest in 2015 and 2016", min(plans[2015], plans[2016]) > plans[2012]),
    ]  # fmt: skip


def yearly(panel: Panel, flags: Flags, year: int) -> float:
    """Mean count over mean denominator of the year's months."""
    months = [k for k, month in enumerate(panel.months) if month.year == year]
    on = panel.recipient[months]
    return float((flags[months] & on).sum() / on.sum())
