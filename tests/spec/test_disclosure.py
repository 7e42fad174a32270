"""What may be shown of a table of counts. `:` is hidden, a number is shown.

Each case is a small table of one month (`celler.py`). Below it stands what comes out of the door.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipelines.disclosure.publish import MONTHLY
from pipelines.disclosure.suppression import suppress
from tests.spec.celler import APRIL, cells, counts, shown

CASES = [
    (
        "1–4 is hidden; 0 and 5 are not",
        """
                               alle
        mottakere              100
        tiltak                 4
        arbeid                 5
        behandling             0
        gyldig_plan            1
        """,
        """
                               alle
        mottakere              100
        tiltak                 :
        arbeid                 5
        behandling             0
        gyldig_plan            :
        """,
    ),
    (
        "a count that leaves 1–4 of the group is hidden; one that leaves nobody is not",
        """
                               alle
        mottakere              100
        tiltak                 96
        arbeid                 95
        gyldig_plan            100
        """,
        """
                               alle
        mottakere              100
        tiltak                 :
        arbeid                 95
        gyldig_plan            100
        """,
    ),
    (
        "all but 1–4 of a measure that it lies inside is hidden; all of it, and all but five, is not",
        """
                                       alle
        mottakere                      100
        behandling                     36
        behandling_inkl_utlopt_plan    40
        behandling_uten_plankrav       45
        """,
        """
                                       alle
        mottakere                      100
        behandling                     :
        behandling_inkl_utlopt_plan    40
        behandling_uten_plankrav       45
        """,
    ),
    (
        "the wider measure has a wider one again",
        """
                                       alle
        mottakere                      100
        behandling                     35
        behandling_inkl_utlopt_plan    40
        behandling_uten_plankrav       41
        """,
        """
                                       alle
        mottakere                      100
        behandling                     35
        behandling_inkl_utlopt_plan    :
        behandling_uten_plankrav       41
        """,
    ),
    (
        "a group of 1–4 is hidden whole, zeros too; as its size follows from the other group's, both are hidden",
        """
                               alle    K    M
        mottakere              100     97   3
        tiltak                 40      40   0
        """,
        """
                               alle    K    M
        mottakere              100     :    :
        tiltak                 40      :    :
        """,
    ),
    (
        "an empty group is no secret",
        """
                               alle    K    M
        mottakere              100     100  0
        tiltak                 40      40   0
        """,
        """
                               alle    K    M
        mottakere              100     100  0
        tiltak                 40      40   0
        """,
    ),
    (
        "one value of a variable would follow from the others, so the smallest of them is hidden too",
        """
                                                 alle
        mottakere                                100
        aktivitetsstatus=kun_behandling          3
        aktivitetsstatus=varig_tilpasset         60
        aktivitetsstatus=gyldig_plan             27
        aktivitetsstatus=ingen_plan              10
        """,
        """
                                                 alle
        mottakere                                100
        aktivitetsstatus=kun_behandling          :
        aktivitetsstatus=varig_tilpasset         60
        aktivitetsstatus=gyldig_plan             27
        aktivitetsstatus=ingen_plan              :
        """,
    ),
    (
        "two hidden are not enough when they are 1–4 together; a zero is not what is hidden next",
        """
                                                 alle
        mottakere                                100
        aktivitetsstatus=kun_behandling          1
        aktivitetsstatus=varig_tilpasset         2
        aktivitetsstatus=gyldig_plan             57
        aktivitetsstatus=ingen_plan              40
        aktivitetsstatus=arbeid_eller_tiltak     0
        plan_status=gyldig                       50
        plan_status=ingen                        50
        """,
        """
                                                 alle
        mottakere                                100
        aktivitetsstatus=kun_behandling          :
        aktivitetsstatus=varig_tilpasset         :
        aktivitetsstatus=gyldig_plan             57
        aktivitetsstatus=ingen_plan              :
        aktivitetsstatus=arbeid_eller_tiltak     0
        plan_status=gyldig                       50
        plan_status=ingen                        50
        """,
    ),
    (
        "those without a value count too: 3 are left over, so the smallest value is hidden",
        """
                                                 alle
        mottakere                                100
        innsatsgruppe=spesielt_tilpasset         80
        innsatsgruppe=varig_tilpasset            17
        """,
        """
                                                 alle
        mottakere                                100
        innsatsgruppe=spesielt_tilpasset         80
        innsatsgruppe=varig_tilpasset            :
        """,
    ),
    (
        "5 or more without a value cover for one that is hidden",
        """
                                                 alle
        mottakere                                100
        innsatsgruppe=spesielt_tilpasset         80
        innsatsgruppe=varig_tilpasset            3
        """,
        """
                                                 alle
        mottakere                                100
        innsatsgruppe=spesielt_tilpasset         80
        innsatsgruppe=varig_tilpasset            :
        """,
    ),
    (
        "one group would follow from the others and everyone, so the smallest of them is hidden too",
        """
                               alle    18-19  20-24  25-29
        mottakere              100     20     40     40
        tiltak                 32      2      20     10
        """,
        """
                               alle    18-19  20-24  25-29
        mottakere              100     20     40     40
        tiltak                 32      :      20     :
        """,
    ),
    (
        "the groups would give away the hidden number of everyone",
        """
                               alle    K    M
        mottakere              100     50   50
        tiltak                 97      47   50
        """,
        """
                               alle    K    M
        mottakere              100     50   50
        tiltak                 :       :    50
        """,
    ),
    (
        "a crossed group would follow from either of its margins",
        """
                        alle  K   M   18-19  20-24  K*18-19  K*20-24  M*18-19  M*20-24
        mottakere       200   100 100 100    100    50       50       50       50
        tiltak          69    29  40  23     46     3        26       20       20
        """,
        """
                        alle  K   M   18-19  20-24  K*18-19  K*20-24  M*18-19  M*20-24
        mottakere       200   100 100 100    100    50       50       50       50
        tiltak          69    29  40  23     46     :        :        :        :
        """,
    ),
    (
        "tiltak + arbeid = either + both, so three of them give the fourth",
        """
                               alle
        mottakere              100
        tiltak                 30
        arbeid                 20
        arbeid_eller_tiltak    48
        arbeid_og_tiltak       2
        """,
        """
                               alle
        mottakere              100
        tiltak                 30
        arbeid                 :
        arbeid_eller_tiltak    48
        arbeid_og_tiltak       :
        """,
    ),
    (
        "what is hidden under one name is hidden under the other",
        """
                                                 alle
        mottakere                                100
        gyldig_plan                              8
        plan_status=gyldig                       8
        plan_status=utlopt                       2
        plan_status=ingen                        90
        """,
        """
                                                 alle
        mottakere                                100
        gyldig_plan                              :
        plan_status=gyldig                       :
        plan_status=utlopt                       :
        plan_status=ingen                        90
        """,
    ),
]


@pytest.mark.parametrize(("why", "table", "expected"), CASES, ids=[why.split(",")[0] for why, *_ in CASES])
def test_what_is_hidden(why, table, expected):
    assert shown(suppress(counts(table), MONTHLY)) == cells(expected), why


def test_a_hidden_row_has_no_number_at_all_and_a_group_that_is_hidden_no_size():
    out = suppress(counts("alle K M\nmottakere 100 97 3\ntiltak 40 38 2"), MONTHLY)
    assert out.filter("skjult").select("antall", "andel").null_count().row(0) == (4, 4)
    sizes = dict(out.filter(mal="tiltak").select("gruppe", "nevner").iter_rows())
    assert sizes == {"alle": 100, "K": None, "M": None}


def test_hidden_zero_and_cannot_be_known_are_three_things():
    table = counts("alle K M\nmottakere 100 100 0\ntiltak 3 3 0\narbeid 0 0 0").with_columns(
        andel=pl.when(pl.col("nevner") > 0).then(pl.col("antall") / pl.col("nevner"))
    )
    out = suppress(table, MONTHLY)
    rows = {(r["mal"], r["gruppe"]): (r["antall"], r["andel"], r["skjult"]) for r in out.iter_rows(named=True)}
    assert rows["tiltak", "alle"] == (None, None, True)  # hidden
    assert rows["arbeid", "alle"] == (0, 0.0, False)  # nobody
    assert rows["tiltak", "M"] == (0, None, False)  # a share of nobody cannot be known


def test_a_month_is_hidden_on_its_own():
    may = date(2015, 5, 1)
    both = pl.concat([counts("alle\nmottakere 100\ntiltak 3"), counts("alle\nmottakere 100\ntiltak 30", may)])
    out = suppress(both, MONTHLY).filter(mal="tiltak")
    assert dict(out.select("maaned", "antall").iter_rows()) == {APRIL: None, may: 30}
