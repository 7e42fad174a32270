"""Keyed random rounding to base five (rules.md §8), as properties that hold for every key, label and count."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.base.errors import AktivitetError
from pipelines.disclosure.key import fingerprint, sdc_key
from pipelines.disclosure.rounding import Rounding

KEYS = st.binary(min_size=32, max_size=32)
LABELS = st.sampled_from(["tiltak|alle|alle", "tiltak|kjonn|K", "n:personer"])
COUNTS = st.integers(0, 200_000)
PATIENT = settings(max_examples=50, deadline=None)


def printed(key: bytes, counts: list[int], label: str = "tiltak|alle|alle", **more: object) -> list[int]:
    frame = pl.DataFrame({"label": [label] * len(counts), "x": counts}, schema={"label": pl.String, "x": pl.Int64})
    return Rounding(key, **more).rounded(frame["label"], frame["x"]).to_list()  # type: ignore[arg-type]


@given(KEYS, LABELS, st.lists(COUNTS, min_size=1, max_size=40))
@PATIENT
def test_what_is_printed_is_a_five_at_most_four_away(key: bytes, label: str, counts: list[int]) -> None:
    for x, y in zip(counts, printed(key, counts, label), strict=True):
        assert y % 5 == 0
        assert abs(y - x) <= 4


@given(KEYS, LABELS)
@PATIENT
def test_zero_stays_zero_and_fives_stay_as_they_are(key: bytes, label: str) -> None:
    assert printed(key, [0, 5, 150_000], label) == [0, 5, 150_000]


@given(KEYS, LABELS, st.lists(COUNTS, min_size=2, max_size=40))
@PATIENT
def test_what_never_falls_does_not_fall_in_print(key: bytes, label: str, counts: list[int]) -> None:
    y = printed(key, sorted(counts), label)
    assert y == sorted(y)


@given(KEYS, LABELS, COUNTS)
@PATIENT
def test_the_same_number_of_the_same_thing_prints_alike_wherever_it_stands(key: bytes, label: str, x: int) -> None:
    in_march = printed(key, [3, x, 8], label)[1]
    in_april = printed(key, [x, 101], label)[0]
    assert in_march == in_april


@pytest.mark.parametrize("x", [1, 2, 3, 4, 7, 1504])
def test_over_ten_thousand_keys_the_mean_is_the_truth(x: int) -> None:
    keys = (hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(10_000))
    roundings = [5 * (x // 5) + (5 if Rounding(key).threshold("tiltak", x // 5) < x % 5 / 5 else 0) for key in keys]
    # A standard error is 2.5 / 100 at most: five of them.
    assert abs(sum(roundings) / 10_000 - x) < 0.125


def test_labels_have_thresholds_of_their_own() -> None:
    labels = [f"mål {number}" for number in range(200)]
    y = Rounding(bytes(32)).rounded(pl.Series(labels), pl.Series([2] * 200))
    assert set(y) == {0, 5}


def test_an_override_turns_one_block_of_one_label_and_no_other() -> None:
    key = bytes(32)
    for up in (True, False):
        forced = printed(key, [1, 2, 3, 4], overrides={("tiltak|alle|alle", 0): up})
        assert forced == [5 if up else 0] * 4
        assert printed(key, [6], overrides={("tiltak|alle|alle", 0): up}) == printed(key, [6])


@given(KEYS, st.floats(0, 10_000, allow_nan=False))
@PATIENT
def test_a_sum_that_is_no_whole_number_is_printed_less_than_five_away(key: bytes, total: float) -> None:
    y = Rounding(key).rounded(pl.Series(["sum:snitt=entropi"]), pl.Series([total]))[0]
    assert y % 5 == 0
    assert abs(y - total) < 5


def test_a_key_is_made_once_and_is_the_owners_only(tmp_path: Path) -> None:
    key = sdc_key(tmp_path)
    assert len(key) == 32
    assert sdc_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "sdc.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["sdc.key"]


def test_a_shorter_key_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sdc.key").write_bytes(bytes(31))
    with pytest.raises(AktivitetError, match=r"sdc\.key has 31 bytes and must have 32; restore it"):
        sdc_key(tmp_path)


def test_a_fingerprint_tells_keys_apart_and_not_the_key() -> None:
    first, second = bytes(32), bytes([1]) * 32
    assert fingerprint(first) != fingerprint(second)
    assert len(fingerprint(first)) == 16
    assert fingerprint(first) not in hashlib.sha256(first).hexdigest()
