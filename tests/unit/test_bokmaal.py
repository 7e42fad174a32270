"""Numbers, months and changes as reports and figures print them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.base import bokmaal

APRIL = dt.date(2015, 4, 1)


def plain(text: str) -> str:
    """The text with ordinary spaces, to be readable in a test."""
    return text.replace(bokmaal.THIN_SPACE, " ").replace(bokmaal.NO_BREAK_THIN_SPACE, " ")


@pytest.mark.parametrize(
    ("x", "desimaler", "expected"),
    [
        (152_900, 0, "152 900"),
        (999, 0, "999"),
        (1_234_567, 0, "1 234 567"),
        (44.5, 1, "44,5"),
        (22.65, 1, "22,7"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (-1.25, 1, "−1,3"),
        (-0.04, 1, "0,0"),
        (0, 0, "0"),
        (1_300.0, 0, "1 300"),
        (1e22, 0, "10 000 000 000 000 000 000 000"),
        (Decimal("12345.675"), 2, "12 345,68"),
    ],
)
def test_tall(x: float, desimaler: int, expected: str) -> None:
    assert plain(bokmaal.tall(x, desimaler)) == expected


def test_thousands_are_parted_by_thin_spaces_and_the_percent_sign_cannot_be_left_alone() -> None:
    assert bokmaal.tall(1_000_000) == "1\u2009000\u2009000"
    assert bokmaal.prosent(0.445, tegn=True) == "44,5\u202f%"


@pytest.mark.parametrize("x", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(x: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        bokmaal.tall(x)


@given(st.integers(-(10**12), 10**12), st.integers(0, 3))
def test_tall_can_be_read_back(x: int, desimaler: int) -> None:
    text = bokmaal.tall(x, desimaler).replace("\u2009", "").replace("−", "-").replace(",", ".")
    assert Decimal(text) == x


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.1, "10"), (1.0, "100"), (1, "100"), (0.29, "29"), (0.0125, "1,25"), (0.0005, "0,05"), (0.00005, "0,005")],
)
def test_a_given_share_has_the_decimals_it_takes(share: float, said: str) -> None:
    assert bokmaal.prosent_uavrundet(share) == f"{said} prosent"


def test_prosent_and_prosentpoeng() -> None:
    assert bokmaal.prosent(0.4447) == "44,5 prosent"
    assert bokmaal.prosent(0.4447, 0) == "44 prosent"
    assert bokmaal.prosent(0.285, 0) == "29 prosent"
    assert bokmaal.prosentpoeng(0.014) == "1,4 prosentpoeng"
    assert bokmaal.prosentpoeng(-0.01, 0) == "−1 prosentpoeng"


def test_antall_agrees_with_its_unit() -> None:
    assert bokmaal.antall(1, "mottakere") == "1 mottaker"
    assert bokmaal.antall(0, "mottakere") == "0 mottakere"
    assert bokmaal.antall(21, "måneder") == "21 måneder"
    assert bokmaal.antall(1.5, "timer", 1) == "1,5 timer"
    assert bokmaal.antall(1.2, "timer") == "1 time"
    with pytest.raises(ValueError, match="hester"):
        bokmaal.antall(2, "hester")


def test_maaneder() -> None:
    assert bokmaal.maaned(APRIL) == "april 2015"
    assert bokmaal.maaned_kort(APRIL) == "apr. 2015"
    assert bokmaal.maaned_kort(dt.date(2016, 5, 1)) == "mai 2016"
    assert bokmaal.dato(dt.date(2015, 4, 30)) == "30. april 2015"
    assert [bokmaal.tertial(dt.date(2015, m, 1)) for m in (1, 4, 5, 8, 9, 12)] == [
        f"{n}. tertial 2015" for n in (1, 1, 2, 2, 3, 3)
    ]


def test_ramse() -> None:
    assert bokmaal.ramse([]) == ""
    assert bokmaal.ramse(["tiltak"]) == "tiltak"
    assert bokmaal.ramse(["tiltak", "arbeid"]) == "tiltak og arbeid"
    assert bokmaal.ramse(["tiltak", "arbeid", "behandling"]) == "tiltak, arbeid og behandling"


@pytest.mark.parametrize(
    ("naa", "foer", "enhet", "expected"),
    [
        (0.445, 0.431, "prosent", "opp 1,4 prosentpoeng, fra 43,1 til 44,5 prosent"),
        (0.40, 0.41, "prosent", "ned 1,0 prosentpoeng, fra 41,0 til 40,0 prosent"),
        (0.4001, 0.4004, "prosent", "uendret på 40,0 prosent"),
        (152_900, 154_100, "mottakere", "ned 1 200 mottakere (0,8 prosent), fra 154 100 til 152 900"),
        (152_901, 152_900, "personer", "opp 1 person (0,0 prosent), fra 152 900 til 152 901"),
        (5, 0, "personer", "opp 5 personer, fra 0 til 5"),
        (1, 1, "personer", "uendret på 1 person"),
        (27, 26, "måneder", "opp 1 måned (3,8 prosent), fra 26 til 27"),
    ],
)
def test_endring(naa: float, foer: float, enhet: str, expected: str) -> None:
    assert plain(bokmaal.endring(naa, foer, enhet)) == expected


def test_the_difference_is_that_of_the_printed_values() -> None:
    # 0,2 points apart, but 0,3 as printed: the reader who subtracts must get what is written.
    assert bokmaal.endring(0.40451, 0.40249, "prosent").startswith("opp 0,3 prosentpoeng, fra 40,2 til 40,5")


def test_endring_as_a_sentence() -> None:
    say = bokmaal.endring_setning
    assert say("andelen i tiltak", 0.25, 0.24, "prosent") == (
        "Andelen i tiltak gikk opp med 1,0 prosentpoeng, fra 24,0 til 25,0 prosent."
    )
    assert say("antall mottakere", 7, 7, "personer") == "Antall mottakere er uendret på 7 personer."
