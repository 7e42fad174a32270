"""Sentences the report says of counts: levels, rises and falls, and when a number is hidden or unknown."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.base import bokmaal
from pipelines.drawing.labels import navn
from pipelines.studies.tverrsnitt.counts import Count, count_noise, share_noise

HIDDEN = "er skjult av hensyn til personvernet"
UNKNOWN = "kan ikke vites"
SUBJECT = {
    "mottakere": "antallet mottakere",
    "tiltak": "andelen i arbeidsrettet tiltak",
    "arbeid": "andelen som har meldt om arbeid,",
    "arbeid_eller_tiltak": "andelen i arbeid eller tiltak",
    "arbeid_og_tiltak": "andelen i både arbeid og tiltak",
    "behandling": "andelen i medisinsk behandling",
    "gyldig_plan": "andelen med godkjent og gyldig plan",
    "aktivitetsstatus=kun_behandling": "andelen i bare medisinsk behandling",
    "aktivitetsstatus=varig_tilpasset": "andelen med varig tilpasset innsats og ingen aktivitet",
    "aktivitetsstatus=gyldig_plan": "andelen med gyldig plan, men ingen aktivitet",
    "aktivitetsstatus=ingen_plan": "andelen med verken gyldig plan eller aktivitet",
}
"""What a measure is called as the subject of a sentence, in the singular."""
MEASURES = list(SUBJECT)


def level(mal: str, count: Count, decimals: int = 1) -> str:
    """«Andelen i arbeidsrettet tiltak var 25,2 prosent.»"""
    value = count.antall if mal == "mottakere" else count.andel
    subject = bokmaal.stor(SUBJECT[mal])
    if value is None:
        return f"{subject} {HIDDEN if count.skjult else UNKNOWN}."
    said = bokmaal.tall(value) if mal == "mottakere" else bokmaal.prosent(value, decimals)
    return f"{subject} var {said}."


def change(mal: str, now: Count, before: Count, since: str) -> str:
    """«Andelen i arbeidsrettet tiltak gikk opp med 1,4 prosentpoeng, fra 23,8 til 25,2 prosent, siden mars 2015.»"""
    of_persons = mal == "mottakere"
    values = [count.antall if of_persons else count.andel for count in (now, before)]
    if values[0] is None:
        return level(mal, now)
    if values[1] is None:
        why = "er skjult" if before.skjult else "finnes ikke"
        return f"{level(mal, now)} Tallet for {since} {why}."
    said = bokmaal.endring_setning(SUBJECT[mal], values[0], values[1], "personer" if of_persons else bokmaal.PROSENT)
    comma = "" if " er uendret " in said else ","
    return f"{said[:-1]}{comma} siden {since}."


def beyond_noise(mal: str, now: Count, before: Count) -> bool:
    """Whether a change is larger than chance gives between two groups of this size."""
    if mal == "mottakere":
        noise, values = count_noise(now, before), (now.antall, before.antall)
    else:
        noise, values = share_noise(now, before), (now.andel, before.andel)
    if noise is None or values[0] is None or values[1] is None:
        return False
    return abs(values[0] - values[1]) > noise


def shares(mal: str, codes: Sequence[str], counts: dict[str, Count]) -> str:
    """The shares of a variable's values in running text: «gyldig plan: 75,0 prosent; utløpt plan: 12,1 prosent»."""
    parts = []
    for code in codes:
        count = counts.get(code)
        if count is None:
            continue
        name = navn(code, mal)
        name = name[:1].lower() + name[1:]
        said = "skjult" if count.skjult else UNKNOWN if count.andel is None else bokmaal.prosent(count.andel)
        parts.append(f"{name}: {said}")
    return "; ".join(parts)
