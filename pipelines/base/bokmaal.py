"""How reports and figures say numbers, months and changes in bokmål.

Decimal comma, thin space between thousands, «prosent» of a share and «prosentpoeng» of a difference between
shares. Rounding is half away from zero on the number as it is printed in decimal, as in the published tables
(22,65 → 22,7), not the half-to-even on binary fractions that Python's own formatting does.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

THIN_SPACE = "\u2009"
NO_BREAK_THIN_SPACE = "\u202f"
MINUS = "\u2212"

MAANEDER = (
    *("januar", "februar", "mars", "april", "mai", "juni"),
    *("juli", "august", "september", "oktober", "november", "desember"),
)
# Språkrådet: the short names of the months that are shortened at all end in a full stop.
MAANEDER_KORT = (
    *("jan.", "feb.", "mars", "apr.", "mai", "juni"),
    *("juli", "aug.", "sep.", "okt.", "nov.", "des."),
)
# Plural → singular of the units the studies count in.
ENTALL = {
    "personer": "person",
    "mottakere": "mottaker",
    "saker": "sak",
    "dager": "dag",
    "uker": "uke",
    "måneder": "måned",
    "år": "år",
    "timer": "time",
    "forløp": "forløp",
    "meldekort": "meldekort",
    "kroner": "krone",
    "prosentpoeng": "prosentpoeng",
}
PROSENT = "prosent"
TALLORD = (
    *("null", "én", "to", "tre", "fire", "fem", "seks"),
    *("sju", "åtte", "ni", "ti", "elleve", "tolv"),
)

Tall = int | float | Decimal


def avrundet(x: Tall, desimaler: int) -> Decimal:
    """The number as it is printed. Raises ValueError for one that is not finite."""
    if isinstance(x, float) and not math.isfinite(x):
        raise ValueError(f"{x} is not a number that can be printed")
    exact = Decimal(str(x))
    return exact.quantize(Decimal(1).scaleb(-desimaler), rounding=ROUND_HALF_UP)


def tall(x: Tall, desimaler: int = 0) -> str:
    """The number with decimal comma and thin spaces: 152900 → «152 900», -1.25 → «−1,3» with one decimal.

    Raises ValueError for a number that is not finite.
    """
    rounded = avrundet(x, desimaler)
    whole, _, fraction = f"{abs(rounded):,}".partition(".")
    sign = MINUS if rounded < 0 else ""
    return sign + whole.replace(",", THIN_SPACE) + ("," + fraction if fraction else "")


def tallord(x: int) -> str:
    """The number in words up to twelve, as running text has it (Språkrådet): «to», «tolv», «31»."""
    return TALLORD[x] if 0 <= x < len(TALLORD) else tall(x)


def prosent(x: Tall, desimaler: int = 1, *, tegn: bool = False) -> str:
    """A share 0..1 as «44,5 prosent», or «44,5 %» with `tegn` (a no-break thin space before the sign)."""
    number = tall(_hundredeler(x), desimaler)
    return f"{number}{NO_BREAK_THIN_SPACE}%" if tegn else f"{number} {PROSENT}"


def prosent_uavrundet(x: Tall) -> str:
    """A share 0..1 with the decimals it takes to say all of it: 0.1 → «10 prosent», 0.0005 → «0,05 prosent».

    For a share that was given, such as a register's of the population, and so has no more of them than it needs.
    """
    exponent = _hundredeler(x).normalize().as_tuple().exponent
    return prosent(x, max(0, -int(exponent)))


def prosentpoeng(x: Tall, desimaler: int = 1) -> str:
    """A difference between two shares 0..1 as «1,4 prosentpoeng»."""
    return f"{tall(_hundredeler(x), desimaler)} prosentpoeng"


def _hundredeler(x: Tall) -> Decimal:
    return Decimal(str(x)) * 100


def antall(n: Tall, enhet: str, desimaler: int = 0) -> str:
    """A count with its unit in the right number: «1 mottaker», «152 900 mottakere», «1,5 timer».

    `enhet` is the plural. Raises ValueError for a unit that is not in `ENTALL`.
    """
    if enhet not in ENTALL:
        raise ValueError(f"no singular is known for «{enhet}»: add it to ENTALL")
    number = tall(n, desimaler)
    return f"{number} {ENTALL[enhet] if abs(avrundet(n, desimaler)) == 1 else enhet}"


def maaned(d: dt.date) -> str:
    """«april 2015»."""
    return f"{MAANEDER[d.month - 1]} {d.year}"


def maaned_kort(d: dt.date) -> str:
    """«apr. 2015», for axes and narrow columns."""
    return f"{MAANEDER_KORT[d.month - 1]} {d.year}"


def dato(d: dt.date) -> str:
    """«30. april 2015»."""
    return f"{d.day}. {maaned(d)}"


def tertial(d: dt.date) -> str:
    """The four-month period the day lies in: «1. tertial 2015»."""
    return f"{(d.month - 1) // 4 + 1}. tertial {d.year}"


def ramse(ledd: Sequence[str]) -> str:
    """A list in running text: «tiltak», «tiltak og arbeid», «tiltak, arbeid og behandling»."""
    if len(ledd) < 2:
        return "".join(ledd)
    return ", ".join(ledd[:-1]) + " og " + ledd[-1]


def stor(tekst: str) -> str:
    """The text with its first letter as a capital and the rest untouched."""
    return tekst[:1].upper() + tekst[1:]


def endring(naa: Tall, foer: Tall, enhet: str, desimaler: int | None = None) -> str:
    """What happened between two values, without a subject.

    `enhet` «prosent» takes shares 0..1 (one decimal unless told): «opp 1,4 prosentpoeng, fra 43,1 til 44,5
    prosent». Any other unit is a plural of `ENTALL` (no decimals unless told): «ned 1 200 mottakere
    (0,8 prosent), fra 154 100 til 152 900». Equal as printed is «uendret på …». The difference is that of the
    printed values, so that a reader who subtracts gets the same.
    """
    share = enhet == PROSENT
    places = desimaler if desimaler is not None else (1 if share else 0)
    now, before = (avrundet(_hundredeler(x) if share else x, places) for x in (naa, foer))
    if now == before:
        return f"uendret på {_verdi(now, enhet, places)}"
    direction = "opp" if now > before else "ned"
    size = antall(abs(now - before), "prosentpoeng" if share else enhet, places)
    relative = "" if share or before == 0 else f" ({prosent(abs(now - before) / abs(before))})"
    return f"{direction} {size}{relative}, fra {tall(before, places)} til {_til(now, enhet, places)}"


def endring_setning(subjekt: str, naa: Tall, foer: Tall, enhet: str, desimaler: int | None = None) -> str:
    """The same as a sentence with `subjekt` in the singular: «Andelen i tiltak gikk opp med 1,4 prosentpoeng,
    fra 43,1 til 44,5 prosent.»; «Antallet mottakere er uendret på 152 900 personer.»"""
    change = endring(naa, foer, enhet, desimaler)
    if change.startswith("uendret"):
        return f"{stor(subjekt)} er {change}."
    direction, _, size = change.partition(" ")
    return f"{stor(subjekt)} gikk {direction} med {size}."


def _verdi(value: Decimal, enhet: str, places: int) -> str:
    return f"{tall(value, places)} {PROSENT}" if enhet == PROSENT else antall(value, enhet, places)


def _til(value: Decimal, enhet: str, places: int) -> str:
    # A count's unit already stands with the difference; a share's difference has another unit than the share.
    return _verdi(value, enhet, places) if enhet == PROSENT else tall(value, places)
