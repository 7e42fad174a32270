"""Life tables held against lifelines where nothing is tied, and against tables worked by hand where things are."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure.life_table import aalen_johansen, log_log_interval, median_month


@pytest.fixture(scope="module")
def lifelines():
    """Imported by the worker that runs these tests and by no other: it takes as long as they do."""
    return import_module("lifelines")


def grid(times, kinds, kind, length):
    return np.bincount([t - 1 for t, k in zip(times, kinds, strict=True) if k == kind], minlength=length)


def table(times, kinds, length):
    """`kinds`: 1 had the event, 2 left without it, 0 seen for the last time."""
    return aalen_johansen(*(grid(times, kinds, kind, length) for kind in (1, 2, 0)))


@st.composite
def untied(draw):
    times = draw(st.lists(st.integers(1, 40), min_size=3, max_size=30, unique=True))
    kinds = draw(st.lists(st.sampled_from([0, 1, 1, 2]), min_size=len(times), max_size=len(times)))
    return sorted(times), kinds


@settings(max_examples=40, deadline=None)
@given(untied())
def test_aalen_johansen_is_that_of_lifelines_without_ties(lifelines, case):
    times, kinds = case
    if 1 not in kinds:
        return
    mine = table(times, kinds, max(times))
    with np.errstate(all="ignore"):
        theirs = lifelines.AalenJohansenFitter().fit(times, kinds, event_of_interest=1)
        bounds = theirs.confidence_interval_.loc[times]
    at = np.array(times) - 1
    assert mine.insidens[at] == pytest.approx(theirs.cumulative_density_.loc[times].to_numpy().ravel())
    variance = theirs.variance_.loc[times].to_numpy()
    known = np.isfinite(variance)  # lifelines divides by zero when the last one at risk has an end
    assert mine.varians[at][known] == pytest.approx(variance[known], abs=1e-12)
    inside = known & (mine.insidens[at] > 0) & (mine.insidens[at] < 1)
    upper, lower = bounds.to_numpy().T
    assert {tuple(np.round(pair, 9)) for pair in zip(mine.nedre[at][inside], mine.ovre[at][inside], strict=True)} == {
        tuple(np.round(sorted(pair), 9)) for pair in zip(lower[inside], upper[inside], strict=True)
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=2, max_size=40))
def test_without_competing_ends_it_is_kaplan_meier_with_greenwoods_variance_ties_or_not(lifelines, case):
    times, events = [t for t, _ in case], [e for _, e in case]
    mine = table(times, [1 if event else 0 for event in events], max(times))
    theirs = lifelines.KaplanMeierFitter().fit(times, events)
    survival = theirs.survival_function_.reindex(range(1, max(times) + 1), method="ffill").to_numpy().ravel()
    assert 1 - mine.insidens == pytest.approx(survival)
    terms = theirs.event_table.loc[1:]
    left = terms["at_risk"] - terms["observed"]
    greenwood = (terms["observed"] / (terms["at_risk"] * left.where(left > 0))).fillna(0).cumsum()
    variance = greenwood.reindex(range(1, max(times) + 1), method="ffill").fillna(0).to_numpy() * survival**2
    assert mine.varians == pytest.approx(variance, abs=1e-12)


def test_a_table_with_ties_worked_by_hand():
    """Ten are followed. Month 1: two have the event, one leaves, one is seen for the last time. Month 2: one event,
    two leave. Month 3: one event and two seen for the last time.

    At risk 10, 6, 3. Left after each: 7/10, 7/10·3/6 = 7/20, 7/20·2/3 = 7/30.
    Events: 2/10; + 7/10·1/6 = 19/60; + 7/20·1/3 = 13/30. Leaving: 1/10; + 7/10·2/6 = 1/3; 1/3. All add up to 1.
    """
    events, left, censored = np.array([2, 1, 1]), np.array([1, 2, 0]), np.array([1, 0, 2])
    mine, other = aalen_johansen(events, left, censored), aalen_johansen(left, events, censored)
    assert mine.i_risiko.tolist() == [10, 6, 3]
    assert mine.insidens == pytest.approx([2 / 10, 19 / 60, 13 / 30])
    assert other.insidens == pytest.approx([1 / 10, 1 / 3, 1 / 3])
    assert mine.insidens + other.insidens == pytest.approx([3 / 10, 13 / 20, 23 / 30])

    # Var F(1) = S(0)² d(n−d)/n³ = 2·8/1000. Var F(2), with F(2) − F(1) = 7/60, term by term:
    in_month_1 = (7 / 60) ** 2 * 3 / (10 * 7) + 2 * 8 / 1000 - 2 * (7 / 60) * 1 * 2 / 100
    in_month_2 = 0.7**2 * 1 * 5 / 6**3
    assert mine.varians[:2] == pytest.approx([0.016, in_month_1 + in_month_2])


def test_everybody_observed_to_the_end_gives_the_plain_shares():
    """Without censoring the curve is the share, and its variance the binomial one."""
    events, left = np.array([3, 0, 2]), np.array([1, 2, 2])
    mine = aalen_johansen(events, left, np.array([0, 0, 0]))
    assert mine.insidens == pytest.approx([0.3, 0.3, 0.5])
    assert mine.varians == pytest.approx([0.3 * 0.7 / 10, 0.3 * 0.7 / 10, 0.5 * 0.5 / 10])


def test_tables_are_stacked():
    events = np.array([[2, 1, 1], [3, 0, 2]])
    left, censored = np.array([[1, 2, 0], [1, 2, 2]]), np.array([[1, 0, 2], [0, 0, 0]])
    stacked = aalen_johansen(events, left, censored)
    for nr in (0, 1):
        alone = aalen_johansen(events[nr], left[nr], censored[nr])
        assert stacked.insidens[nr].tolist() == alone.insidens.tolist()
        assert stacked.ovre[nr].tolist() == alone.ovre.tolist()


def test_nobody_at_all_is_no_error():
    nobody = np.zeros(3, dtype=np.int64)
    mine = aalen_johansen(nobody, nobody, nobody)
    assert (mine.i_risiko.tolist(), mine.insidens.tolist()) == ([0, 0, 0], [0, 0, 0])
    assert np.isnan(median_month(mine))


def test_the_interval_stays_within_0_and_1_and_is_the_share_itself_at_the_ends():
    lower, upper = log_log_interval(np.array([0, 0.01, 0.5, 0.99, 1]), np.array([0, 0.01, 0.04, 0.01, 0]))
    assert (lower[0], upper[0], lower[-1], upper[-1]) == (0, 0, 1, 1)
    assert np.all((lower >= 0) & (upper <= 1) & (lower <= upper))


def test_the_median_is_the_first_month_by_which_half_have_had_it():
    nobody = np.zeros(4, dtype=np.int64)
    assert median_month(aalen_johansen(np.array([1, 1, 1, 1]), nobody, nobody)) == 2
    assert median_month(aalen_johansen(np.array([1, 0, 2, 1]), nobody, nobody)) == 3
    assert np.isnan(median_month(aalen_johansen(np.array([1, 0, 0, 0]), nobody, np.array([0, 0, 0, 3]))))
