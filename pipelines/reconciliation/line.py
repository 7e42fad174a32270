"""One row of the reconciliation as readers see it: every cell as the text that is printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.base import bokmaal
from pipelines.reconciliation.tally import STATUS, USES

BEFORE = {"omtrent": "om lag ", "over": "over ", "under": "under "}
AFTER = {"avledet": " (avledet)", "anslag": " (anslag)"}
UNITS = {"antall": "", "personer": "", "maaneder": " måneder", "mnd": " måneder", "aar": " år"}
WORDS = {"kjonn=": "kjønn: ", "alder=": "alder: ", "forlopslengde": "forløpslengde", "_": " "}


@dataclass(frozen=True)
class Line:
    """One row of the page, every cell as it is printed."""

    measure: str
    place: str
    period: str
    printed: str
    accepted: str
    derived: str
    margin: str
    deviation: str
    use: str
    """What a synthetic register was to the number."""
    two_percent: str
    status: str
    symbol: str
    verdict: str
    reason: str
    definition: str


def line(row: dict[str, Any]) -> Line:
    """One row as it is printed."""
    unit, places = row["enhet"], row["desimaler"]
    derived_places = max(places, 1) if unit in {"prosent", "prosentpoeng"} else places
    symbol, verdict = STATUS[row["status"]]
    group = "" if row["gruppe"] == "alle" else f" ({_words(row['gruppe'])})"
    reading = f" [lest som {_words(row['lesning'])}]" if row["lesning"] else ""
    return Line(
        measure=f"{row['mal']}{group}{reading}",
        place=(row["figur"] or "")
        + (f" (samme tall som {row['samme_som']}, og telles der)" if row["samme_som"] else ""),
        period=_period(row["periode"] or ""),
        printed=BEFORE.get(row["presisjon"], "")
        + _value(row["publisert"], unit, places)
        + AFTER.get(row["presisjon"], ""),
        accepted=_range(row["nedre"], row["ovre"], places),
        derived=_value(row["reprodusert"], unit, derived_places),
        margin=_number(row["utvalgsmargin"], derived_places),
        deviation=_signed(row["avvik"], derived_places),
        use=USES.get(row["tilpasning"], ""),
        two_percent={True: "ja", False: "nei"}.get(row["innen_to_prosent"], ""),
        status=row["status"],
        symbol=symbol,
        verdict=verdict,
        reason=row["grunn"] or "",
        definition=row["definisjon"] or "",
    )


def _period(text: str) -> str:
    """Months and quarters in words; years, and what the source says in its own words, as they stand."""
    if quarter := re.fullmatch(r"(\d{4})-K(\d)", text):
        return f"{quarter[2]}. kvartal {quarter[1]}"
    if re.fullmatch(r"\d{4}-\d{2}(/\d{4}-\d{2})?", text):
        return "–".join(bokmaal.maaned(date.fromisoformat(f"{month}-01")) for month in text.split("/"))
    return {"u.d.": "uten dato"}.get(text, text)


def _words(text: str) -> str:
    for code, word in WORDS.items():
        text = text.replace(code, word)
    return text


def _number(x: float | None, places: int) -> str:
    return "" if x is None else bokmaal.tall(x, places)


def _signed(x: float | None, places: int) -> str:
    text = _number(x, places)
    return f"+{text}" if x is not None and x > 0 and text.strip("0,") else text


def _value(x: float | None, unit: str, places: int) -> str:
    if x is None:
        return ""
    if unit == "prosent":
        return f"{bokmaal.tall(x, places)}{bokmaal.NO_BREAK_THIN_SPACE}%"
    return bokmaal.tall(x, places) + UNITS.get(unit, f" {unit}")


def _range(lower: float | None, upper: float | None, places: int) -> str:
    # A bound may need one decimal more than is printed: half a unit of the last digit.
    low, high = (_number(bound, places + 1) for bound in (lower, upper))
    low, high = (text.rstrip("0").rstrip(",") if "," in text else text for text in (low, high))
    if low and high:
        return f"{low}–{high}"
    return f"minst {low}" if low else f"høyst {high}" if high else ""
