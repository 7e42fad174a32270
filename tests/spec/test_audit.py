"""What a reader can work out of rounded cells, and the audit that sees to it that it is not too much (rules.md §8)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from pipelines.disclosure import ledger
from pipelines.disclosure.audit import Revealing, audit
from pipelines.disclosure.bounds import Target, printed_bounds, propagated, widths
from pipelines.disclosure.cells import Cells
from pipelines.disclosure.relations import Relations, relations
from pipelines.disclosure.rounding import Rounding

APRIL = date(2015, 4, 1)
PARTS = {"statistikk.tverrsnitt": {"maaned": [APRIL]}}
KEY = bytes(32)


def register(groups: dict[str, int], mal: str = "tiltak") -> duckdb.DuckDBPyConnection:
    """A cross-section of April in which so many of each group (of a hundred) are in `mal`."""
    con = duckdb.connect()
    con.execute("create schema statistikk")
    con.execute(
        "create table statistikk.tverrsnitt (maaned date, mal varchar, gruppering varchar, gruppe varchar,"
        " antall bigint, nevner bigint, andel double, kjoring_id varchar)"
    )
    rows = [("aldersgruppe", gruppe, antall, 100) for gruppe, antall in groups.items()]
    rows.append(("alle", "alle", sum(groups.values()), 100 * len(groups)))
    for gruppering, gruppe, antall, nevner in rows:
        for measure, count in ((mal, antall), ("mottakere", nevner)):
            con.execute(
                "insert into statistikk.tverrsnitt values (?, ?, ?, ?, ?, ?, ?, 'k1')",
                [APRIL, measure, gruppering, gruppe, count, nevner, count / nevner],
            )
    return con


def forced(up: Iterable[str], down: Iterable[str]) -> Rounding:
    """A rounding that rounds blocks as told: «label q»."""
    told = {**dict.fromkeys(up, True), **dict.fromkeys(down, False)}
    return Rounding(KEY, {(name.rsplit(" ", 1)[0], int(name.rsplit(" ", 1)[1])): way for name, way in told.items()})


# Three groups of one each are printed as 5, 5 and 5, and the total of 3 as 0: then each is 1 and the total 3 or 4.
REVEALING = {"30-39": 1, "40-49": 1, "50-59": 1}
PARTS_UP = [f"tiltak|aldersgruppe|{gruppe} 0" for gruppe in REVEALING]


def bounds_of(con: duckdb.DuckDBPyConnection, rounding: Rounding) -> dict[str, tuple[float, float]]:
    """What is left of every cell by its label."""
    cells = Cells(con, PARTS, rounding)
    low, high = propagated(*printed_bounds(cells.frame["trykt"].to_numpy()), relations(cells))
    return dict(zip(cells.frame["merke"], zip(low, high, strict=True), strict=True))


def test_a_sum_far_from_adding_up_tells_without_an_audit() -> None:
    found = bounds_of(register(REVEALING), forced(PARTS_UP, ["tiltak|alle|alle 0"]))
    assert found["tiltak|aldersgruppe|30-39"] == (1, 2)
    assert found["tiltak|alle|alle"] == (3, 4)


def test_the_audit_rounds_the_largest_other_cell_the_other_way() -> None:
    """Found by a key for which the sum tells: with the audit taken out, the first assertion is all there is."""
    con = register(REVEALING)
    key = next(key for key in map(key_of, range(10_000)) if tells(con, Rounding(key)))
    assert tells(con, Rounding(key))
    audited = audit(con, PARTS, Rounding(key))
    assert audited.overrides == 1
    assert audited.rounding.overrides == {("tiltak|alle|alle", 0): True}
    assert not tells(con, audited.rounding)
    assert audited.widths.min() >= 4


def key_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def tells(con: duckdb.DuckDBPyConnection, rounding: Rounding) -> bool:
    low, high = bounds_of(con, rounding)["tiltak|aldersgruppe|30-39"]
    return high - low < 3


def test_an_override_is_remembered_and_repeats(tmp_path: Path) -> None:
    con = register(REVEALING)
    key = next(key for key in map(key_of, range(10_000)) if tells(con, Rounding(key)))
    audited = audit(con, PARTS, Rounding(key))
    ledger.record(
        tmp_path, "2015-04", snapshot="s", key="k", deliveries="d", folder=tmp_path / "ingen", cells=audited.cells,
        kept=audited.rounding.overrides,
    )  # fmt: skip
    again = audit(con, PARTS, Rounding(key, ledger.overrides(tmp_path)), ledger.earlier(tmp_path))
    assert again.rounding.overrides == audited.rounding.overrides
    assert again.cells.select("navn", "trykt").equals(audited.cells.select("navn", "trykt"))


def test_a_publication_no_rounding_saves_is_refused_and_names_no_number() -> None:
    con = register(REVEALING)
    rounding = forced(PARTS_UP, ["tiltak|alle|alle 0"])  # every cell of the sum has been turned already
    with pytest.raises(Revealing, match=r"counts of 1–4 can be told too closely.*Nothing was published"):
        audit(con, PARTS, rounding)


def test_what_an_earlier_report_left_of_a_cell_narrows_this_one() -> None:
    con = register({"30-39": 2, "40-49": 90})
    cells = Cells(con, PARTS, Rounding(KEY)).frame
    one = cells.filter(merke="tiltak|aldersgruppe|30-39").select("navn", "trykt")
    earlier = one.with_columns(nedre=pl.lit(2), ovre=pl.lit(3))
    assert audit(con, PARTS, Rounding(KEY)).overrides == 0
    with pytest.raises(Revealing):
        audit(con, PARTS, Rounding(KEY), [earlier, earlier])


# --- the arithmetic against every whole solution there is ---


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Relations]:
    """Up to three parts and their total, twice over two groupings; true and printed."""
    first = draw(st.lists(st.integers(0, 6), min_size=2, max_size=3))
    total = sum(first)
    second = [draw(st.integers(0, total))]
    second.append(total - second[0])
    truth = np.array([*first, *second, total])
    ways = draw(st.lists(st.booleans(), min_size=len(truth), max_size=len(truth)))
    printed = np.array([x if x % 5 == 0 else x // 5 * 5 + 5 * up for x, up in zip(truth, ways, strict=True)])
    matrix = np.zeros((2, len(truth)))
    matrix[0, : len(first)], matrix[1, len(first) : -1], matrix[:, -1] = 1, 1, -1
    return truth, printed, Relations(sparse.csr_array(matrix), np.zeros(2), np.zeros(2))


@given(small_tables())
@settings(max_examples=40, deadline=None)
def test_bounds_and_programs_find_every_value_that_has_a_whole_solution(
    table: tuple[np.ndarray, np.ndarray, Relations],
) -> None:
    truth, printed, sums = table
    low, high = printed_bounds(printed)
    ranges = [range(int(a), int(b) + 1) for a, b in zip(low[:-1], high[:-1], strict=True)]
    first = int(sums.matrix.toarray()[0, :-1].sum())
    solutions = [
        (*parts, sum(parts[:first]))
        for parts in itertools.product(*ranges)
        if sum(parts[:first]) == sum(parts[first:]) and low[-1] <= sum(parts[:first]) <= high[-1]
    ]
    oracle = [{solution[cell] for solution in solutions} for cell in range(len(truth))]
    narrowed, widened = propagated(low, high, sums)
    targets = [Target((cell,), (1.0,)) for cell in range(len(truth))]
    found = widths(truth.astype(float), narrowed, widened, sums, targets, np.array([], dtype=np.int64))
    for cell, values in enumerate(oracle):
        assert narrowed[cell] <= min(values)
        assert max(values) <= widened[cell]
        assert min(found[cell], 4) == min(len(values), 4)
