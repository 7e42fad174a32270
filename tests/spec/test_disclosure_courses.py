"""What may be shown of courses and of their types: measures have denominators of their own, every course one type."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from pipelines.disclosure import published
from tests.spec.celler import shown_spells, shown_types, spells, store, types


def test_the_states_of_a_month_of_the_spell_add_up_and_are_protected_month_by_month(con):
    frame = spells(
        ("tilstand=passiv", "alle", 1, 3, 100),
        ("tilstand=arbeid", "alle", 1, 60, 100),
        ("tilstand=ute", "alle", 1, 37, 100),
        ("tilstand=passiv", "alle", 2, 30, 100),
        ("tilstand=arbeid", "alle", 2, 20, 100),
        ("tilstand=ute", "alle", 2, 50, 100),
    )
    assert shown_spells(con, frame) == {
        ("tilstand=arbeid", "alle", 1): "60",
        ("tilstand=arbeid", "alle", 2): "20",
        ("tilstand=passiv", "alle", 1): ":",
        ("tilstand=passiv", "alle", 2): "30",
        ("tilstand=ute", "alle", 1): ":",
        ("tilstand=ute", "alle", 2): "50",
    }


def ever(**counts: int) -> pl.DataFrame:
    """Rows `noensinne=*` of 200 spells."""
    return spells(*((f"noensinne={name}", "alle", None, count, 200) for name, count in counts.items()))


def shown_ever(con: duckdb.DuckDBPyConnection, **counts: int) -> dict[str, str]:
    return {mal.removeprefix("noensinne="): cell for (mal, *_), cell in shown_spells(con, ever(**counts)).items()}


def test_what_happened_at_all_does_not_add_up_where_nothing_binds_it(con):
    assert shown_ever(con, tiltak=3, arbeid=60, behandling=37) == {"arbeid": "60", "behandling": "37", "tiltak": ":"}


def test_both_kinds_at_all_would_follow_from_each_and_either(con):
    """3 = 60 + 120 − 177: one of the three is hidden with it."""
    out = shown_ever(con, begge=3, arbeidsrettet=60, behandling=120, aktivitet=177, ingen=23)
    assert out == {"aktivitet": "177", "arbeidsrettet": ":", "behandling": "120", "begge": ":", "ingen": "23"}


def test_what_is_hidden_of_activity_is_hidden_of_none(con):
    out = shown_ever(con, begge=30, arbeidsrettet=60, behandling=120, aktivitet=198, ingen=2)
    assert out["aktivitet"] == out["ingen"] == ":"
    assert list(out.values()).count(":") == 3  # and one of the others, for 198 = 60 + 120 − 30 would follow


def test_all_but_a_few_of_those_with_both_had_them_in_one_month(con):
    out = shown_ever(con, samtidig=28, begge=30, arbeidsrettet=60, behandling=120)
    assert out == {"arbeidsrettet": "60", "behandling": "120", "begge": "30", "samtidig": ":"}


def test_moves_from_one_state_have_that_state_as_their_whole(con):
    frame = spells(
        ("overgang_1=arbeid>passiv", "alle", None, 2, 3),  # three months of arbeid in all: hidden whole
        ("overgang_1=arbeid>ute", "alle", None, 1, 3),
        ("overgang_1=passiv>arbeid", "alle", None, 40, 100),
        ("overgang_1=passiv>passiv", "alle", None, 60, 100),
    )
    assert list(shown_spells(con, frame).values()) == [":", ":", "40", "60"]
    assert list(shown_spells(con, frame, mal="overgang_1=passiv>arbeid").values()) == ["40"]
    sizes = published(con, "statistikk.forlop")["nevner"].to_list()
    assert sizes == [None, None, 100, 100]


def test_months_of_a_few_persons_are_hidden_and_all_that_are_theirs(con):
    """24 months of one person in arbeid are hidden with their number; 40 of 2 in passiv have to be covered for."""
    frame = spells(
        ("overgang_1=arbeid>passiv", "alle", None, 24, 24),
        ("overgang_1=passiv>arbeid", "alle", None, 40, 200),
        ("overgang_1=passiv>passiv", "alle", None, 100, 200),
        ("overgang_1=passiv>ute", "alle", None, 60, 200),
    ).with_columns(personer=pl.Series([1, 2, 30, 20]))
    assert list(shown_spells(con, frame).values()) == [":", ":", "100", ":"]
    assert published(con, "statistikk.forlop")["nevner"].to_list() == [None, 200, 200, 200]
    assert published(con, "statistikk.forlop")["personer"].to_list() == [None, None, 30, None]


def test_a_group_of_many_is_no_secret_for_being_in_little(con):
    frame = spells(("noensinne=tiltak", "alle", 12, 3, 100), ("noensinne=arbeid", "alle", 12, 0, 100))
    assert list(shown_spells(con, frame.with_columns(personer="antall")).values()) == ["0", ":"]
    assert published(con, "statistikk.forlop")["nevner"].to_list() == [100, 100]


def test_five_spells_may_be_of_two_persons(con):
    frame = spells(("noensinne=tiltak", "alle", None, 5, 100), ("noensinne=arbeid", "alle", None, 9, 100))
    frame = frame.with_columns(personer=pl.Series([2, 5]))
    assert list(shown_spells(con, frame).values()) == ["9", ":"]


def test_the_life_tables_are_told_in_fives_so_nobody_reads_who_began_in_a_month(con):
    """Of 200: 50, 52 and 70 have begun. 52 is told as 50, and a share in steps of five of 200."""
    counts = [(1, 50), (2, 52), (3, 70)]
    rows = [(f"{mal}=tiltak", "alle", nr, n, 200) for mal in ("kumulativ_insidens", "i_risiko") for nr, n in counts]
    store(con, "statistikk.forlop", spells(*rows))
    out = published(con, "statistikk.forlop", mal="kumulativ_insidens=tiltak")
    assert out["antall"].to_list() == [50, 50, 70]
    assert out["verdi"].to_list() == pytest.approx([0.25, 0.25, 0.35])
    many = spells(("kumulativ_insidens=tiltak", "alle", 1, 50_212, 200_000))
    store(con, "statistikk.forlop", many)
    assert published(con, "statistikk.forlop")["verdi"].to_list() == pytest.approx([0.25])


def test_who_have_left_is_told_when_it_is_five_more_or_none(con):
    """50, 52, 56, 56 of the same 200, and 58 of 120: what has been added to the last cannot be told."""
    counts = [(50, 200), (52, 200), (56, 200), (56, 200), (58, 120)]
    rows = [("tilstand=ute", "alle", nr, n, of) for nr, (n, of) in enumerate(counts, 1)]
    rows += [("tilstand=passiv", "alle", nr, of - n - 40, of) for nr, (n, of) in enumerate(counts, 1)]
    rows += [("tilstand=arbeid", "alle", nr, 40, of) for nr, (_, of) in enumerate(counts, 1)]
    out = shown_spells(con, spells(*rows))
    assert [out["tilstand=ute", "alle", nr] for nr in range(1, 6)] == ["50", ":", "56", "56", "58"]
    assert [out["tilstand=arbeid", "alle", nr] for nr in (1, 2, 3)] == ["40", ":", "40"]  # it covers for those who left
    # A question of one month does not make it the first.
    assert shown_spells(con, spells(*rows), maaned_nr=2, mal="tilstand=ute") == {("tilstand=ute", "alle", 2): ":"}


def test_a_mean_over_a_few_spells_is_hidden_with_the_group_that_gives_their_number_away(con):
    frame = spells(
        ("snitt=lengde", "alle", None, 50, 50),
        ("snitt=lengde", "18-19", None, 3, 3),
        ("snitt=lengde", "20-24", None, 20, 20),
        ("snitt=lengde", "25-29", None, 27, 27),
    ).with_columns(verdi=pl.lit(17.5))
    assert list(shown_spells(con, frame).values()) == [":", ":", "27", "50"]
    assert published(con, "statistikk.forlop").filter("skjult")["verdi"].null_count() == 2


def test_the_whole_spell_is_asked_for_with_none(con):
    frame = spells(("noensinne=tiltak", "alle", None, 30, 100), ("noensinne=tiltak", "alle", 12, 20, 100))
    assert list(shown_spells(con, frame, maaned_nr=None).values()) == ["30"]
    assert list(shown_spells(con, frame, maaned_nr=[None, 12], utvalg="alle").values()) == ["30", "20"]


def test_the_types_of_a_group_add_up_to_it_so_one_hidden_is_not_enough(con):
    """610 women less the 300, 150, 100 and 57 of the other types are the three of the fifth."""
    sizes = [300, 150, 100, 57, 3]
    rows = [(nr, "storrelse", "K", None, n, 610) for nr, n in enumerate(sizes, 1)]
    rows += [(nr, "storrelse", "M", None, 200, 1000) for nr in range(1, 6)]
    rows += [(nr, "storrelse", "alle", None, n + 200, 1610) for nr, n in enumerate(sizes, 1)]
    rows += [(nr, "bakgrunn", "K", None, n, n + 200) for nr, n in enumerate(sizes, 1)]
    out = shown_types(con, types(*rows), gruppering="kjonn")
    assert [out["storrelse", "K", nr] for nr in range(1, 6)] == ["300", "150", "100", ":", ":"]
    assert [out["storrelse", "M", nr] for nr in range(1, 6)] == ["200", "200", "200", ":", ":"]
    assert [out["bakgrunn", "K", nr] for nr in range(1, 6)] == ["300", "150", "100", ":", ":"]
    assert shown_types(con, types(*rows), mal="storrelse", type_nr=4) == {
        ("storrelse", "K", 4): ":", ("storrelse", "M", 4): ":", ("storrelse", "alle", 4): "257",
    }  # fmt: skip


def test_the_state_of_a_type_would_follow_from_the_other_types_and_everyone(con):
    rows = []
    for nr, passive in enumerate([3, 40, 60], 1):
        rows += [(nr, "tilstand=passiv", "alle", 36, passive, 100), (nr, "storrelse", "alle", None, 100, 300)]
        rows += [(nr, "tilstand=arbeid", "alle", 36, 80 - passive, 100), (nr, "tilstand=ute", "alle", 36, 20, 100)]
    out = shown_types(con, types(*rows))
    assert [out["tilstand=passiv", "alle", nr] for nr in (1, 2, 3)] == [":", ":", "60"]


def test_of_a_type_whose_size_is_hidden_nothing_is_shown(con):
    rows = []
    for nr, size in enumerate([100, 50, 3], 1):
        rows += [(nr, "storrelse", "alle", None, size, 153), (nr, "tilstand=passiv", "alle", 1, size, size)]
        rows += [(nr, "typisk=passiv", "alle", 1, 10, 10)]
    out = shown_types(con, types(*rows))
    assert {key for key, cell in out.items() if cell != ":"} == {
        ("storrelse", "alle", 1), ("tilstand=passiv", "alle", 1), ("typisk=passiv", "alle", 1),
    }  # fmt: skip
    sizes = published(con, "statistikk.forlop_typer", type_nr=[2, 3], mal="tilstand=passiv")["nevner"]
    assert sizes.is_null().all()
