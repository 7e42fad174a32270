"""Sums taken together: a reader who solves every equation at once finds no number that is hidden."""

from __future__ import annotations

import itertools
import random
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from scipy.sparse import diags_array, vstack

from pipelines.disclosure import joint_sums
from pipelines.disclosure.joint_sums import JointSums, System
from pipelines.disclosure.publish import MONTHLY
from pipelines.disclosure.sums import NONE
from pipelines.disclosure.suppression import suppress
from tests.spec.celler import cells, counts, shown, spells
from tests.spec.test_disclosure_reader import (
    MEASURES,
    PLANS,
    SPELLS,
    count_persons,
    groups_of,
    read,
    rows_and_relations,
    several,
    sums,
    through_the_door,
)

FEW = [0, 0, 1, 2, 3, 4, 5, 6, 7, 10, 20, 40]
POPULATIONS = 60

Known = dict[tuple, int]
Equations = list[list[tuple]]


def solved(known: Known, equations: Equations) -> set[tuple]:
    """The unknown cells that have one value only in all solutions: no vector of the null space moves them."""
    unknown = sorted({cell for equation in equations for _, cell in equation if cell not in known}, key=str)
    number = {cell: i for i, cell in enumerate(unknown)}
    matrix = np.zeros((len(equations), len(unknown)))
    for row, equation in zip(matrix, equations, strict=True):
        for sign, cell in equation:
            if cell not in known:
                row[number[cell]] += sign
    if not unknown:
        return set()
    _, sizes, directions = np.linalg.svd(matrix)
    free = directions[(sizes > 1e-9).sum() :]
    return {cell for cell, i in number.items() if np.abs(free[:, i]).max(initial=0) < 1e-7}


def test_the_reader_here_can_solve():
    a, b, c = ("a",), ("b",), ("c",)
    assert solved({c: 3}, [[(1, a), (1, b), (-1, c)]]) == set()
    assert solved({c: 3}, [[(1, a), (1, b), (-1, c)], [(1, a), (-1, b)]]) == {a, b}


# 18-19 and 20-24 are hidden in the same two rows, and 20-24 in no other: 63 + 49 − 40 − 40 of both groups are gyldig or
# utlopt, 32 − 6 of these in 20-24. That leaves 6 of the 10 in 18-19, so 4 are ikke_signert. No one sum tells.
TABLE = """
                           alle   18-19  20-24  25-29
mottakere                  131    10     32     89
plan_status=gyldig         63     3      20     40
plan_status=utlopt         49     3      6      40
plan_status=ikke_signert   16     4      6      6
plan_status=ingen          3      0      0      3
"""
ONE_BY_ONE = """
                           alle   18-19  20-24  25-29
mottakere                  131    10     32     89
plan_status=gyldig         63     :      :      40
plan_status=utlopt         49     :      :      40
plan_status=ikke_signert   :      :      6      :
plan_status=ingen          :      0      0      :
"""
TOGETHER = """
                           alle   18-19  20-24  25-29
mottakere                  131    10     32     89
plan_status=gyldig         63     :      :      :
plan_status=utlopt         49     :      :      40
plan_status=ikke_signert   :      :      6      :
plan_status=ingen          :      0      0      :
"""


def of_plans(table: str) -> Equations:
    """The sums of a table of plan_status by age."""
    groups, plans = {group for _, group in cells(table)}, {mal for mal, _ in cells(table)} - {"mottakere"}
    across = [[*((1, (plan, group)) for plan in plans), (-1, ("mottakere", group))] for group in groups]
    down = [[*((1, (plan, group)) for group in groups - {"alle"}), (-1, (plan, "alle"))] for plan in plans]
    return [*across, *down]


@pytest.mark.parametrize(
    ("table", "given_away"), [(ONE_BY_ONE, {("plan_status=ikke_signert", "18-19")}), (TOGETHER, set())]
)
def test_the_table_below_gives_away_what_it_is_said_to(table, given_away):
    known = {cell: int(value) for cell, value in cells(table).items() if value != ":"}
    assert solved(known, of_plans(table)) >= given_away
    assert bool(solved(known, of_plans(table))) == bool(given_away)


def test_four_sums_that_give_a_count_away_together_are_one_cell_short():
    assert shown(suppress(counts(TABLE), MONTHLY)) == cells(TOGETHER)


def test_each_sum_alone_is_not_enough(monkeypatch):
    monkeypatch.setattr(JointSums, "close", lambda *_: NONE)
    assert shown(suppress(counts(TABLE), MONTHLY)) == cells(ONE_BY_ONE)


def test_a_reading_of_many_terms_is_solved_exactly_enough():
    """A chain of 3 000 sums of two: all follow from the last, and none when that is hidden."""
    chain = diags_array([1.0, 1.0], offsets=[0, 1], shape=(3000, 3001))
    ends = System(chain.tocsr())
    assert np.abs(ends.combination(np.random.default_rng(1).standard_normal(3001))[1]).min() > 1e-4
    shut = System(vstack([chain, diags_array([1.0], shape=(1, 3001))]).tocsr())
    assert np.abs(shut.combination(np.random.default_rng(1).standard_normal(3001))[1]).max() < 1e-6


def test_sums_that_are_not_solved_are_not_shown(monkeypatch):
    monkeypatch.setattr(joint_sums, "STEPS_PER_UNKNOWN", 0.01)
    chain = diags_array([1.0, 1.0], offsets=[0, 1], shape=(300, 301)).tocsr()
    with pytest.raises(ArithmeticError, match="300 sums were not solved"):
        System(chain).combination(np.random.default_rng(1).standard_normal(301))


def told(month: date, table: dict[tuple[str, str], int]) -> pl.DataFrame:
    """The counts of some persons as a month of the cross-section."""
    groups = sorted({group for _, group in table})
    lines = [" ".join([mal, *(str(table[mal, group]) for group in groups)]) for mal in MEASURES]
    return counts("\n".join([" ".join(groups), *lines]), month)


def kinds_of_persons(seed: int) -> list[tuple]:
    """Few of some kinds and many of others: that is where much is hidden and more is worked out."""
    chance = random.Random(seed)
    kinds = itertools.product("KM", ["18-19", "20-24", "25-29"], PLANS)
    some = [((*kind[:2], chance.random() < 0.3, chance.random() < 0.4, kind[2]), chance.choice(FEW)) for kind in kinds]
    return [person for person, number in some for _ in range(number)]


def test_no_hidden_count_comes_back_by_solving_all_sums():
    tables = {
        date(2010 + seed // 12, 1 + seed % 12, 1): count_persons(kinds_of_persons(seed)) for seed in range(POPULATIONS)
    }
    out = suppress(pl.concat([told(month, table) for month, table in tables.items()]), MONTHLY)
    for month, table in tables.items():
        known: Known = {cell: int(n) for cell, n in shown(out.filter(maaned=month)).items() if n != ":"}
        groups = {group for _, group in table}
        rest = {("rest", g): table["mottakere", g] - sum(table[f"plan_status={p}", g] for p in PLANS) for g in groups}
        known |= {cell: 0 for cell, number in rest.items() if number == 0}
        found = solved(known, sums(groups))
        assert {cell for cell in found if rest.get(cell, 0) < 5} == set()


def test_a_month_hides_the_same_alone_as_among_others(monkeypatch):
    """Also where what tells of a determined number falls near zero by accident, as it often does here."""
    monkeypatch.setattr(joint_sums, "ZERO", 0.05)
    months = [told(date(2015, 1 + seed, 1), count_persons(kinds_of_persons(seed))) for seed in range(12)]
    alone = pl.concat([suppress(month, MONTHLY) for month in months])
    assert suppress(pl.concat(months), MONTHLY).equals(alone)


MARCH = """
           alle   18-19  20-24  25-29
mottakere  300    60     90     150
tiltak     90     20     30     40
"""
# Nobody of 18-19 is in tiltak. How many they are is hidden, 20-24 for their sake, and so all that is said of either.
APRIL = """
           alle   18-19  20-24  25-29
mottakere  200    3      47     150
tiltak     50     0      7      43
"""


def test_what_no_row_says_covers_for_nothing():
    """A reader sees no row of 18-19 in April, whatever March has: 50 − 43 would be those of 20-24."""
    april = counts(APRIL, date(2015, 4, 1)).filter(~((pl.col("mal") == "tiltak") & (pl.col("gruppe") == "18-19")))
    alone = suppress(april, MONTHLY)
    assert shown(alone)["tiltak", "25-29"] == ":"
    together = suppress(pl.concat([counts(MARCH, date(2015, 3, 1)), april]), MONTHLY)
    assert together.filter(maaned=date(2015, 4, 1)).equals(alone)


@settings(max_examples=12, deadline=None)
@given(several(SPELLS))
def test_no_hidden_count_of_courses_comes_back_by_solving_all_sums(populations):
    rows, equations = zip(*(rows_and_relations(groups_of(spells_)) for spells_ in populations), strict=True)
    for of_one, bound, out in zip(rows, equations, through_the_door([spells(*one) for one in rows]), strict=True):
        known = read(out, ("gruppe", "maaned_nr"))
        hidden = {tuple(row[:3]) for row in of_one} - known.keys()
        assert solved(known, bound) & hidden == set()
