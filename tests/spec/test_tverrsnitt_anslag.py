"""Annual averages and figure 9, from counts put straight into the cross-section (rules.md §2; 2017:1 fn. 15–17)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from tests.spec.tabeller import APRIL, Register

MAI = dt.date(2015, 5, 1)


def _legg_inn(register: Register, rader: list[dict[str, Any]]) -> None:
    """Put counts straight into the cross-section, as if the months had been measured."""
    register.klargjor().lag_tabell("statistikk.tverrsnitt", "tverrsnitt/tverrsnitt")
    register.con.execute("TRUNCATE statistikk.tverrsnitt")
    for rad in rader:
        full = {"gruppering": "alle", "gruppe": "alle", **rad}
        register.con.execute(
            "INSERT INTO statistikk.tverrsnitt SELECT $maaned, $mal, $gruppering, $gruppe, $antall, $nevner,"
            " $antall / nullif($nevner, 0)",
            full,
        )


def test_annual_averages_are_means_of_monthly_counts(register: Register) -> None:
    """The share is the mean count over the mean denominator (6/40), not the mean share (0.175)."""
    mars, april = dt.date(2010, 3, 1), dt.date(2010, 4, 1)
    _legg_inn(
        register,
        [
            {"maaned": mars, "mal": "tiltak", "antall": 2, "nevner": 10},
            {"maaned": april, "mal": "tiltak", "antall": 10, "nevner": 70},
            {"maaned": april, "mal": "tiltak", "gruppering": "kjonn", "gruppe": "K", "antall": 3, "nevner": 30},
            {"maaned": dt.date(2011, 1, 1), "mal": "tiltak", "antall": 1, "nevner": 5},
        ],
    )
    register.lag_tabell("statistikk.tverrsnitt_aar", "tverrsnitt/tverrsnitt_aar")
    rader = register.rader("FROM statistikk.tverrsnitt_aar ORDER BY aar, gruppering")
    alle_2010, kvinner_2010, alle_2011 = rader
    assert (alle_2010["antall"], alle_2010["nevner"], alle_2010["andel"]) == (6, 40, pytest.approx(0.15))
    # March 2010 had no women: that month counts with 0 of 0.
    assert (kvinner_2010["antall"], kvinner_2010["nevner"], kvinner_2010["andel"]) == (1.5, 15, pytest.approx(0.1))
    spenn = [(rad["aar"], rad["fra_maaned"], rad["til_maaned"], rad["maaneder"]) for rad in rader]
    assert spenn == [(2010, mars, april, 2)] * 2 + [(2011, dt.date(2011, 1, 1), dt.date(2011, 1, 1), 1)]
    assert alle_2011["antall"] == 1


@pytest.fixture
def april_2015(register: Register) -> dict[tuple[int, str], dict[str, Any]]:
    """Figure 9 from the counts printed for April 2015: (h in twelfths, status) → row."""
    trykt = {"kun_behandling": 34_516, "varig_tilpasset": 8_578, "gyldig_plan": 23_444, "ingen_plan": 18_322}
    trykt["arbeid_eller_tiltak"] = 152_900 - sum(trykt.values())
    _legg_inn(
        register,
        [
            {"maaned": APRIL, "mal": f"aktivitetsstatus={status}", "antall": antall, "nevner": 152_900}
            for status, antall in trykt.items()
        ]
        + [
            # What is moved is that of all recipients, and of the month: neither a group nor May has a part in it.
            {"maaned": APRIL, "mal": "aktivitetsstatus=gyldig_plan", "gruppering": "kjonn", "gruppe": "K", "antall": 9,
             "nevner": 9},
            {"maaned": MAI, "mal": "aktivitetsstatus=gyldig_plan", "antall": 90, "nevner": 90},
        ],
    )  # fmt: skip
    register.lag_tabell("statistikk.tverrsnitt_anslag", "tverrsnitt/tverrsnitt_anslag", APRIL, MAI)
    rader = register.rader("FROM statistikk.tverrsnitt_anslag WHERE maaned = $maaned", maaned=APRIL)
    return {(rad["h_tolvdeler"], rad["aktivitetsstatus"]): rad for rad in rader}


def test_half_of_each_group_moved_gives_the_printed_figure_9(april_2015: dict[tuple[int, str], Any]) -> None:
    """2017:1 fn. 15-17: 34 516 + 20 883 = 55 399; left are 11 722 with a plan and 9 161 without."""
    halvt = {status: rad for (h, status), rad in april_2015.items() if h == 6}
    assert {status: rad["antall"] for status, rad in halvt.items()} == {
        "arbeid_eller_tiltak": 68_040,
        "kun_behandling": 55_399,
        "varig_tilpasset": 8_578,
        "gyldig_plan": 11_722,
        "ingen_plan": 9_161,
        "med_aktivitet": 68_040 + 55_399,
        "uten_aktivitet": 20_883,
        "uten_aktivitet_inkl_varig_tilpasset": 20_883 + 8_578,
    }
    assert {rad["h"] for rad in halvt.values()} == {0.5}
    avrundet = {status: round(rad["andel"] * 100) for status, rad in halvt.items()}
    assert (avrundet["kun_behandling"], avrundet["med_aktivitet"], avrundet["uten_aktivitet"]) == (36, 81, 14)


def test_the_band_runs_from_all_to_none_of_the_passive(april_2015: dict[tuple[int, str], Any]) -> None:
    assert {h for h, _ in april_2015} == set(range(13))
    uten = [april_2015[h, "uten_aktivitet"]["antall"] for h in range(13)]
    assert (uten[0], uten[12]) == (41_766, 0)
    assert uten == sorted(uten, reverse=True)
    assert april_2015[0, "kun_behandling"]["antall"] == 34_516
    assert april_2015[12, "kun_behandling"]["antall"] == 34_516 + 41_766
    assert april_2015[8, "gyldig_plan"]["antall"] == pytest.approx(float(Fraction(23_444, 3)))


def test_moving_persons_loses_none(april_2015: dict[tuple[int, str], Any]) -> None:
    statuser = ("arbeid_eller_tiltak", "kun_behandling", "varig_tilpasset", "gyldig_plan", "ingen_plan")
    for h in range(13):
        assert sum(april_2015[h, status]["antall"] for status in statuser) == pytest.approx(152_900)
        assert april_2015[h, "med_aktivitet"]["antall"] + april_2015[h, "uten_aktivitet_inkl_varig_tilpasset"][
            "antall"
        ] == pytest.approx(152_900)


def test_every_number_is_the_nearest_to_a_whole_number_of_twelfths(april_2015: dict[tuple[int, str], Any]) -> None:
    """Added as shares of persons, the last digit follows the order of the rows: two builds are not the same bytes."""
    for rad in april_2015.values():
        tolvdeler = round(12 * Fraction(rad["antall"]))
        assert rad["antall"] == tolvdeler / 12
        assert rad["andel"] == tolvdeler / (12 * 152_900)
