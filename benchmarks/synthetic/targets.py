"""The printed numbers a simulated register is held against, how near is near, and which the fit may not see."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from pipelines.reconciliation.printed import FILES, PUBLISHED, uses

RULE = """Whole studies are left out, not single numbers, and which was settled before anything was fitted: the case
review's description of the registered population (2017:1 tables 1 and 2: new recipients only, spells so far instead of
a month, another cut of age), and every breakdown of the inflow by sex and age (its totals are in). That is more than a
third of all that is printed and can be measured here."""
SEEN_ANYWAY = ".i_alt"
SCALE = """The scale is the tolerance rules.md §6 holds the number to: half a point for a rounded percent, two and a
half points or five percent where the text says «om lag», one point where it is deduced. A number printed with decimals,
or to the person, is as sharp as the sample of a whole population: 0.4 points, two percent of a count. The stock is held
to one percent. Ways out are measured on what was true at the exit, the print on registers half a year later: two and a
half points, as for what 475 cases said (figure 1 and table 2). The inflow is held to one percent, its
parts by sex and age to two and a half. Figure 8's varig tilpasset is what its other four, printed with decimals, leave:
5.6."""


@dataclass(frozen=True)
class Target:
    """One printed number, or an interval around `value` of half-width `slack`."""

    id: str
    value: float
    scale: float
    slack: float
    held_out: bool
    what: str
    unit: str
    source: str

    def distance(self, found: float) -> float:
        """How far off, in scales: what is printed is met at zero, and anywhere within an interval."""
        off = found - self.value
        return max(abs(off) - self.slack, 0.0) * (1 if off > 0 else -1) / self.scale


def targets(ids: Iterable[str]) -> dict[str, Target]:
    """Those of `ids` that are printed and not given, by id.

    Which are held out stands in `kobling_syntetisk.csv` alone. Raises KeyError for one that is not printed, and
    ValueError for one that stands there as not used.
    """
    printed = {row["id"]: row for name in FILES for row in _rows(PUBLISHED / f"{name}.csv")}
    found = {}
    used = uses([*printed])
    for name in ids:
        use = used.get(name, used.get(f"{name}_min"))
        if use == "gitt":
            continue
        if f"{name}_min" in printed:
            low, high = printed[f"{name}_min"], printed[f"{name}_max"]
            middle, slack = (
                (float(low["verdi"]) + float(high["verdi"])) / 2,
                (float(high["verdi"]) - float(low["verdi"])) / 2,
            )
            row = {**low, "verdi": str(middle), "presisjon": "omtrent"}
        elif name in printed:
            row, slack = printed[name], 0.0
        else:
            raise KeyError(f"{name} is measured but not printed in {PUBLISHED}")
        if use not in ("tilpasset", "holdt_utenfor"):
            raise ValueError(f"{name} is aimed at, and stands as {use} in kobling_syntetisk.csv: say there what it is")
        found[name] = _target(name, row, slack, held_out=use == "holdt_utenfor")
    return found


def _rows(path) -> list[dict[str, str]]:  # type: ignore[no-untyped-def]
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _target(name: str, row: dict[str, str], slack: float, *, held_out: bool) -> Target:
    value, unit, precision = float(row["verdi"]), row["enhet"], row["presisjon"]
    if name in REMAINDER:
        value, precision = REMAINDER[name], "eksakt"
    if precision == "under":
        value -= 1.0  # «snaut», «oppunder»
    return Target(name, value, _scale(name, value, unit, precision), slack, held_out, row["mal"], unit, row["kilde"])


REMAINDER = {"tverrsnitt.fig8.varig_tilpasset": 5.6}
"""Printed as a whole percent, but the other four of figure 8 are printed with decimals and leave this."""
STOCK = ("beholdning.20", "bakgrunn.aap_sept2016", "tverrsnitt.populasjon")


def _scale(name: str, value: float, unit: str, precision: str) -> float:
    """What a simulation is asked to hit (SCALE)."""
    if name.startswith(("avgang.", "bakgrunn.overgang", "bakgrunn.unge", "saks.fig1.")):
        return 2.5
    if name.startswith("tilgang."):
        return (0.01 if name.endswith(SEEN_ANYWAY) else 0.025) * value
    if name.startswith("saks.tabell2."):
        return 2.5
    if name.startswith(STOCK) and unit == "antall":
        return 0.01 * value
    if unit in ("antall", "dager", "maaneder"):
        return {"eksakt": 0.02}.get(precision, 0.05) * value
    return {"eksakt": 0.5 if value.is_integer() else 0.4, "avrundet": 0.5, "avledet": 1.0, "under": 1.0}.get(
        precision, 2.5
    )
