"""Every number that goes into the synthetic register says where it is from, and what it names exists."""

from __future__ import annotations

import re
from fnmatch import fnmatch

import pytest
import yaml

from pipelines.reconciliation.printed import published
from pipelines.synthetic.parameters import FILE, Parameters
from pipelines.synthetic.people import DIAGNOSES, EDUCATIONS, WAYS_IN

PARAMETERS = Parameters.load()
PRINTED = published()["id"].to_list()
STUDIES = {name.partition(".")[0] for name in PRINTED}
UNPRINTED = ("antatt", "gitt", "kap. ", "2017:2", "arena-schemas", "regel", "fig. ")
"""What a source is called that is no printed number: assumed, a chapter, the other report, a rule of the law."""


def named(answer: str) -> list[str]:
    """The ids of printed numbers that an answer names; `*` and a trailing `_` stand for several."""
    return [word for word in re.findall(r"[a-z_]+\.[\w.*]+", answer) if word.partition(".")[0] in STUDIES]


@pytest.mark.parametrize("name", PARAMETERS.entries)
def test_says_what_it_answers_to_or_that_it_is_assumed(name: str) -> None:
    entry = PARAMETERS.entries[name]
    assert set(entry) <= {"verdi", "svar", "fit"}
    assert named(entry["svar"]) or any(word in entry["svar"] for word in UNPRINTED), entry["svar"]


@pytest.mark.parametrize("name", PARAMETERS.entries)
def test_the_printed_numbers_it_names_are_printed(name: str) -> None:
    for word in named(PARAMETERS.entries[name]["svar"]):
        assert any(fnmatch(printed, word.rstrip(".") + "*") for printed in PRINTED), word


def test_what_may_be_moved_lies_within_its_bounds() -> None:
    for address, (low, high) in PARAMETERS.free.items():
        assert low <= PARAMETERS.value(address) <= high, address


@pytest.mark.parametrize(
    ("characteristic", "codes"), [("diagnose", DIAGNOSES), ("utdanning", EDUCATIONS), ("vei_inn", WAYS_IN)]
)
def test_what_depends_on_a_characteristic_has_a_value_for_each_of_its_codes(
    characteristic: str, codes: tuple[str, ...]
) -> None:
    """One too few ends the simulation half way, and one too many is read by nobody."""
    entries = PARAMETERS.entries
    found = {name: entries[name]["verdi"] for name in entries if name.endswith(f".{characteristic}")}
    assert f"tilgang.{characteristic}" in found
    for name, value in found.items():
        for row in value.values() if isinstance(value, dict) else [value]:
            assert len(row) == len(codes), name


def test_no_name_stands_twice() -> None:
    names = [line.partition(":")[0] for line in FILE.read_text(encoding="utf-8").splitlines() if re.match(r"\w", line)]
    assert len(names) == len(set(names)) == len(yaml.safe_load(FILE.read_text(encoding="utf-8")))
