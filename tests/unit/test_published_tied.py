"""What is known of a printed number beside its value: where else it stands, how exactly, what the fit made of it."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase

import polars as pl
import pytest

from pipelines.base.home import ROOT
from pipelines.reconciliation.printed import PUBLISHED, couplings, published, same_as, tolerances, uses

PRINTED = {row["id"]: row for row in published().iter_rows(named=True)}
TWINS = dict(same_as().iter_rows())
UNITS = {"personer": "antall", "mnd": "maaneder"}


@pytest.mark.parametrize(("twin", "first"), TWINS.items())
def test_a_number_that_stands_twice_is_the_same_number(twin: str, first: str) -> None:
    """Or the first rounded to what is printed of the second, or in years what the first is in months."""
    again, once = PRINTED[twin], PRINTED[first]
    unit = UNITS.get(again["enhet"], again["enhet"])
    printed = Decimal(again["verdi"]) * (12 if unit == "aar" and once["enhet"] == "maaneder" else 1)
    assert once["enhet"] == ("maaneder" if printed != Decimal(again["verdi"]) else unit)
    whole = "." not in again["verdi"]
    zeros = len(again["verdi"]) - len(again["verdi"].rstrip("0")) if whole else 0
    rounded = {Decimal(once["verdi"]).quantize(Decimal((0, (1,), places)), ROUND_HALF_UP) for places in (0, zeros)}
    assert printed in rounded | {Decimal(once["verdi"])}


def test_a_number_is_counted_where_it_stands_first() -> None:
    assert not set(TWINS) & set(TWINS.values())
    assert set(TWINS) | set(TWINS.values()) <= set(PRINTED)
    assert {name: row["samme_som"] for name, row in PRINTED.items() if row["samme_som"]} == TWINS


def test_a_number_that_stands_again_is_tied_to_what_the_first_is_tied_to() -> None:
    terms = couplings().drop("id")
    for twin, first in TWINS.items():
        tied = [terms.filter(couplings()["id"] == name) for name in (twin, first)]
        # Figure 9 repeats figure 8 by its own rule, and is tied to it.
        if not twin.startswith("tverrsnitt.fig9."):
            assert tied[0].equals(tied[1]), twin


@pytest.mark.parametrize("name", [n for n, row in PRINTED.items() if row["presisjon"] == "avledet"])
def test_a_number_worked_out_of_rounded_ones_has_a_tolerance_and_one_of_exact_ones_has_none(name: str) -> None:
    exact = {"tverrsnitt.fig8.kun_behandling_antall", "beholdning.2013_12"}
    assert (PRINTED[name]["toleranse"] is None) == (name in exact)


def test_tolerances_are_of_printed_numbers_and_say_why() -> None:
    assert set(tolerances()["id"]) <= set(PRINTED)
    assert (tolerances()["toleranse"] > 0).all()
    reasons = pl.read_csv(PUBLISHED / "kobling_toleranse.csv", infer_schema=False)["grunn"]
    assert reasons.null_count() == 0


def test_what_the_simulator_was_fitted_to_stands_in_one_place() -> None:
    patterns = dict(pl.read_csv(PUBLISHED / "kobling_syntetisk.csv", infer_schema=False).iter_rows())
    used = uses([*PRINTED])
    assert set(patterns.values()) == {"tilpasset", "gitt", "folger", "holdt_utenfor"}
    for pattern in patterns:
        assert any(fnmatchcase(name, pattern) for name in PRINTED), pattern
    assert used["tilgang.k4.2011.kvinner"] == "gitt"
    assert used["tilgang.k4.2011.i_alt"] == "tilpasset"
    assert used["tilgang.k4.2012.kvinner_u30"] == "holdt_utenfor"
    assert used["tilgang.k2.2017.i_alt"] == "ikke_brukt", "after the last year that is simulated"
    assert used["tverrsnitt.fig9.kun_behandling"] == "folger", "half of two fitted numbers is no evidence"
    assert PRINTED["sintef-aap-mottakere-2014-12"]["tilpasning"] == used["beholdning.2014_12"] == "tilpasset"


def test_no_number_a_parameter_answers_to_is_said_to_be_unused_or_held_out() -> None:
    text = (ROOT / "pipelines" / "synthetic" / "parameters.yaml").read_text(encoding="utf-8")
    named = {name for name in PRINTED if re.search(rf"{re.escape(name)}(?![\w.])", text)}
    used = uses([*PRINTED])
    assert len(named) > 40
    assert {
        name for name in named if used[name] in {"ikke_brukt", "holdt_utenfor"} and not name.startswith("regel.")
    } == set()
