"""Chance without order, and numbers that belong to nobody."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.synthetic.fnr import fodselsnummer
from pipelines.synthetic.noise import Noise

MANY = np.arange(200_000)


def test_a_draw_depends_on_seed_stream_person_and_number_and_nothing_else() -> None:
    noise = Noise(1)
    alone = noise.uniform("liv", np.array([70, 5]), 3)
    together = noise.uniform("liv", np.arange(100), 3)
    assert alone.tolist() == together[[70, 5]].tolist()
    for other in (Noise(2).uniform("liv", MANY, 3), noise.uniform("liv", MANY, 4), noise.uniform("lav", MANY, 3)):
        assert abs(np.corrcoef(noise.uniform("liv", MANY, 3), other)[0, 1]) < 0.01


def test_neighbours_and_successive_draws_are_independent() -> None:
    u = np.array([Noise(7).uniform("x", MANY, draw) for draw in range(4)])
    assert u.min() > 0
    assert u.max() < 1
    assert np.abs(u.mean(axis=1) - 0.5).max() < 0.003
    assert np.abs(u.var(axis=1) - 1 / 12).max() < 0.001
    assert np.abs(np.corrcoef(u) - np.eye(4)).max() < 0.01
    assert abs(np.corrcoef(u[0, :-1], u[0, 1:])[0, 1]) < 0.01


def test_distributions_have_their_moments() -> None:
    noise = Noise(3)
    assert noise.exponential(5.0, "e", MANY).mean() == pytest.approx(5, rel=0.01)
    assert noise.normal("n", MANY).std() == pytest.approx(1, rel=0.01)
    assert noise.below(0.3, "b", MANY).mean() == pytest.approx(0.3, abs=0.005)
    shares = np.bincount(noise.choice(np.array([1.0, 0.0, 3.0]), "c", MANY), minlength=3) / len(MANY)
    assert shares == pytest.approx([0.25, 0, 0.75], abs=0.005)
    by_row = noise.choice(np.where(MANY[:, None] % 2 == 0, [1.0, 0, 0], [0, 0, 1.0]), "r", MANY)
    assert by_row.tolist() == (MANY % 2 * 2).tolist()


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
@given(
    st.lists(
        st.tuples(st.integers(1943, 2003), st.integers(1, 12), st.integers(1, 28), st.booleans(), st.booleans()),
        min_size=1,
        max_size=60,
    )
)
def test_numbers_are_valid_synthetic_different_and_true_to_birth_and_sex(
    born: list[tuple[int, int, int, bool, bool]],
) -> None:
    year, month, day = (np.array([b[k] for b in born]) for k in range(3))
    woman, d_number = (np.array([b[k] for b in born]) for k in (3, 4))
    numbers = fodselsnummer(year, month, day, woman, d_number)
    assert len(set(numbers.tolist())) == len(born)
    for number, (y, m, d, is_woman, has_d) in zip(numbers.tolist(), born, strict=True):
        text = f"{number:011d}"
        digits = [int(c) for c in text]
        assert sum(w * c for w, c in zip((3, 7, 6, 1, 8, 9, 4, 5, 2, 1), digits, strict=False)) % 11 == 0
        assert sum(w * c for w, c in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1), digits, strict=True)) % 11 == 0
        assert text[:6] == f"{d + 40 * has_d:02d}{m + 80:02d}{y % 100:02d}"
        assert (digits[8] % 2 == 0) == is_woman
        assert (int(text[6:9]) >= 500 and y % 100 < 40) == (y >= 2000)


def test_those_who_come_later_leave_numbers_as_they_are() -> None:
    same_day = (np.full(90, 1970), np.full(90, 5), np.full(90, 15), np.ones(90, dtype=bool), np.zeros(90, dtype=bool))
    everyone = fodselsnummer(*same_day)
    some = fodselsnummer(*(column[:30] for column in same_day))
    assert some.tolist() == everyone[:30].tolist()


def test_more_births_on_a_day_than_there_are_numbers_is_refused() -> None:
    crowd = (np.full(400, 1970), np.full(400, 5), np.full(400, 15), np.ones(400, dtype=bool), np.zeros(400, dtype=bool))
    with pytest.raises(ValueError, match="individual numbers"):
        fodselsnummer(*crowd)
