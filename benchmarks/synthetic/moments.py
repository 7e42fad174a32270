"""What the studies printed, measured on a simulated register: one value for each id in reports/published/."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic.panel import Flags, Panel
from benchmarks.synthetic.spells import Spells, median_length
from pipelines.synthetic.efforts import LASTING, SPECIAL, STANDARD
from pipelines.synthetic.people import MONTH, YEAR, to_day
from pipelines.synthetic.state import Event
from pipelines.synthetic.truth import happens

FOLLOWED_TO = "2015-06"
"""The last month of the panel of 2017:2: 64 months from March 2010."""


TENTH = 36 / 365.25
"""Born on the 5th, 15th or 25th."""
EXITS = (Event.EXIT_WORK, Event.EXIT_UFORE, Event.EXIT_OTHER)
AGES_AT_ENTRY = (
    ("18_20", 18, 21),
    ("21_30", 21, 31),
    ("31_40", 31, 41),
    ("41_50", 41, 51),
    ("51_60", 51, 61),
    ("61p", 61, 70),
)


class Moments:
    """Counts are scaled up by `share`; shares are percent; durations are months or days, as printed."""

    def __init__(self, panel: Panel, share: float) -> None:
        self.panel, self.share = panel, share

    def all(self) -> dict[str, float]:
        return {
            **self.april_2015(),
            **self.by_year(),
            **self.stock(),
            **self.inflow(),
            **self.courses(),
            **self.exits(),
            **self.case_review(),
            **self.survey(),
        }

    def _count(self, flags: Flags) -> float:
        return float(flags.sum() / self.share)

    def april_2015(self) -> dict[str, float]:
        p, m = self.panel, self.panel.at("2015-04")
        on = p.recipient[m]
        n = on.sum()

        def per_cent(flags: Flags, among: Flags = on) -> float:
            return float(100 * (flags & among).sum() / among.sum())

        active, treated, plan = p.active[m], p.treatment[m], p.plan[m]
        lasting = p.group[m] == LASTING
        idle = on & ~active & ~treated
        age = p.age(m)
        young = on & (age >= 20) & (age < 30)
        assert n
        return {
            "tverrsnitt.populasjon.n": self._count(on),
            "tverrsnitt.behandling.andel": per_cent(treated),
            "tverrsnitt.behandling.andel_sensitivitet_ugyldig_plan": per_cent(p.treatment_any_plan[m]),
            "tverrsnitt.tiltak.andel": per_cent(p.tiltak[m]),
            "tverrsnitt.fig2.alder_20_29": per_cent(p.tiltak[m], young),
            "tverrsnitt.fig4.arbeid_andel": per_cent(p.work[m]),
            "tverrsnitt.fig8.arbeid_eller_tiltak": per_cent(active),
            "tverrsnitt.fig8.kun_behandling": per_cent(treated & ~active),
            "tverrsnitt.fig8.varig_tilpasset": per_cent(idle & lasting),
            "tverrsnitt.fig8.uten_akt_gyldig_plan_antall": self._count(idle & ~lasting & plan),
            "tverrsnitt.fig8.uten_akt_uten_plan_antall": self._count(idle & ~lasting & ~plan),
            "tverrsnitt.arbeid_og_tiltak.andel": per_cent(p.work[m] & p.tiltak[m]),
            "tverrsnitt.behandling_og_arbeid_tiltak_antall": self._count(on & treated & active),
            "tverrsnitt.fig7.standard_innsats_antall": self._count(on & (p.group[m] == STANDARD)),
        }

    def _year(self, flags: Flags, year: int, last_month: int = 12) -> float:
        """Mean count over mean denominator, percent."""
        m = [k for k, month in enumerate(self.panel.months) if month.year == year and month.month <= last_month]
        on = self.panel.recipient[m]
        return float(100 * (flags[m] & on).sum() / on.sum())

    def by_year(self) -> dict[str, float]:
        p = self.panel
        special, lasting = (self._year(p.group == code, 2015) for code in (SPECIAL, LASTING))
        return {
            **{f"tverrsnitt.fig6.gyldig_plan_{year}": self._year(p.plan, year) for year in (2010, 2012, 2015)},
            "tverrsnitt.fig6.gyldig_plan_2016": self._year(p.plan, 2016, 10),
            "tverrsnitt.fig3.arbeid_aarsgjsnitt_2015": self._year(p.work, 2015),
            "tverrsnitt.fig7.spesielt_tilpasset_2015": special,
            "tverrsnitt.fig7.varig_tilpasset_2015": lasting,
            "tverrsnitt.fig7.annet_2015": 100 - special - lasting,
        }

    def stock(self) -> dict[str, float]:
        p, people = self.panel, self.panel.world.people
        at = {month: p.at(month) for month in ("2014-11", "2014-12", "2015-09", "2016-09")}
        known = {
            f"beholdning.{month.replace('-', '_')}": self._count(p.recipient[p.at(month)])
            for month in ("2010-06", "2011-06", "2013-12", "2014-11", "2014-12", "2015-09")
        }
        young = {month: p.recipient[k] & (p.age(k) < 30) for month, k in at.items()}
        last = p.recipient[at["2016-09"]]
        first_years = np.any(p.recipient[: p.at("2012-10") + 1], axis=0)
        return known | {
            "beholdning.2014_11.kvinner": self._count(p.recipient[at["2014-11"]] & people.woman),
            "beholdning.2014_12.u30": self._count(young["2014-12"]),
            "beholdning.2015_09.u30": self._count(young["2015-09"]),
            "beholdning.2015_09.u30_psykisk": _per_cent(people.diagnosis == 0, young["2015-09"]),
            "bakgrunn.aap_sept2016.antall": self._count(last),
            "bakgrunn.diagnose_psykisk": _per_cent(people.diagnosis == 0, last),
            "bakgrunn.diagnose_muskelskjelett": _per_cent(people.diagnosis == 1, last),
            "konvertert.andel_2010_2012": _per_cent(people.converted, first_years),
        }

    def inflow(self) -> dict[str, float]:
        """New by the official statistics: paid in the month, in neither of the two before; sums over a quarter."""
        p, found = self.panel, {}
        new = p.recipient[2:] & ~p.recipient[1:-1] & ~p.recipient[:-2]
        for quarter, years in ((2, range(2011, 2017)), (4, range(2011, 2016))):
            for year in years:
                m = [p.at(f"{year}-{month:02d}") - 2 for month in range(3 * quarter - 2, 3 * quarter + 1)]
                young = np.array([p.age(k + 2) < 30 for k in m])
                name = f"tilgang.k{quarter}.{year}"
                found[f"{name}.i_alt"] = self._count(new[m])
                found[f"{name}.kvinner"] = self._count(new[m] & p.world.people.woman)
                found[f"{name}.u30"] = self._count(new[m] & young)
        return found

    def courses(self) -> dict[str, float]:
        """`forlop.*`: 2017:2's panel, whoever was new from March 2010 on; the others: those seen to start."""
        panel, then = self.panel, self.panel.at(FOLLOWED_TO) + 1
        s, seen = Spells(panel, then, since=0), Spells(panel, then)
        short, long = s.length <= 12, s.length > 36
        cohort = seen.start < 10
        return {
            "forlop.panel.n": len(s.rows) / self.share * TENTH,
            "forlop.behandling_minst_en_mnd": _per_cent(s.ever(panel.treatment)),
            "forlop.arbeidsrettet_i_lopet": _per_cent(s.ever(panel.active)),
            "forlop.begge_forste_aar": _per_cent(s.both(), short),
            "forlop.begge_over3aar": _per_cent(s.both(), long),
            "forlop.samtidig_forste_aar": _per_cent(s.ever(panel.treatment & panel.active), short),
            "forlop.samtidig_over3aar": _per_cent(s.ever(panel.treatment & panel.active), long),
            "tertial.varighet_median": median_length(panel.recipient),
            "bakgrunn.varighet_kohort2010_2aar": _per_cent(seen.on_aap_after(24), cohort),
            "tertial.tid_til_forste_tiltak_median": float(np.median(self._days_to_tiltak(seen))),
        }

    def _days_to_tiltak(self, spells: Spells) -> NDArray[np.float64]:
        """From the first day on AAP to the first tiltak, of those who begin one within the spell."""
        course, size = self.panel.world.course, self.panel.world.people.size
        first = np.full(size, np.inf)
        np.minimum.at(first, course.tiltak.row, course.tiltak.start)
        wait = first[spells.rows] - self.panel.world.people.entry[spells.rows]
        begun: NDArray[np.float64] = wait[wait < (spells.length + 1) * MONTH]
        return begun

    def exits(self) -> dict[str, float]:
        """From what was true: no register says why people leave. Whoever comes back within three months did not."""
        course, born = self.panel.world.course.spells, self.panel.world.people.born

        def shares(first: date, last: date, young: bool = False) -> dict[int, float]:
            left = (course.end >= to_day(first)) & (course.end < to_day(last))
            if young:
                left &= (course.end - born[course.row]) / YEAR < 30
            kinds = course.ended_by[left]
            return {kind: float(100 * (kinds == kind).mean()) for kind in EXITS}

        early = shares(date(2010, 4, 1), date(2011, 4, 1))
        late = shares(date(2015, 1, 1), date(2016, 1, 1))
        young = shares(date(2012, 1, 1), date(2016, 1, 1), young=True)
        long = happens(course, self.panel.world.people.size, to_day(date(2016, 12, 15)), to_day(date(2016, 12, 15)))
        return {
            "avgang.2010_2011.ufor": early[Event.EXIT_UFORE],
            "avgang.2010_2011.arbeid": early[Event.EXIT_WORK],
            "bakgrunn.overgang_arbeid": late[Event.EXIT_WORK],
            "bakgrunn.overgang_ufore": late[Event.EXIT_UFORE],
            "bakgrunn.unge_til_arbeid": young[Event.EXIT_WORK],
            "bakgrunn.unge_til_ufore": young[Event.EXIT_UFORE],
            "unntak.2016_12": self._past_four_years(long),
        }

    def _past_four_years(self, on: Flags) -> float:
        """Persons on AAP in December 2016 with more than four years of it behind them."""
        course, end = self.panel.world.course.spells, to_day(date(2016, 12, 15))
        days = np.bincount(
            course.row, np.clip(np.minimum(course.end, end) - course.start, 0, None), self.panel.world.people.size
        )
        return self._count(on & (days > 4 * YEAR))

    def case_review(self) -> dict[str, float]:
        """Table 1 (population), parts of table 2, and figures 1 and 7: recipients of April 2015 not converted.

        «Perioden» is «hele AAP-perioden»: from the first month on AAP, as the time on AAP is counted. A plan is valid
        in April if it was in force at either end of the month; what counts as work is read from the cards too, as the
        reviewers did.
        """
        p, people = self.panel, self.panel.world.people
        m = p.at("2015-04")
        these = p.recipient[m] & ~people.converted
        first = p.recipient[: m + 1].argmax(axis=0)
        since = np.arange(m + 1)[:, None] >= first
        ever = {
            name: (flags[: m + 1] & since).any(axis=0)
            for name, flags in (("tiltak", p.tiltak), ("arbeid", p.work), ("behandling", p.treatment_any_plan))
        }
        active = ever["tiltak"] | ever["arbeid"]
        age = (people.entry - people.born) / YEAR
        elapsed = m - first
        course = p.world.course
        truth = {
            name: happens(episodes, people.size, to_day(date(2015, 4, 1)), to_day(date(2015, 4, 30)))
            for name, episodes in (("behandling", course.treatment), ("arbeid", course.work), ("tiltak", course.tiltak))
        }
        ever_treated = np.zeros(people.size, dtype=bool)
        past = course.treatment.start < to_day(date(2015, 9, 1))
        ever_treated[course.treatment.row[past]] = True
        table_1 = {
            "menn": ~people.woman,
            **{f"alder_{name}": (age >= low) & (age < high) for name, low, high in AGES_AT_ENTRY},
            **ever,
            "arbeidsrettet": active,
            "verken": ~active & ~ever["behandling"],
            "begge": active & ever["behandling"],
        }
        table_2 = {
            "tid_u_halvt": elapsed < 6,
            "tid_halvt_ett": (elapsed >= 6) & (elapsed < 12),
            "tid_ett_to": (elapsed >= 12) & (elapsed < 24),
            "tid_to_p": elapsed >= 24,
            "gyldig_plan": p.plan[m] | p.plan[m - 1],
        }
        return {
            "saks.tabell1.n.populasjon": self._count(these) * TENTH,
            **{f"saks.tabell1.{name}.populasjon": _per_cent(flags, these) for name, flags in table_1.items()},
            **{f"saks.tabell2.{name}.total": _per_cent(flags, these) for name, flags in table_2.items()},
            "saks.fig1.behandling_paagaaende": _per_cent(truth["behandling"], these),
            "saks.fig1.behandling_i_lopet": _per_cent(ever_treated, these),
            "saks.fig1.arbeidsrettet_paagaaende": _per_cent(truth["arbeid"] | truth["tiltak"] | p.work[m], these),
        }

    def survey(self) -> dict[str, float]:
        """How long those the survey was drawn from had been on AAP (converted: since March 2010)."""
        p, m = self.panel, self.panel.at("2015-05")
        these = p.recipient[m] & ~p.active[m] & (p.group[m] != LASTING)
        elapsed = m - p.recipient[: m + 1].argmax(axis=0) + 0.5
        return {"mottaker.varighet.populasjon": float(elapsed[these].mean())}


def _per_cent(flags: Flags, among: Flags | None = None) -> float:
    if among is None:
        return float(100 * flags.mean())
    return float(100 * (flags & among).sum() / max(among.sum(), 1))
