"""What the sensor decides, on folders of a few bytes: when a delivery is whole, at rest, new or changed."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.orchestration.arrivals import TRIES, Seen, ask, look

JAN, FEB, APR = date(2015, 1, 1), date(2015, 2, 1), date(2015, 4, 1)


def deliver(landing: Path, name: str, content: str = "x", *, manifest: bool = True) -> str:
    """A delivery of one file; returns its checksum."""
    folder = landing / name
    folder.mkdir(exist_ok=True)
    (folder / "person.csv").write_text(content)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    if manifest:
        (folder / "manifest.json").write_text(json.dumps({"filer": {"person.csv": {"rader": 1, "sha256": sha256}}}))
    return sha256


def twice(landing: Path, seen: Seen, loaded: dict[str, set[str]] | None = None) -> list[date]:
    """The second of two looks with nothing moved between them."""
    look(landing, seen, loaded or {})
    return look(landing, seen, loaded or {})


def test_a_delivery_is_built_once_it_is_at_rest(tmp_path: Path) -> None:
    deliver(tmp_path, "2015-01")
    seen = Seen()
    assert look(tmp_path, seen, {}) == []
    assert look(tmp_path, seen, {}) == [JAN]


def test_a_delivery_that_still_grows_is_not_at_rest(tmp_path: Path) -> None:
    seen = Seen()
    for length in (1, 2, 3):
        deliver(tmp_path, "2015-01", "x" * length)
        assert look(tmp_path, seen, {}) == []


def test_a_delivery_without_a_manifest_waits_for_it(tmp_path: Path) -> None:
    deliver(tmp_path, "2015-01", manifest=False)
    assert twice(tmp_path, Seen()) == []


def test_what_is_loaded_already_is_left_alone(tmp_path: Path) -> None:
    sha256 = deliver(tmp_path, "2015-01")
    assert twice(tmp_path, Seen(), {"2015-01": {sha256}}) == []
    assert twice(tmp_path, Seen(), {"2015-01": {"another"}}) == [JAN]


def test_deliveries_together_are_one_run_for_each_block(tmp_path: Path) -> None:
    for name in ("2015-01", "2015-02", "2015-04"):
        deliver(tmp_path, name)
    seen = Seen()
    asked = ask(seen, twice(tmp_path, seen))
    assert [months for _, months in asked] == [[JAN, FEB], [APR]]
    assert len({run_key for run_key, _ in asked}) == 2
    assert look(tmp_path, seen, {}) == []


def test_a_refused_delivery_waits_until_it_changes_and_those_with_it_are_built(tmp_path: Path) -> None:
    deliver(tmp_path, "2015-01")
    deliver(tmp_path, "2015-02")
    seen = Seen()
    [(first, _)] = ask(seen, twice(tmp_path, seen))
    seen.run_ended(first, failed=True, refused=["2015-02"])
    [(second, months)] = ask(seen, look(tmp_path, seen, {}))
    assert months == [JAN]
    assert second != first
    seen.run_ended(second, failed=False)
    assert twice(tmp_path, seen) == []
    deliver(tmp_path, "2015-02", "mended")
    assert twice(tmp_path, seen) == [FEB]


def test_a_run_that_fails_for_another_reason_is_tried_a_few_times(tmp_path: Path) -> None:
    deliver(tmp_path, "2015-01")
    seen, run_keys = Seen(), set()
    look(tmp_path, seen, {})
    while ready := look(tmp_path, seen, {}):
        [(run_key, _)] = ask(seen, ready)
        seen.run_ended(run_key, failed=True)
        run_keys.add(run_key)
    assert len(run_keys) == TRIES


def test_a_delivery_put_back_is_a_run_of_its_own(tmp_path: Path) -> None:
    """The same file with the same time as the first, after another has been there."""
    seen, run_keys = Seen(), set()
    for content in ("one", "two", "one"):
        deliver(tmp_path, "2015-01", content)
        [(run_key, _)] = ask(seen, twice(tmp_path, seen))
        seen.run_ended(run_key, failed=False)
        run_keys.add(run_key)
    assert len(run_keys) == 3


@pytest.mark.parametrize("text", [None, ""])
def test_memory_begins_empty_and_survives_json(text: str | None, tmp_path: Path) -> None:
    seen = Seen.from_json(text)
    deliver(tmp_path, "2015-01")
    ask(seen, twice(tmp_path, seen))
    assert Seen.from_json(seen.to_json()) == seen


def test_a_manifest_that_cannot_be_read_is_left_to_the_door(tmp_path: Path) -> None:
    deliver(tmp_path, "2015-01")
    (tmp_path / "2015-01" / "manifest.json").write_text("{")
    assert twice(tmp_path, Seen()) == [JAN]
