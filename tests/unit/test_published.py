"""The printed numbers agree with one another, and every one is tied to a result or says why it is not."""

from __future__ import annotations

import itertools
import re
from fnmatch import fnmatchcase

import polars as pl
import pytest

from pipelines.reconciliation.printed import FILES, PUBLISHED, couplings, course_couplings, published, reasons

PRINTED = {row["id"]: row for row in published().iter_rows(named=True)}
COUPLED = {*couplings()["id"], *course_couplings()["id"]}
STUDIES = {row["id"]: row["studie"] for row in PRINTED.values()}

PRESISJON = {"eksakt", "avrundet", "omtrent", "over", "under", "intervall", "avledet", "anslag"}
AGES = ("18-19", "20-24", "25-29", "30-39", "40-49", "50-59", "60-67")
MEASURES = {
    *("mottakere", "tiltak", "arbeid", "arbeid_eller_tiltak", "arbeid_og_tiltak", "behandling"),
    *("behandling_uten_plankrav", "gyldig_plan", "tilgang", "konvertert", "avgang", "fortsatt_etter_24_maaneder"),
    *("rett_til_aap", "rett_til_aap_nedsatt", "over_48_maaneder", "reaksjon_en_dag"),
    *(f"i_lopet={s}" for s in ("behandling", "tiltak", "arbeid", "arbeidsrettet", "begge", "verken")),
    *(f"aktivitetsstatus={s}" for s in ("arbeid_eller_tiltak", "kun_behandling", "varig_tilpasset")),
    *(f"aktivitetsstatus={s}" for s in ("gyldig_plan", "ingen_plan")),
    *(f"innsatsgruppe={s}" for s in ("standard", "spesielt_tilpasset", "varig_tilpasset")),
}
GROUPS = {
    "alle": {"alle"},
    "kjonn": {"K", "M"},
    "aldersgruppe": set(AGES),
    "diagnosegruppe": {"psykisk", "muskel_skjelett"},
    "kjonn*aldersgruppe": {f"{k}*{a}" for k in "KM" for a in AGES},
    "aldersgruppe*diagnosegruppe": {f"{a}*psykisk" for a in AGES},
    "alder_ved_tilgang": {"18-20", "21-30", "31-40", "41-50", "51-60", "61+"},
}
COHORTS = {"bakgrunn.varighet_kohort2010_2aar": "2010"}
"""Printed of 2012, of those who were new two years before."""


def value(name: str) -> float:
    return float(PRINTED[name]["publisert"])


def fig8(name: str) -> float:
    return value(f"tverrsnitt.fig8.{name}")


def fig9(name: str) -> float:
    return value(f"tverrsnitt.fig9.{name}")


def test_ids_are_unique_and_every_row_is_complete() -> None:
    frame = published()
    assert frame["id"].is_unique().all()
    assert frame.select("publisert", "enhet", "presisjon", "kilde", "studie").null_count().row(0) == (0,) * 5
    assert set(frame["presisjon"]) <= PRESISJON


def test_no_file_of_printed_numbers_is_forgotten() -> None:
    files = {path.stem for path in PUBLISHED.glob("*.csv") if not path.stem.startswith("kobling")}
    assert files == set(FILES)


def test_decimals_are_those_printed() -> None:
    assert PRINTED["tverrsnitt.fig8.arbeid_eller_tiltak"]["desimaler"] == 1
    assert PRINTED["ssb.arbeid_1aar_etter_aap"]["desimaler"] == 1, "48.0 was printed with its decimal"
    assert PRINTED["tverrsnitt.fig8.uten_akt_uten_plan_antall"]["desimaler"] == 0


def test_figure_9_follows_from_figure_8() -> None:
    with_plan, without_plan = fig8("uten_akt_gyldig_plan_antall"), fig8("uten_akt_uten_plan_antall")
    unregistered, added = fig8("uten_akt_sum_antall"), fig9("paaslag_antall")
    assert (with_plan, without_plan) == (23_444, 18_322)
    assert with_plan + without_plan == unregistered == 41_766
    assert 2 * added == unregistered
    assert fig9("kun_behandling_antall") - added == fig8("kun_behandling_antall") == 34_516
    assert fig9("uten_aktivitet_gyldig_plan_antall") == with_plan / 2
    assert fig9("uten_aktivitet_uten_plan_antall") == without_plan / 2
    both = value("tverrsnitt.behandling.antall") - fig8("kun_behandling_antall")
    assert value("tverrsnitt.behandling_og_arbeid_tiltak_antall") == both


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("tverrsnitt.behandling.antall", 40.06),
        ("tverrsnitt.fig8.kun_behandling_antall", 22.57),
        ("tverrsnitt.fig8.uten_akt_gyldig_plan_antall", 15.33),
        ("tverrsnitt.fig8.uten_akt_uten_plan_antall", 11.98),
        ("tverrsnitt.fig9.kun_behandling_antall", 36.23),
        ("tverrsnitt.fig9.uten_aktivitet_gyldig_plan_antall", 7.67),
        ("tverrsnitt.fig9.uten_aktivitet_uten_plan_antall", 5.99),
        ("tverrsnitt.fig7.standard_innsats_antall", 0.85),
    ],
)
def test_counts_as_shares_of_the_recipients(name: str, percent: float) -> None:
    assert round(100 * value(name) / value("tverrsnitt.populasjon.n"), 2) == percent


def test_the_five_statuses_are_everybody() -> None:
    total = value("tverrsnitt.populasjon.n")
    permanent = 5.6  # the remainder that studies.md infers; 6 is printed
    plans = [100 * fig8(f"uten_akt_{plan}_antall") / total for plan in ("gyldig_plan", "uten_plan")]
    statuses = [fig8("arbeid_eller_tiltak"), fig8("kun_behandling"), permanent, *(round(p, 1) for p in plans)]
    assert sum(statuses) == pytest.approx(100)
    assert abs(permanent - fig8("varig_tilpasset")) <= 0.5


def saks(name: str) -> float:
    return value(f"saks.{name}")


def test_the_case_review_agrees_with_itself() -> None:
    def population(name: str) -> float:
        return saks(f"tabell1.{name}.populasjon")

    some = population("behandling") + population("arbeidsrettet") - population("begge")
    assert some == pytest.approx(100 - population("verken"), abs=1)
    assert population("tiltak") + population("arbeid") - population("arbeidsrettet") == 18
    cases = saks("utvalg.n")
    assert saks("fig12.ikke_i_aktivitet_antall_brutto") - saks("fig12.fjernet") == saks("fig12.n")
    assert round(100 * saks("fig5.n") / cases) == saks("fig1.behandling_paagaaende")
    assert round(100 * saks("tabell2.gyldig_plan.n") / cases) == saks("tabell2.gyldig_plan.total")
    not_active = (saks("fig6.nei") + saks("fig6.vet_ikke")) / 100 * saks("fig6.n")
    neither = not_active * saks("tekst.ikke_aktiv_uten_arbeidsrettet_andel_gruppe") / 100
    assert neither == pytest.approx(53, abs=0.5)
    assert round(100 * neither / cases) == saks("tekst.ikke_aktiv_uten_arbeidsrettet_andel")


def test_ages_of_the_case_review_weigh_up_to_its_totals() -> None:
    shares = {"18_29": 0.19, "30_49": 0.53, "50p": 0.28}  # studies.md §10, inferred from Tabell 2
    for row in ("for_sykmeldt_arbeidstaker", "for_arbeidssoker", "for_student", "maal_beholde", "maal_skaffe"):
        mean = sum(share * saks(f"tabell2.{row}.{age}") for age, share in shares.items())
        assert mean == pytest.approx(saks(f"tabell2.{row}.total"), abs=1.5), row


@pytest.mark.parametrize("kind", ["i_alt", "fastlege", "legespesialist", "psykolog", "fysio"])
def test_figure_5_adds_up(kind: str) -> None:
    parts = ("ukentlig", "maanedlig", "annet", "uklart", "ikke_aktuelt")
    assert sum(saks(f"fig5.{part}.{kind}") for part in parts) == pytest.approx(100, abs=1)


def test_new_recipients_add_up() -> None:
    for quarter, year in itertools.product((2, 4), range(2011, 2022)):
        stem = f"tilgang.k{quarter}.{year}"
        if f"{stem}.menn" in PRINTED:
            assert value(f"{stem}.menn") + value(f"{stem}.kvinner") == value(f"{stem}.i_alt"), stem
        for sex in ("menn", "kvinner"):
            if f"{stem}.{sex}_u30" in PRINTED:
                ages = [value(f"{stem}.{sex}_{age}") for age in ("u30", "30_59", "60p")]
                assert sum(ages) == value(f"{stem}.{sex}"), stem


def test_the_stock_agrees_with_its_change_and_its_halves() -> None:
    assert value("beholdning.2013_12") + value("beholdning.2014_12.endring") == value("beholdning.2014_12")
    change = 100 * value("beholdning.2014_12.endring") / value("beholdning.2013_12")
    assert round(change, 1) == value("beholdning.2014_12.endring_pst")
    assert value("beholdning.2014_11.kvinner") + value("beholdning.2014_11.menn") == value("beholdning.2014_11")


def test_every_interval_is_a_pair() -> None:
    stems = published().filter(presisjon="intervall")["id"].str.replace(r"[._-](min|max|lo|hi)$", "")
    assert set(stems.value_counts()["count"]) == {2}


def test_every_number_is_tied_to_a_result_or_to_a_reason_why_not() -> None:
    patterns = list(reasons().iter_rows(named=True))
    used = set()
    for name, study in STUDIES.items():
        if name not in COUPLED:
            hits = [p["id_monster"] for p in patterns if p["studie"] == study and fnmatchcase(name, p["id_monster"])]
            assert hits, name
            used.add((study, max(hits, key=len)))
    assert used == {(p["studie"], p["id_monster"]) for p in patterns}, "a pattern that decides nothing"


def test_couplings_point_at_printed_numbers_and_known_results() -> None:
    assert set(PRINTED) >= COUPLED
    assert couplings().is_unique().all(), "a term that stands twice counts twice"
    for term in couplings().iter_rows(named=True):
        assert term["mal"] in MEASURES, term["id"]
        assert term["gruppe"] in GROUPS[term["gruppering"]], term["id"]
        assert term["fra"] <= term["til"], term["id"]
        assert (term["h"] is not None) == (term["kilde"] == "statistikk.tverrsnitt_anslag"), term["id"]


def test_a_number_has_one_kind_of_result_and_shares_have_a_denominator() -> None:
    per_number = (
        couplings()
        .group_by("id", "lesning")
        .agg(pl.col("storrelse").n_unique().alias("kinds"), pl.col("storrelse").first(), pl.col("nevner").sum())
    )
    for row in per_number.iter_rows(named=True):
        share = row["storrelse"] in {"andel", "endring_prosent"} or (
            row["storrelse"] == "personer" and row["nevner"] > 0
        )
        assert row["kinds"] == 1, row["id"]
        assert (row["nevner"] > 0) == share, row["id"]
        assert (PRINTED[row["id"]]["enhet"] == "prosent") == share, row["id"]


def test_couplings_lie_in_the_period_that_is_printed() -> None:
    """The months of a term are those of the printed period, but that 2010 begins in March, and a cohort before it."""
    quarters = {"1": ("01", "03"), "2": ("04", "06"), "3": ("07", "09"), "4": ("10", "12")}
    for name, group in couplings().group_by("id"):
        period = COHORTS.get(str(name[0]), PRINTED[str(name[0])]["periode"])
        if quarter := re.fullmatch(r"(\d{4})-K(\d)", period):
            expected = tuple(f"{quarter[1]}-{month}" for month in quarters[quarter[2]])
        elif len(period) == 4:
            expected = ("2010-03" if period == "2010" else f"{period}-01", f"{period}-12")
        else:
            start, _, end = period.partition("/")
            expected = (start, end or start)
        found = (f"{group['fra'].min():%Y-%m}", f"{group['til'].max():%Y-%m}")
        assert found == expected, name


def test_every_number_of_the_cross_section_but_one_and_all_of_the_courses_are_tied() -> None:
    loose = {name for name, study in STUDIES.items() if study in {"tverrsnitt", "forlop"}} - COUPLED
    assert loose == {"tverrsnitt.tiltak.andel_enhver_tid"}


def test_a_number_is_tied_in_one_way() -> None:
    assert not set(couplings()["id"]) & set(course_couplings()["id"])
    assert course_couplings().select("id", "lesning").is_unique().all()
