"""Every state has a colour that nobody takes for another's, whatever their colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from pipelines.drawing import colours
from pipelines.drawing.labels import NAMES

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Oklab (Ottosson 2020): linear RGB → cone response → lightness and two opponent axes.
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Distances are Oklab × 100, where about 2 is the least a trained eye sees side by side.
WITHIN_A_LIST = 10.0
ACROSS_LISTS = 5.0


def oklab(colour: str, vision: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 100 * TO_LAB @ np.cbrt(TO_CONES @ np.clip(VISION[vision] @ linear, 0, 1))


def nearest(palette: dict[str, str], vision: str) -> tuple[float, str, str]:
    """The distance of the two colours most alike, and whose they are."""
    return min(
        (float(np.linalg.norm(oklab(palette[a], vision) - oklab(palette[b], vision))), a, b)
        for a, b in combinations(palette, 2)
    )


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("list_name", ["aktivitetsstatus", "tilstand", "kjonn", "innsatsgruppe"])
def test_states_shown_together_are_far_apart(list_name, vision):
    distance, first, second = nearest(colours.LISTS[list_name], vision)
    assert distance >= WITHIN_A_LIST, f"{first} and {second} with {vision}: {distance:.1f}"


@pytest.mark.parametrize("vision", VISION)
def test_no_state_looks_like_another_list_s(vision):
    states = {**colours.TILSTAND, **colours.AKTIVITETSSTATUS, "plan": colours.MAL["gyldig_plan"]}
    del states["kun_behandling"]  # the same persons as tilstand «behandling»
    distance, first, second = nearest(states, vision)
    assert distance >= ACROSS_LISTS, f"{first} and {second} with {vision}: {distance:.1f}"


def test_the_check_itself_sees_red_and_green_as_alike_for_a_deuteranope():
    pair = {"red": "#B0632F", "green": "#7E7A2D"}
    assert nearest(pair, "normal")[0] > WITHIN_A_LIST > nearest(pair, "deuteranopia")[0]


def test_every_state_has_a_colour_and_a_name():
    assert list(colours.AKTIVITETSSTATUS) == list(NAMES["aktivitetsstatus"])
    assert list(colours.TILSTAND) == list(NAMES["tilstand"])
    assert list(colours.KJONN) == list(NAMES["kjonn"])[:2]


def test_a_colour_is_found_with_or_without_its_list():
    assert colours.colour("aktivitetsstatus=gyldig_plan") == colours.AKTIVITETSSTATUS["gyldig_plan"]
    assert colours.colour("gyldig_plan", "mal") == colours.MAL["gyldig_plan"]
    assert colours.colour("gyldig_plan") == colours.AKTIVITETSSTATUS["gyldig_plan"]
    assert colours.colour("oslo") == colours.NEUTRAL


@pytest.mark.parametrize("colour", sorted({c for palette in colours.LISTS.values() for c in palette.values()}))
def test_text_reads_on_every_colour_and_in_its_strong_form(colour):
    assert colours.contrast(colours.text_on(colour), colour) >= 3.5
    assert colours.contrast(colours.strong(colour), colours.PAPER) >= 4.5
