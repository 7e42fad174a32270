"""A reader with a pencil, and any small population: what is hidden does not come back by subtraction."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.disclosure import published
from pipelines.disclosure.publish import MONTHLY
from pipelines.disclosure.suppression import suppress
from tests.spec.celler import counts, grouping, shown, spells, store, types

PERSONS = st.lists(
    st.tuples(
        st.sampled_from("KM"),
        st.sampled_from(["18-19", "20-24", "25-29"]),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["gyldig", "utlopt", "ingen", None]),
    ),
    max_size=60,
)
PLANS = ["gyldig", "utlopt", "ingen"]
MEASURES = ["mottakere", "tiltak", "arbeid", "arbeid_eller_tiltak", "arbeid_og_tiltak", "gyldig_plan"]
MEASURES += [f"plan_status={plan}" for plan in PLANS]


def count_persons(persons: list[tuple]) -> dict[tuple[str, str], int]:
    """What the table holds, counted one person at a time."""
    found: Counter[tuple[str, str]] = Counter()
    groups = {"alle"}
    for sex, age, tiltak, arbeid, plan in persons:
        flags = [True, tiltak, arbeid, tiltak or arbeid, tiltak and arbeid, plan == "gyldig"]
        flags += [plan == value for value in PLANS]
        for group in ("alle", sex, age, f"{sex}*{age}"):
            groups.add(group)
            found.update((mal, group) for mal, flag in zip(MEASURES, flags, strict=True) if flag)
    return {(mal, group): found[mal, group] for mal in MEASURES for group in sorted(groups)}


def sums(groups: set[str]) -> list[list[tuple[int, tuple[str, str]]]]:
    """Every sum a reader knows to be zero, as (sign, cell); («rest», group) is a number that is never printed."""
    known = []
    for group in groups:
        plans = [(1, (f"plan_status={plan}", group)) for plan in PLANS]
        known.append([*plans, (1, ("rest", group)), (-1, ("mottakere", group))])
        known.append([(1, ("plan_status=gyldig", group)), (-1, ("gyldig_plan", group))])
        union = [(1, "tiltak"), (1, "arbeid"), (-1, "arbeid_eller_tiltak"), (-1, "arbeid_og_tiltak")]
        known.append([(sign, (mal, group)) for sign, mal in union])
    margins = defaultdict(list)
    for group in groups - {"alle"}:
        if "*" in group:
            for margin in group.split("*"):
                margins["crossed", margin].append(group)
        else:
            margins[grouping(group), "alle"].append(group)
    for mal in MEASURES:
        for (_, margin), parts in margins.items():
            known.append([*((1, (mal, part)) for part in parts), (-1, (mal, margin))])
    return known


def learn(known: dict, relations: list[list[tuple]]) -> None:
    """Add to `known` what a reader works out, one unknown at a time."""
    learned = True
    while learned:
        learned = False
        for relation in relations:
            unknown = [(sign, cell) for sign, cell in relation if cell not in known]
            if len(unknown) == 1:
                sign, cell = unknown[0]
                known[cell] = -sign * sum(s * known[c] for s, c in relation if c in known)
                learned = True


# Several populations at a time, each in a month or an utvalg of its own, as in the tables: what is hidden is worked
# out for all of them at once, and takes as long for six as for one.
def several(population: st.SearchStrategy[list[tuple]]) -> st.SearchStrategy[list[list[tuple]]]:
    return st.lists(population, min_size=4, max_size=6)


@settings(max_examples=30, deadline=None)
@given(several(PERSONS))
def test_no_hidden_count_comes_back_by_subtraction(populations):
    tables = {date(2015, number, 1): count_persons(persons) for number, persons in enumerate(populations, 1)}
    frames = []
    for month, table in tables.items():
        groups = sorted({group for _, group in table})
        lines = [" ".join([mal, *(str(table[mal, group]) for group in groups)]) for mal in MEASURES]
        frames.append(counts("\n".join([" ".join(groups), *lines]), month))
    out = suppress(pl.concat(frames), MONTHLY)
    for month, table in tables.items():
        only_what_may_be_known(table, shown(out.filter(maaned=month)))


def only_what_may_be_known(table: dict[tuple[str, str], int], out: dict[tuple[str, str], str]) -> None:
    known = {cell: int(value) for cell, value in out.items() if value != ":"}
    assert all(table[cell] == value for cell, value in known.items())
    learn(known, sums({group for _, group in table}))
    for (mal, group), value in known.items():
        assert not 1 <= value <= 4, f"{mal} of {group} is {value}"
        size = known.get(("mottakere", group))
        if size is not None and mal != "mottakere":
            assert not 1 <= size - value <= 4, f"all but {size - value} of {group} are {mal}"


SPELL = st.tuples(
    st.sampled_from("KM"),
    st.booleans(),  # behandling
    st.booleans(),  # arbeidsrettet
    st.sampled_from(["passiv", "arbeid", "ute"]),  # in the month
    st.sampled_from([1, 2, 3]),  # type
    st.integers(0, 20),  # months passive and still so after
    st.integers(0, 20),  # months passive and in arbeid after
)
# Few of some kinds and many of others: that is where something is hidden, and could be given away.
SPELLS = st.lists(st.tuples(st.sampled_from([1, 3, 4, 7, 12, 30]), SPELL), min_size=3, max_size=12).map(
    lambda kinds: [spell for number, spell in kinds for _ in range(number)]
)
EVER = ["behandling", "arbeidsrettet", "aktivitet", "begge", "ingen"]
STATES = ["passiv", "arbeid", "ute"]


def groups_of(spells_: list[tuple]) -> dict[str, list[tuple]]:
    found = {"alle": spells_, **{sex: [one for one in spells_ if one[0] == sex] for sex in "KM"}}
    return {group: members for group, members in found.items() if members}


def read(out: pl.DataFrame, key: tuple[str, ...]) -> dict[tuple, int]:
    """What a reader is told: cells by `key`, and under `nevner` the sizes that stand beside them."""
    known = {}
    for row in out.iter_rows(named=True):
        place = tuple(row[name] for name in key)
        if not row["skjult"]:
            known[row["mal"], *place] = row["antall"]
        if row["nevner"] is not None:
            known[row["mal"].split("=")[0], *place] = row["nevner"]
    return known


def through_the_door(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """What is shown of rows of `statistikk.forlop`, population by population."""
    names = [f"utvalg {number}" for number in range(len(frames))]
    with duckdb.connect() as con:
        con.execute("create schema statistikk")
        tables = [frame.with_columns(utvalg=pl.lit(name)) for name, frame in zip(names, frames, strict=True)]
        store(con, "statistikk.forlop", pl.concat(tables))
        out = published(con, "statistikk.forlop")
    return [out.filter(utvalg=name) for name in names]


@settings(max_examples=12, deadline=None)
@given(several(SPELLS))
def test_no_hidden_count_of_courses_comes_back_by_subtraction(populations):
    rows, relations = zip(*(rows_and_relations(groups_of(spells_)) for spells_ in populations), strict=True)
    for bound, out in zip(relations, through_the_door([spells(*of_one) for of_one in rows]), strict=True):
        known = read(out, ("gruppe", "maaned_nr"))
        learn(known, bound)
        for (mal, *place), value in known.items():
            assert not 1 <= value <= 4, (mal, place)
            size = known.get((mal.split("=")[0], *place))
            assert size is None or not 1 <= size - value <= 4, (mal, place)


def rows_and_relations(members: dict[str, list[tuple]]) -> tuple[list[tuple], list[list[tuple]]]:
    """The rows of some courses by group, and every sum of them that a reader knows to be zero."""
    rows, relations = [], []
    for group, of in members.items():
        flags = [(b, a, a or b, a and b, not (a or b)) for _, b, a, *_ in of]
        rows += [(f"noensinne={name}", group, None, sum(f[i] for f in flags), len(of)) for i, name in enumerate(EVER)]
        rows += [(f"tilstand={state}", group, 7, sum(one[3] == state for one in of), len(of)) for state in STATES]
        b, a, either, both, none = ((f"noensinne={name}", group, None) for name in EVER)
        relations.append([(1, b), (1, a), (-1, either), (-1, both)])
        relations.append([(1, either), (1, none), (-1, ("noensinne", group, None))])
        relations.append([*((1, (f"tilstand={s}", group, 7)) for s in STATES), (-1, ("tilstand", group, 7))])
    for mal, nr in [*((f"noensinne={name}", None) for name in EVER), *((f"tilstand={s}", 7) for s in STATES)]:
        relations.append([*((1, (mal, sex, nr)) for sex in "KM" if sex in members), (-1, (mal, "alle", nr))])
    return rows, relations


@settings(max_examples=30, deadline=None)
@given(SPELLS)
def test_no_hidden_count_of_types_comes_back_by_subtraction(spells_):
    rows, relations = [], []
    members = groups_of(spells_)
    numbers = sorted({one[4] for one in spells_})
    for number in numbers:
        for group, of in members.items():
            size = sum(one[4] == number for one in of)
            if size:
                rows.append((number, "storrelse", group, None, size, len(of)))
        own = [one for one in spells_ if one[4] == number]
        rows += [
            (number, f"tilstand={s}", "alle", 36, n, len(own)) for s in STATES if (n := sum(one[3] == s for one in own))
        ]
        states = [(1, (f"tilstand={s}", "alle", number)) for s in STATES]
        relations.append([*states, (-1, ("storrelse=", "alle", number))])
        relations.append([(1, ("tilstand", "alle", number)), (-1, ("storrelse=", "alle", number))])
        parts = [(1, ("storrelse=", sex, number)) for sex in "KM"]
        relations.append([*parts, (-1, ("storrelse=", "alle", number))])
    for group in members:
        relations.append([*((1, ("storrelse=", group, nr)) for nr in numbers), (-1, ("storrelse", group, 0))])
    with duckdb.connect() as con:
        con.execute("create schema statistikk")
        store(con, "statistikk.forlop_typer", types(*rows))
        out = published(con, "statistikk.forlop_typer")
    known: dict[tuple, int] = {}
    for (mal, group, number), value in read(out, ("gruppe", "type_nr")).items():
        known[mal, group, number] = value
    # `storrelse` has no `=`: its counts and its sizes are told apart here.
    known = {cell: value for cell, value in known.items() if cell[0] != "storrelse"}
    for row in out.filter(mal="storrelse").iter_rows(named=True):
        if not row["skjult"]:
            known["storrelse=", row["gruppe"], row["type_nr"]] = row["antall"]
        if row["nevner"] is not None:
            known["storrelse", row["gruppe"], 0] = row["nevner"]
    told = {(mal, group, number) for number, mal, group, *_ in rows}
    for number in numbers:  # a row that is not there is nobody
        for cell, key in [
            *(((f"tilstand={s}", "alle", number),) * 2 for s in STATES),
            *((("storrelse=", group, number), ("storrelse", group, number)) for group in "KM"),
        ]:
            if key not in told:
                known[cell] = 0
    learn(known, relations)
    assert {cell: value for cell, value in known.items() if 1 <= value <= 4} == {}


@settings(max_examples=12, deadline=None)
@given(several(SPELLS))
def test_no_months_of_fewer_than_five_persons_are_shown(populations):
    counted = [months_and_persons(groups_of(spells_)) for spells_ in populations]
    frames = [
        spells(*(row for row, _ in of_one)).with_columns(personer=pl.Series([n for _, n in of_one], dtype=pl.Int64))
        for of_one in counted
    ]
    ends = [f"overgang_1=passiv>{end}" for end in ("passiv", "arbeid")]
    for of_one, spells_, out in zip(counted, populations, through_the_door(frames), strict=True):
        told = {row[:2]: number for row, number in of_one}
        known = read(out, ("gruppe",))
        relations = [
            [*((1, (end, group)) for end in ends), (-1, ("overgang_1", group))] for group in groups_of(spells_)
        ]
        relations += [[*((1, (end, sex)) for sex in "KM"), (-1, (end, "alle"))] for end in ends]
        known |= {(end, group): 0 for end in ends for group in "KM" if (end, group) not in told}
        learn(known, relations)
        assert [cell for cell, number in told.items() if number < 5 and cell in known] == []


def months_and_persons(members: dict[str, list[tuple]]) -> list[tuple[tuple, int]]:
    """Rows of moves counted in months, each with how many persons it is of."""
    found = []
    for group, of in members.items():
        months = sum(one[5] + one[6] for one in of)
        for place, end in ((5, "passiv"), (6, "arbeid")):
            if count := sum(one[place] for one in of):
                row = (f"overgang_1=passiv>{end}", group, None, count, months)
                found.append((row, sum(one[place] > 0 for one in of)))
    return found
