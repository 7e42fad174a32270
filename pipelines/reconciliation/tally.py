"""How many printed numbers are inside and outside, counted once each, and the sentence that says so.

A number that is printed twice is counted where it stands first; a number that can be read in two ways is counted in
both. Numbers a synthetic register was fitted to are told apart from those that were held out of the fit and those
nobody used: only the last two say anything of the pipeline and the simulator together.
"""

from __future__ import annotations

import polars as pl

from pipelines.base import bokmaal

STATUS = {
    "innenfor": ("✓", "Innenfor"),
    "innenfor_med_utvalgsmargin": ("(✓)", "Innenfor med utvalgsmargin"),
    "utenfor": ("✗", "Utenfor"),
    "kan_ikke_testes": ("–", "Kan ikke testes"),
}
"""The verdicts, by the print first: symbol and words."""
OUTSIDE_FIRST = ("utenfor", "innenfor_med_utvalgsmargin", "innenfor", "kan_ikke_testes")
USES = {
    "tilpasset": "Tilpasset",
    "gitt": "Gitt",
    "folger": "Følger av tilpassede",
    "holdt_utenfor": "Holdt utenfor",
    "ikke_brukt": "Ikke brukt",
}
APART = {
    "Tilpasset, gitt eller følger av det": ("tilpasset", "gitt", "folger"),
    "Holdt utenfor tilpasningen": ("holdt_utenfor",),
    "Ikke brukt": ("ikke_brukt",),
}
"""What is reported apart of a synthetic register."""


def statuses(share: float | None) -> dict[str, tuple[str, str]]:
    """The verdicts there can be: a real register, of everybody, has no sampling margin."""
    return {code: said for code, said in STATUS.items() if share is not None or code != "innenfor_med_utvalgsmargin"}


def counts(rows: pl.DataFrame) -> dict[str, int]:
    """How many rows have each verdict; a number that stands again is not counted."""
    once = rows.filter(pl.col("samme_som").is_null())
    return {status: once.filter(status=status).height for status in STATUS}


def apart(rows: pl.DataFrame) -> dict[str, dict[str, int]]:
    """`counts` of each part of `APART`; empty for a real register."""
    parts = {title: counts(rows.filter(pl.col("tilpasning").is_in(uses))) for title, uses in APART.items()}
    return parts if any(any(part.values()) for part in parts.values()) else {}


def sentence(rows: pl.DataFrame) -> str:
    """«Av 164 trykte tall som kan testes, er 41 innenfor trykkets nøyaktighet, 79 til når utvalgsmarginen regnes med,
    og 44 er utenfor.» and, of a synthetic register, the same of each part."""
    found = counts(rows)
    if not tested(found):
        return "Ingen av de trykte tallene kan testes mot dette øyeblikksbildet."
    by_margin = found["innenfor_med_utvalgsmargin"]
    margin = f", {bokmaal.tall(by_margin)} til når utvalgsmarginen regnes med," if by_margin else ""
    said = (
        f"Av {bokmaal.tall(tested(found))} trykte tall som kan testes, er {bokmaal.tall(found['innenfor'])} innenfor"
        f" trykkets nøyaktighet{margin} og {bokmaal.tall(found['utenfor'])} er utenfor."
    )
    parts = [
        f"{title[0].lower()}{title[1:]}: {bokmaal.tall(part['innenfor'])} av {bokmaal.tall(tested(part))}"
        for title, part in apart(rows).items()
        if tested(part)
    ]
    if not parts:
        return said
    return f"{said} Innenfor trykkets nøyaktighet, etter hva det syntetiske registeret var: {'; '.join(parts)}."


def tested(found: dict[str, int]) -> int:
    """How many have a verdict."""
    return sum(number for status, number in found.items() if status != "kan_ikke_testes")
