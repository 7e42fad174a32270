"""The typology: distances as optimal matching, types that are there are found, and no one person is shown."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, permutations

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model import descriptions
from pipelines.studies.forlop import fill as build
from pipelines.studies.forlop import typology
from tests.spec.historier import INGEN_DELTAKELSER, TYPER, person_maaneder
from tests.spec.tabeller import person_key


def optimal_matching(first: str, second: str) -> int:
    """By the textbook: the cheapest way from one to the other, insertion and deletion 1, substitution 2."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row = row, [i]
        for j, b in enumerate(second, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (0 if a == b else 2)))
    return row[-1]


@given(st.text("abcu", min_size=6, max_size=6), st.text("abcu", min_size=6, max_size=6))
def test_the_distance_is_that_of_optimal_matching(first, second):
    assert typology._distances([first], [second]).item() == optimal_matching(first, second)


PATTERNS = {
    "kort": "a" * 6 + "u" * 30,
    "behandling": "a" * 4 + "b" * 32,
    "tiltak": "a" * 4 + "e" * 20 + "u" * 12,
    "arbeid": "c" * 36,
    "passiv": "a" * 36,
}


def noisy(pattern: str, noise: random.Random) -> str:
    """The pattern with one or two months off, still starting in some state and `u` only at the end."""
    letters = list(pattern)
    for _ in range(noise.choice([0, 1, 2])):
        place = noise.randrange(len(pattern.rstrip("u")))
        letters[place] = noise.choice("abcdefgh")
    return "".join(letters)


@pytest.fixture(scope="module")
def sequences() -> list[tuple[str, str]]:
    noise = random.Random(2015)
    sizes = {"kort": 200, "behandling": 160, "tiltak": 120, "arbeid": 80, "passiv": 240}
    drawn = [(navn, noisy(PATTERNS[navn], noise)) for navn, size in sizes.items() for _ in range(size)]
    noise.shuffle(drawn)
    return drawn


def test_types_that_are_there_are_found_largest_first_and_by_another_sample_too(sequences):
    found = typology.typology([sequence for _, sequence in sequences])
    assert max(found.silhouettes, key=found.silhouettes.get) == 5
    together = Counter(zip((navn for navn, _ in sequences), found.types.tolist(), strict=True))
    assert together == {
        ("passiv", 0): 240,
        ("kort", 1): 200,
        ("behandling", 2): 160,
        ("tiltak", 3): 120,
        ("arbeid", 4): 80,
    }
    assert found.rand == 1
    assert found.distance.max() <= 8  # at most two months off the pattern, and the medoid as many


def together(one: Sequence[int], other: Sequence[int]) -> int:
    """Pairs of things that are together in both partitions."""
    places = combinations(range(len(one)), 2)
    return sum(one[a] == one[b] and other[a] == other[b] for a, b in places)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=6))
def test_agreement_of_partitions_is_adjusted_for_what_chance_would_give(labels):
    one, other = zip(*labels, strict=True)
    shuffled = [together(one, again) for again in permutations(other)]
    by_chance = Fraction(sum(shuffled), len(shuffled))
    most = Fraction(together(one, one) + together(other, other), 2)
    expected = 1 if most == by_chance else (together(one, other) - by_chance) / (most - by_chance)
    assert typology.adjusted_rand(np.array(one), np.array(other)) == pytest.approx(float(expected))


def test_the_same_courses_give_the_same_types(sequences):
    only = [sequence for _, sequence in sequences]
    first, second = typology.typology(only), typology.typology(only)
    assert first.types.tolist() == second.types.tolist()
    assert first.silhouettes == second.silhouettes


def rows(sequences: list[str], distances: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {"type_nr": [1] * len(sequences), "sekvens": sequences, "avstand": distances},
        schema={"type_nr": pl.Int32, "sekvens": pl.String, "avstand": pl.Int32},
    )


def test_the_typical_course_is_of_at_least_ten_and_not_the_medoid():
    medoid, common = "h" * 36, "b" * 36
    course = typology.typical_course(rows([medoid] + [common] * 19, [0] + [4] * 19))
    assert course["tilstand"].unique().to_list() == ["behandling"]
    assert course["nevner"].unique().to_list() == [20]  # everybody as near as the tenth
    assert course["antall"].unique().to_list() == [19]


def test_the_typical_course_is_of_the_nearest_quarter():
    course = typology.typical_course(rows(["a" * 36] * 30 + ["b" * 36] * 70, [0] * 30 + [9] * 70))
    assert course["nevner"].unique().to_list() == [30]
    assert course["tilstand"].unique().to_list() == ["passiv"]


@pytest.mark.parametrize(
    ("sequence", "name"),
    [
        ("a" * 36, "Uten aktivitet hele tiden"),
        ("a" * 6 + "u" * 30, "Uten aktivitet, ute fra måned 7"),
        ("a" * 6 + "b" * 30, "Uten aktivitet, så behandling"),
        ("a" * 6 + "b" * 2 + "a" * 28, "Uten aktivitet hele tiden"),  # two months are not content
        ("a" * 6 + "h" * 6 + "u" * 24, "Uten aktivitet, så tiltak og arbeid med behandling, ute fra måned 13"),
        ("e" * 2 + "u" * 34, "Ute fra måned 3"),
    ],
)
def test_a_type_is_named_by_its_own_content(sequence, name):
    assert typology.name([typology.LETTERS[letter] for letter in sequence]) == name


def test_names_that_are_the_same_are_numbered():
    assert typology.unique_names(["Kort", "Lang", "Kort"]) == ["Kort (1)", "Lang", "Kort (2)"]


def warehouse(histories: list[dict]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for schema in ("klargjort", "statistikk"):
        con.execute(f"create schema {schema}")
    con.execute(INGEN_DELTAKELSER)
    months = [{**row, "person_key": str(person_key(row.pop("person")))} for row in person_maaneder(histories)]
    con.register("ramme", pl.DataFrame(months, schema=TYPER))
    con.execute("create table klargjort.person_maaned as select * replace (person_key::uuid as person_key) from ramme")
    return con


LETTERS = dict(zip("abcdefghu", "pbaxtyzw.", strict=True))


def test_the_tables_have_size_background_months_ends_and_how_it_was_chosen(sequences):
    histories = [
        {"person": f"p_{nr}", "maaneder": ".." + "".join(LETTERS[letter] for letter in sequence) + "....",
         "kjonn": "K" if navn == "kort" else "M"}
        for nr, (navn, sequence) in enumerate(sequences)
    ]  # fmt: skip
    with warehouse(histories) as con:
        build.build(con, "k1")
        assert con.execute("select count(*), count(distinct type_nr) from klargjort.forlop_type").fetchall() == [
            (800, 5)
        ]
        table = con.sql("from statistikk.forlop_typer").pl()
        text = descriptions.descriptions()["statistikk.forlop_typer"].columns
        assert set(table.columns) == set(text)

    def value(**of: object) -> float:
        return table.filter(**of)["verdi"].item()

    assert value(mal="storrelse", gruppering="alle", type_nr=1) == 240 / 800
    assert value(mal="storrelse", gruppe="K", type_nr=2) == 1
    assert value(mal="bakgrunn", gruppe="K", type_nr=2) == 1
    assert value(mal="tilstand=ute", type_nr=2, maaned_nr=36) == 1
    assert value(mal="siste_tilstand=tiltak", type_nr=4) > 0.9
    assert value(mal="justert_randindeks") == 1
    assert table.filter(mal="silhuett")["gruppe"].to_list() == [str(count) for count in typology.TYPES]
    assert table.filter(type_nr=2)["navn"].unique().to_list() == ["Uten aktivitet, ute fra måned 7"]
    assert "sekvens" not in table.columns


def test_with_few_courses_there_is_no_typology():
    with warehouse([{"person": f"p_{nr}", "maaneder": ".." + "p" * 40} for nr in range(20)]) as con:
        build.build(con, "k1")
        assert con.execute("select count(*) from klargjort.forlop_type").fetchall() == [(0,)]
        assert con.execute("select count(*) from statistikk.forlop_typer").fetchall() == [(0,)]
