"""One colour per state, everywhere, and readable with any colour vision.

The eight `tilstand` follow a grammar: the hue says which work-directed activity (none grey or green, arbeid
orange, tiltak blue, both magenta) and the dark tone that there is treatment too. The statuses without
activity are the pale and grey ones. `tests/unit/test_colours.py` holds every pair apart under simulated
protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

INK = "#1F2328"
MUTED = "#57606A"
GRID = "#E1E4E8"
PAPER = "#FFFFFF"
NEUTRAL = "#C5CAD1"
"""All recipients, or anything that is no state."""

TILSTAND = {
    "passiv": "#D1D1D1",
    "behandling": "#1E9B68",
    "arbeid": "#F9B042",
    "arbeid+behandling": "#964F22",
    "tiltak": "#7EBBF9",
    "tiltak+behandling": "#265DA9",
    "tiltak+arbeid": "#CF6ABB",
    "tiltak+arbeid+behandling": "#6B2251",
}
AKTIVITETSSTATUS = {
    "arbeid_eller_tiltak": "#152B78",
    "kun_behandling": TILSTAND["behandling"],  # the same persons: treatment, and neither work nor tiltak
    "varig_tilpasset": "#F0DF93",
    "gyldig_plan": "#A3B0BF",
    "ingen_plan": "#585858",
}
KJONN = {"K": "#7A4FA3", "M": "#C98A1B"}
INNSATSGRUPPE = {
    "spesielt_tilpasset": "#A8924A",
    "varig_tilpasset": AKTIVITETSSTATUS["varig_tilpasset"],
    "annet": "#5F6772",
}
MAL = {
    "mottakere": NEUTRAL,
    "tiltak": TILSTAND["tiltak"],
    "arbeid": TILSTAND["arbeid"],
    "behandling": TILSTAND["behandling"],
    "arbeid_eller_tiltak": AKTIVITETSSTATUS["arbeid_eller_tiltak"],
    "arbeid_og_tiltak": TILSTAND["tiltak+arbeid"],
    "gyldig_plan": "#0E8090",
}
LISTS = {
    "aktivitetsstatus": AKTIVITETSSTATUS,
    "tilstand": TILSTAND,
    "kjonn": KJONN,
    "innsatsgruppe": INNSATSGRUPPE,
    "mal": MAL,
}


def colour(code: str, list_name: str | None = None) -> str:
    """The colour of a code, `#RRGGBB`: in `list_name` when given, else in the first list that has the code.

    `aktivitetsstatus=kun_behandling` names its list itself. A code without a colour of its own is `NEUTRAL`.
    """
    if "=" in code:
        list_name, code = code.split("=", 1)
    lists = [LISTS[list_name]] if list_name else LISTS.values()
    return next((colours[code] for colours in lists if code in colours), NEUTRAL)


def luminance(colour_: str) -> float:
    """Relative luminance 0–1 as WCAG 2 defines it."""
    parts = [int(colour_[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio 1–21 as WCAG 2 defines it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def text_on(background: str) -> str:
    """Ink or paper, whichever reads better on `background`."""
    return max((INK, PAPER), key=lambda text: contrast(text, background))


def strong(colour_: str, ratio: float = 4.5) -> str:
    """The colour darkened until it reads as text or a thin line on paper."""
    parts = [int(colour_[i : i + 2], 16) for i in (1, 3, 5)]
    while contrast(colour_, PAPER) < ratio:
        parts = [int(part * 0.95) for part in parts]
        colour_ = "#" + "".join(f"{part:02X}" for part in parts)
    return colour_
