"""Sequence measures against worked examples of the literature.

The nine sequences are those of figure «Example sequences (l = 12, a = 4)» in Gabadinho, Ritschard, Müller &
Studer (2011), «Analyzing and Visualizing State Sequences in R with TraMineR», Journal of Statistical Software
40(4), section 6, whose text and formulas are what is asserted; A, B, C and D are written p, b, a and t. The
alphabet there has four states and here eight, so entropy is compared before it is divided by log a.
"""

from __future__ import annotations

from itertools import chain, combinations
from math import log, log2, sqrt

import pytest

from tests.spec.historier import Forlop, person_maaneder
from tests.spec.tabeller import Rad, Register

# name: sequence, phi, variance of durations, its maximum, transitions, time in each state
EKSEMPLER = {
    "1": ("pppppppppppp", 2, 0, 0, 0, (12,)),
    "2": ("pppppppppppb", 4, 25, 25, 1, (11, 1)),
    "3": ("ppppppbbbbbb", 4, 0, 25, 1, (6, 6)),
    "4": ("ppppbbbbpppp", 7, 0, 18, 2, (8, 4)),
    "5": ("pbpbpbpbpbpb", 609, 0, 0, 11, (6, 6)),  # of an alternating sequence phi is Fibonacci(n + 3) − 1
    "6": ("pppppppppbat", 16, 12, 12, 3, (9, 1, 1, 1)),
    "7": ("pppbbbaaattt", 16, 0, 12, 3, (3, 3, 3, 3)),
    "8": ("ppppbatppppp", 31, 3.04, 7.84, 4, (9, 1, 1, 1)),
    "9": ("pbatpbatpbat", None, 0, 0, 11, (3, 3, 3, 3)),
}


@pytest.fixture
def maal(register: Register) -> dict[str, Rad]:
    rader = person_maaneder([{"person": navn, "maaneder": f"..{e[0]}..."} for navn, e in EKSEMPLER.items()])
    return {rad["person"]: rad for rad in Forlop(register.con, rader).rader("klargjort.forlop_sekvens")}


@pytest.mark.parametrize("navn", EKSEMPLER)
def test_the_measures_are_those_of_traminer(maal, navn):
    _, phi, varians, storste, overganger, tid = EKSEMPLER[navn]
    phi = phi or delsekvenser("pbatpbatpbat")
    rad, h = maal[navn], -sum(t / 12 * log(t / 12) for t in tid)
    assert rad["delsekvenser"] == phi
    assert rad["overganger"] == overganger
    assert rad["turbulens"] == pytest.approx(log2(phi * (storste + 1) / (varians + 1)))
    assert rad["entropi"] * log(8) == pytest.approx(h)
    assert rad["kompleksitet"] == pytest.approx(sqrt(overganger / 11 * h / log(8)))


def test_what_the_article_says_of_them(maal):
    """«Sequences 5 and 9 have the maximal number of transitions, while the number of subsequences is maximal for
    sequence 9 only.» «Sequences 7 and 9 have the same maximal normalized entropy of 1.»"""
    assert {navn for navn, rad in maal.items() if rad["overganger"] == 11} == {"5", "9"}
    assert max(maal, key=lambda navn: maal[navn]["delsekvenser"]) == "9"
    assert {navn for navn, rad in maal.items() if rad["entropi"] == pytest.approx(log(4) / log(8))} == {"7", "9"}


@pytest.mark.parametrize(
    ("lop", "phi"),
    [
        ("pbat", 16),  # Elzinga & Liefbroer (2007): of n different states all 2^n subsequences are distinct
        ("pbpa", 14),  # … here p and pa can be had in two ways each
        ("p", 2),
    ],
)
def test_distinct_subsequences_with_the_empty_one_among_them(register, lop, phi):
    tabeller = Forlop(register.con, person_maaneder([{"person": "p_en", "maaneder": f"..{lop}..."}]))
    assert tabeller.kolonne("klargjort.forlop_sekvens", "delsekvenser") == {"p_en": [phi]}
    assert delsekvenser(lop) == phi


def test_a_spell_of_one_month_is_not_complex(register):
    tabeller = Forlop(register.con, person_maaneder([{"person": "p_en", "maaneder": "..b..."}]))
    (rad,) = tabeller.rader("klargjort.forlop_sekvens")
    assert (rad["overganger"], rad["entropi"], rad["turbulens"], rad["kompleksitet"]) == (0, 0, 1, 0)


def test_the_course_is_written_as_its_distinct_states(register):
    tabeller = Forlop(register.con, person_maaneder([{"person": "p_en", "maaneder": "..ppbbp.w..."}]))
    assert tabeller.kolonne("klargjort.forlop_sekvens", "lop") == {
        "p_en": ["passiv > behandling > passiv > tiltak+arbeid+behandling"]
    }


def delsekvenser(sekvens: str) -> int:
    """Counted one by one."""
    return len(set(chain.from_iterable(combinations(sekvens, n) for n in range(len(sekvens) + 1))))
