"""Realism: what no register of AAP can hold, and what every one must, checked on a small run of two years."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from pipelines.synthetic.activities import TREATMENTS
from pipelines.synthetic.cards import FORTNIGHT
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import SCHEME_START, months, next_month, to_day
from pipelines.synthetic.register import STATE_EXTRACTS, Register
from pipelines.synthetic.state import Event
from pipelines.synthetic.tables import NEVER_DAY
from pipelines.synthetic.world import World, simulate

SHARE, LAST = 0.004, date(2012, 2, 1)
EPOCH = date(1970, 1, 1)


@cache
def world() -> World:
    return simulate(Parameters.load(), 1, LAST, SHARE)


@cache
def deliveries(*, clean: bool = False) -> dict[date, dict[str, pl.DataFrame]]:
    register = Register(world(), SCHEME_START, clean=clean)
    return {month: register.extracts(month) for month in months(SCHEME_START, LAST)}


def everything(name: str, *, clean: bool = False) -> pl.DataFrame:
    """All months' rows of an extract, with the delivery's last day as `siste`."""
    return pl.concat(
        rows[name].with_columns(siste=pl.lit(next_month(month) - timedelta(days=1)))
        for month, rows in deliveries(clean=clean).items()
    )


@cache
def on_aap() -> pl.DataFrame:
    """True spells on AAP: person_id, `fra` and `til` (days; `til` null while it lasts)."""
    spells = world().course.spells
    end = np.floor(np.minimum(spells.end, 1e6)).astype(np.int64)
    frame = pl.DataFrame(
        {
            "person_id": Register(world(), SCHEME_START, clean=False).ids.person_id[spells.row],
            "fra": np.floor(spells.start).astype(np.int32),
            "til": end.astype(np.int32),
        }
    )
    return frame.with_columns(pl.col("fra", "til").cast(pl.Date))


def test_every_extract_has_rows_and_ids_are_unique_within_a_delivery() -> None:
    keys = {"tiltaksdeltakelse": ["tiltakdeltaker_id", "er_hist"], "meldekort_dag": ["meldekort_id", "ukenr", "dagnr"]}
    keys["diagnose"] = ["person_id", "diagnose_kodeverk", "diagnosekode", "diagnose_type", "dato"]
    for month, rows in deliveries().items():
        for name, frame in rows.items():
            key = keys.get(name, [frame.columns[0]])
            assert not frame.select(key).is_duplicated().any(), (month, name)
            assert frame.height, (month, name)


def test_everybody_in_an_extract_is_in_person() -> None:
    for rows in deliveries().values():
        for name, frame in rows.items():
            if name != "meldekort_dag":
                assert frame.join(rows["person"], on="person_id", how="anti").is_empty(), name


def test_nothing_is_known_before_it_happens() -> None:
    decided = {
        "aap_vedtak": ["vedtak_dato"],
        "aktivitetsplan": ["dato_fra", "dato_godkjent"],
        "innsatsgruppe": ["fra_dato"],
        "tiltaksdeltakelse": ["dato_statusendring"],
        "diagnose": ["dato"],
        "person": ["doed_dato"],
        "meldekort": ["dato_innkommet"],
        "utbetaling": ["dato_postert"],
    }
    for name, columns in decided.items():
        rows = everything(name)
        for column in columns:
            assert (rows[column] <= rows["siste"]).fill_null(True).all(), (name, column)


def test_events_are_of_their_own_month() -> None:
    for name, column in (("meldekort", "dato_innkommet"), ("utbetaling", "dato_postert")):
        rows = everything(name)
        assert (rows[column].dt.truncate("1mo") == rows["siste"].dt.truncate("1mo")).all()


def test_no_card_before_entry_and_none_for_a_fortnight_after_exit() -> None:
    cards = everything("meldekort").join(on_aap(), on="person_id")
    inside = (pl.col("dato_til") >= pl.col("fra")) & (pl.col("dato_fra") <= pl.col("til"))
    covered = cards.group_by("meldekort_id").agg(
        inside.any().alias("inne"), received=pl.col("dato_innkommet").first(), first=pl.col("fra").min()
    )
    assert covered["inne"].all()
    assert (covered["received"] >= covered["first"]).all()


def test_cards_follow_one_grid_and_their_days_are_theirs() -> None:
    cards, days = everything("meldekort"), everything("meldekort_dag")
    assert (cards["dato_fra"].dt.weekday() == 1).all()
    assert ((cards["dato_til"] - cards["dato_fra"]).dt.total_days() == 13).all()
    assert cards["dato_fra"].map_elements(lambda d: (d - date(2010, 1, 4)).days % FORTNIGHT, pl.Int64).n_unique() == 1
    assert (cards["periodekode"].cast(pl.String).cast(pl.Int32) == cards["dato_fra"].dt.week()).all()
    assert (cards["aar"] == cards["dato_fra"].dt.iso_year()).all()
    sizes = days.group_by("meldekort_id").len()
    assert set(sizes["len"]) == {10, 14}
    assert sizes.height == cards.height
    assert days["timer_arbeidet"].is_between(0, 24).all()
    worked = days.group_by("meldekort_id").agg(pl.col("timer_arbeidet").sum())
    assert (worked["timer_arbeidet"] <= 66).all()


def test_payments_only_with_a_card_or_an_exemption() -> None:
    paid = everything("utbetaling").filter(pl.col("belop") > 0)
    cards = everything("meldekort")["meldekort_id"]
    without = paid.filter(pl.col("meldekort_id").is_null())
    assert paid.filter(pl.col("meldekort_id").is_not_null())["meldekort_id"].is_in(cards.implode()).all()
    exempt = everything("aap_vedtak").filter(pl.col("rettighetkode") == "FRI_MK_AAP")["person_id"]
    assert without["person_id"].is_in(exempt.implode()).all()


def test_a_correction_replaces_the_card_it_names() -> None:
    cards = everything("meldekort")
    corrections = cards.filter(pl.col("mkskortkode") == "10")
    assert corrections.height > 20
    both = corrections.join(cards, left_on="meldekort_id_relatert", right_on="meldekort_id", suffix="_for")
    assert both.height == corrections.height
    assert (both["person_id"] == both["person_id_for"]).all()
    assert (both["dato_fra"] == both["dato_fra_for"]).all()
    assert (both["dato_innkommet"] > both["dato_innkommet_for"]).all()
    # What a later month corrected was not replaced yet when the first card was delivered.
    replaced = both["beregningstatuskode_for"] == "OVERM"
    assert (replaced == (both["siste"] == both["siste_for"])).all()


def test_ages_are_those_of_the_law() -> None:
    first = on_aap().join(everything("person").unique("person_id"), on="person_id")
    age = (first["fra"] - first["fodselsdato"]).dt.total_days() / 365.25
    assert age.min() >= 18
    last = (first["til"].clip(upper_bound=LAST) - first["fodselsdato"]).dt.total_days() / 365.25
    assert last.max() <= 67.01


def test_granted_periods_follow_each_other_and_are_a_year_at_most() -> None:
    granted = (
        deliveries()[LAST]["aap_vedtak"]
        .filter(
            (pl.col("rettighetkode") == "AAP")
            & (pl.col("utfallkode") == "JA")
            & pl.col("vedtaktypekode").is_in(["O", "E", "G"])
        )
        .filter(pl.col("til_dato") >= pl.col("fra_dato"))
        .sort("person_id", "fra_dato")
        .with_columns(neste=pl.col("fra_dato").shift(-1).over("person_id"))
    )
    length = (granted["til_dato"] - granted["fra_dato"]).dt.total_days() + 1
    assert length.max() <= 365
    assert (granted["neste"] > granted["til_dato"]).fill_null(True).all()
    first = granted.filter(pl.col("vedtaktypekode") == "O")
    assert first["person_id"].is_unique().all()
    assert set(granted.filter(pl.col("konvertert") == "J")["fra_dato"].unique()) >= {SCHEME_START}


def test_a_cancelled_prolongation_ends_before_it_begins() -> None:
    rows = everything("aap_vedtak").filter(pl.col("til_dato") < pl.col("fra_dato"))
    assert rows.height > 5
    assert (rows["vedtaktypekode"] == "E").all()


def test_a_row_changes_only_the_way_rows_do() -> None:
    """Ids, persons and starts stay; a plan once signed stays signed; what is over does not begin again."""
    plans = everything("aktivitetsplan").sort("siste").group_by("aktivitetsplan_id").agg(pl.all())
    assert (plans["dato_fra"].list.n_unique() == 1).all()
    assert (plans["dato_godkjent"].list.drop_nulls().list.n_unique() <= 1).all()
    courses = everything("tiltaksdeltakelse").sort("siste").group_by("tiltakdeltaker_id", maintain_order=True)
    over = {"FULLF", "DELAVB", "GJENN_AVB", "AVSLAG", "IKKAKTUELL", "NEITAKK", "IKKEM"}
    for (_,), rows in courses:
        statuses = rows["deltakerstatuskode"].cast(pl.String).to_list()
        ended = [status in over for status in statuses]
        assert ended == sorted(ended)
        assert rows["person_id"].n_unique() == 1


def test_spells_have_the_lengths_the_studies_speak_of() -> None:
    """Half are gone after about 27 months; two years after entry just under 60 percent are still there."""
    long = simulate(Parameters.load(), 1, date(2014, 6, 1), 0.01)
    spells = long.course.spells
    first = np.append(True, spells.row[1:] != spells.row[:-1])
    entered = first & ~long.people.converted[spells.row] & (spells.start < to_day(date(2011, 12, 1)))
    length = (spells.end - spells.start)[entered] / 30.4375
    assert 0.5 < (length > 24).mean() < 0.66
    assert 22 < np.median(length) < 33


def test_everything_that_starts_ends_in_its_own_spell() -> None:
    course = world().course
    for episodes in (course.treatment, course.work, course.tiltak):
        spell = world().spell_of(episodes.row, episodes.start)
        assert (course.spells.row[spell] == episodes.row).all()
        assert (episodes.start >= course.spells.start[spell]).all()
        assert (np.minimum(episodes.end, 1e8) <= np.minimum(course.spells.end[spell], 1e8)).all()
        again = episodes.row[1:] == episodes.row[:-1]
        assert (episodes.start[1:][again] >= episodes.end[:-1][again]).all()


def test_clean_leaves_out_what_goes_wrong() -> None:
    cards = everything("meldekort", clean=True)
    assert set(cards["mkskortkode"].cast(pl.String)) <= {"01", "05", "06"}
    assert set(cards["beregningstatuskode"].cast(pl.String)) == {"FERDI"}
    assert cards["meldegruppekode"].null_count() == 0
    assert ((cards["dato_innkommet"] - cards["dato_til"]).dt.total_days() <= 3).all()
    plans = everything("aktivitetsplan", clean=True)
    assert (plans["dato_godkjent"] == plans["dato_fra"]).all()
    assert everything("person", clean=True)["fr_kode"].null_count() == everything("person", clean=True).height


def test_all_rows_are_versions_of_something_known_at_some_time() -> None:
    register = Register(world(), SCHEME_START, clean=False)
    for name in STATE_EXTRACTS:
        rows = register.state(name)
        assert (rows.known < rows.until).all(), name
        assert (rows.until <= NEVER_DAY).all()


def test_an_exit_is_for_work_ufore_something_else_or_death() -> None:
    ends = world().course.spells.ended_by
    counts = {
        event: (ends == event).sum() for event in (Event.EXIT_WORK, Event.EXIT_UFORE, Event.EXIT_OTHER, Event.DEATH)
    }
    assert all(counts.values())
    assert counts[Event.DEATH] < counts[Event.EXIT_OTHER]


@pytest.mark.parametrize("name", ["tiltak", "work", "treatment", "clarified"])
def test_nothing_begins_all_at_once_when_aap_does(name: str) -> None:
    """The converted are met in the middle of their lives: as many are in each thing in March 2010 as a year later."""
    long = simulate(Parameters.load(), 1, date(2011, 2, 1), 0.02)
    spells, episodes = long.course.spells, getattr(long.course, name)
    shares = []
    for day in (to_day(SCHEME_START), to_day(date(2011, 3, 1))):
        on = np.zeros(long.people.size, dtype=bool)
        on[spells.row[(spells.start <= day) & (spells.end > day)]] = True
        there = np.unique(episodes.row[(episodes.start <= day) & (episodes.end > day)])
        shares.append(on[there].sum() / on.sum())
    assert abs(shares[1] - shares[0]) < 0.05, shares


def test_who_is_converted_was_on_aap_from_its_first_day_and_nobody_else_was() -> None:
    spells, people = world().course.spells, world().people
    first = np.append(True, spells.row[1:] != spells.row[:-1])
    assert (np.diff(spells.row[first]) == 1).all()
    assert (people.entry == spells.start[first]).all()
    assert (np.diff(people.entry) >= 0).all()
    begins = to_day(SCHEME_START)
    assert ((spells.start[first] == begins) == people.converted).all()
    assert people.converted.sum() > 0.8 * 0.004 * 160_000
    assert spells.start.min() == begins


@pytest.mark.parametrize("name", ["tiltak", "arbeid", "behandling"])
def test_more_than_one_in_twenty_does_each_of_the_three(name: str) -> None:
    course = world().course
    episodes = {"tiltak": course.tiltak, "arbeid": course.work, "behandling": course.treatment}[name]
    assert len(np.unique(episodes.row)) > 0.05 * world().people.size


def test_a_clean_register_says_what_is_true() -> None:
    """Without failures, who stands in treatment or tiltak on the last day is there, and nobody else but by a day."""
    register, last = Register(world(), SCHEME_START, clean=True), to_day(next_month(LAST)) - 1
    rows, course = deliveries(clean=True)[LAST], world().course
    going = rows["aktivitet"].filter(
        pl.col("aktivitettypenavn").cast(pl.String).is_in(TREATMENTS) & (pl.col("aktivitetstatuskode") == "GJENN")
    )
    part = rows["tiltaksdeltakelse"].filter(pl.col("deltakerstatuskode") == "GJENN")
    for said, episodes in ((going, course.treatment), (part, course.tiltak)):
        now = (episodes.start < last + 1) & (episodes.end > last)
        true = set(register.ids.person_id[episodes.row[now]].tolist())
        assert said.height > 20
        assert len(set(said["person_id"]) - true) <= 0.02 * said.height
    assert rows["aktivitetsplan"]["dato_godkjent"].null_count() == 0
    assert not rows["tiltaksdeltakelse"]["er_hist"].eq("J").any()
