"""What a table declares of itself to be published (`utlevering` in the YAML beside its SQL).

    utlevering:
      tall: [antall]               the columns that are counts of the measure
      nevner: nevner               the column of the size of what they are counted among
      verdi: andel                 the column computed from them
      enhet: personer              what is counted, for the label of sizes
      mal: mal                     the column that names the measure; none where every column of `tall` is one
      navn: [gruppering, gruppe]   the columns that with the measure name a cell; never a time, a population or a number
      perioder: [maaned]           the columns that set one closed table of counts apart from the next
      regler: [{mal: mottakere, teller: "n:personer"}]      by measure, the first that matches whole
      uten: [personer]             columns that are not published
      sql: kontroll/…              a SELECT that gives the rows, where these are not those of the table
      av: statistikk.tverrsnitt    the table whose rounded rows `sql` computes this one from
      sammenhenger: {…}            what a reader may add up (`relations`)

A rule says what a measure's count is called (`teller`: another measure where it is the same thing, with groups as in a
regular expression, or `n:<unit>` where it is a size), the unit of its size (`nevner`), how its value is computed
(`verdi`: see `values`), what the sum behind a mean is called (`sum`), and whether what is not there is nobody (`tynn`).
`gruppering` narrows it to one grouping. Of measures with `fremst`, so many are published, the largest, and none of
fewer than `minst`: their table must hold every one that rounding may bring among these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pipelines.base import yaml_file
from pipelines.model.sql import SQL

SIZE = "n:"
SHARE = "andel"


@dataclass(frozen=True)
class Rule:
    """How the rows of some measures are published."""

    mal: str
    teller: str = r"\g<0>"
    nevner: str = ""
    verdi: str = SHARE
    sum: str = ""
    tynn: bool = False
    gruppering: str | None = None
    minst: int = 0
    fremst: int = 0


@dataclass(frozen=True)
class Layout:
    """A table's declaration; see the module."""

    table: str
    key: tuple[str, ...]
    tall: tuple[str, ...] = ("antall",)
    nevner: str | None = "nevner"
    verdi: str | None = "andel"
    enhet: str = "personer"
    mal: str | None = "mal"
    navn: tuple[str, ...] = ("gruppering", "gruppe")
    perioder: tuple[str, ...] = ()
    regler: tuple[Rule, ...] = ()
    uten: tuple[str, ...] = ()
    sql: str | None = None
    av: str | None = None
    sammenhenger: dict[str, Any] = field(default_factory=dict, hash=False)

    def rule(self, mal: str, gruppering: str | None = None) -> Rule:
        """The rule of a measure, its names filled in."""
        for rule in self.regler:
            match = re.fullmatch(rule.mal, mal)
            if match and rule.gruppering in (None, gruppering):
                teller, summed = match.expand(rule.teller), match.expand(rule.sum)
                return replace(rule, mal=mal, teller=teller, sum=summed, nevner=rule.nevner or self.enhet)
        return Rule(mal, mal, self.enhet)


@cache
def layouts() -> dict[str, Layout]:
    """Every table that may be published, by name."""
    found = {}
    for path in sorted(SQL.rglob("*.yaml")):
        node: dict[str, Any] = yaml_file.read(path)
        if "utlevering" in node:
            found[node["tabell"]] = _layout(node["tabell"], node["nokkel"], node["utlevering"])
    return found


def _layout(table: str, key: Sequence[str], node: dict[str, Any]) -> Layout:
    lists = ("tall", "navn", "perioder", "uten")
    plain: dict[str, Any] = {
        name: tuple(value) if name in lists else value for name, value in node.items() if name != "regler"
    }
    return Layout(table, tuple(key), regler=tuple(Rule(**rule) for rule in node.get("regler", ())), **plain)
