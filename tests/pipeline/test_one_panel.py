"""What readers see is one panel: every loaded month as it is loaded, by one set of rules, of the same persons."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from pipelines import synthetic
from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.base.months import parse_month
from pipelines.cli import answers
from pipelines.orchestration import runs
from pipelines.orchestration.assets import RESOURCES
from pipelines.orchestration.derived import assets
from pipelines.orchestration.partitions import range_tags
from pipelines.warehouse import build, record, snapshot, state
from pipelines.warehouse.database import open_warehouse
from pipelines.warehouse.record import register_build
from tests.leveranser import Leveranse

JANUARY, FEBRUARY, MARCH = map(parse_month, ("2015-01", "2015-02", "2015-03"))
PERSON_MONTHS = assets["klargjort__person_maaned"]
LARGE_REGISTERS = [
    assets[f"klargjort__{name}"]
    for name in ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned")
]
BUILT = "select maaned from kontroll.bygg where tabell = 'klargjort.person_maaned' and regler = $1 order by 1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel som er lang nok for en test")
    monkeypatch.setenv("AKTIVITET_HOME", str(tmp_path))
    monkeypatch.delenv("AKTIVITET_LANDING", raising=False)
    return Home(tmp_path)


def deliver(home: Home, *months: date, persons: int = 2) -> None:
    for month in months:
        name = f"{month:%Y-%m}"
        leveranse = Leveranse(name, person=[{"person": f"p{n}"} for n in range(persons)])
        leveranse.fyll(utbetaling=[{"person": "p0", "dato_postert": f"{name}-15"}], aap_vedtak=[{"person": "p0"}])
        leveranse.skriv(home.landing)


def materialize(made: Sequence[dg.AssetsDefinition], month: date) -> None:
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    dg.materialize(made, resources=RESOURCES, tags=range_tags([month]), run_config=quiet)


def by_rules(home: Home, rules: str) -> list[date]:
    with open_warehouse(home) as con:
        return [row[0] for row in con.execute(BUILT, [rules]).fetchall()]


@pytest.fixture
def built(home: Home) -> Home:
    """January and February, loaded, built and drawn; March only loaded."""
    deliver(home, JANUARY, FEBRUARY, MARCH)
    build.load_deliveries(home, [JANUARY, FEBRUARY, MARCH])
    with open_warehouse(home) as con:
        for name in ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned"):
            build.build_months(con, f"klargjort.{name}", f"klargjort/{name}", [JANUARY, FEBRUARY])
        register_build(con, state.DONE, [JANUARY, FEBRUARY], "test")
    return home


def new_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (record, state):
        monkeypatch.setattr(module, "fingerprint", lambda _: "nye regler")


def test_a_run_of_one_month_builds_the_stale_ones_too(built: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or January and February would be counted by the old rules and March by the new, and published as one."""
    new_rules(monkeypatch)
    materialize([*LARGE_REGISTERS, PERSON_MONTHS], MARCH)
    assert by_rules(built, "nye regler") == [JANUARY, FEBRUARY, MARCH]


def test_a_warehouse_whose_table_has_other_columns_is_built_anew_by_a_run_of_one_month(
    built: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_warehouse(built) as con:
        con.execute("alter table klargjort.vedtak_maaned drop column har_opphold")
    new_rules(monkeypatch)
    materialize([*LARGE_REGISTERS, PERSON_MONTHS], MARCH)
    assert by_rules(built, "nye regler") == [JANUARY, FEBRUARY, MARCH]


def test_a_run_of_one_month_leaves_what_is_up_to_date(built: Home) -> None:
    with open_warehouse(built) as con:
        assert state.due(con, [state.DONE], [MARCH]) == [MARCH]
        assert state.due(con, [state.DONE], [JANUARY]) == [JANUARY, MARCH]
        assert state.due(con, [state.DONE], [JANUARY, MARCH], only_stale=True) == [MARCH]


def test_a_run_that_nobody_named_months_for_leaves_tables_that_are_built_as_they_are(
    built: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another rule for one table: that one is made again, and not the vedtak beside it."""
    monkeypatch.setattr(
        state, "fingerprint", lambda table: "nye" if table == "klargjort.person_maaned" else record.fingerprint(table)
    )
    with open_warehouse(built) as con:
        before = con.execute("select maaned from kontroll.bygg where tabell = 'klargjort.vedtak_maaned'").fetchall()
        assert state.due(con, ["klargjort.person_maaned"], [JANUARY], only_stale=True) == [JANUARY, FEBRUARY, MARCH]
        assert state.due(con, ["klargjort.vedtak_maaned"], [JANUARY], only_stale=True) == [MARCH]
    assert before == [(JANUARY,), (FEBRUARY,)]


def test_a_stale_month_is_not_built_of_what_is_stale_itself(built: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The analyst chose one table in the web page, and not those it is made of."""
    new_rules(monkeypatch)
    materialize([PERSON_MONTHS], FEBRUARY)
    assert by_rules(built, "nye regler") == [FEBRUARY]


def test_nothing_is_published_beside_a_month_that_is_not_built(built: Home) -> None:
    with open_warehouse(built) as con:
        with pytest.raises(AktivitetError, match=r"1 loaded months are not built as they are \(2015-03\)"):
            snapshot.publish(built, con, "test")
        for name in ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned"):
            build.build_months(con, f"klargjort.{name}", f"klargjort/{name}", [MARCH])
        assert snapshot.publish(built, con, "test") == "000001-test"


def test_what_was_held_against_the_truth_goes_with_the_person_months_it_was_held_against(built: Home) -> None:
    """`aktivitet evaluate` makes it again."""
    there = "select count(*) from duckdb_tables() where table_name = 'maalefeil'"
    with open_warehouse(built) as con:
        con.execute("create table statistikk.maalefeil as select 1 as antall")
        build.build_months(con, "klargjort.meldekort_maaned", "klargjort/meldekort_maaned", [MARCH])
        assert con.execute(there).fetchall() == [(1,)]
        build.build_months(con, state.PERSON_MONTHS, "klargjort/person_maaned", [MARCH])
        assert con.execute(there).fetchall() == [(0,)]


def test_a_month_loaded_by_another_key_is_refused(built: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every person of the earlier months would be gone, and every person of the new one be new."""
    monkeypatch.setenv("AKTIVITET_KEY", "en annen nøkkel, lang nok for en test")
    april = parse_month("2015-04")
    deliver(built, april)
    with pytest.raises(AktivitetError, match="not the one 3 months were loaded by"):
        build.load_deliveries(built, [april])
    with open_warehouse(built) as con:
        assert state.loaded_months(con) == [JANUARY, FEBRUARY, MARCH]
    for month in (JANUARY, FEBRUARY, MARCH):
        shutil.rmtree(built.landing / f"{month:%Y-%m}")
        deliver(built, month, persons=3)
    assert len(build.load_deliveries(built, [JANUARY, FEBRUARY, MARCH, april])) == 4, "none was left of the other key"


def test_synthetic_deliveries_are_not_let_in_among_others(home: Home) -> None:
    """Before anything is changed, and not when the counts are to be scaled."""
    synthetic.generate(home.landing, first=JANUARY, last=FEBRUARY, share=0.0005, seed=1, fmt="parquet", clean=True)
    build.load_deliveries(home, [JANUARY])
    (home.landing / "2015-02" / "manifest.json").unlink()
    with pytest.raises(AktivitetError, match="mixes deliveries of different shares"):
        build.load_deliveries(home, [FEBRUARY])
    with open_warehouse(home) as con:
        assert state.loaded_months(con) == [JANUARY]


def test_what_was_built_before_a_refusal_is_said() -> None:
    refused = dg.Failure("The delivery was refused and nothing was changed: …")
    assert runs.said(refused, [MARCH], []) == refused.description
    assert runs.said(refused, [MARCH], [[JANUARY]]).splitlines()[1] == (
        "That is of 2015-03. Built and published before it: 2015-01."
    )


def test_a_folder_from_before_aap_is_named(home: Home) -> None:
    deliver(home, parse_month("2010-02"), JANUARY)
    with pytest.raises(AktivitetError, match="has 2010-02, before AAP began in 2010-03"):
        runs.wanted(home, None, None)


def test_status_names_a_delivery_that_is_still_coming(built: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (built.landing / "2015-04").mkdir()
    answers.show_status(built)
    shown = capsys.readouterr().out
    assert "Loaded     3 months: 2015-01 to 2015-03" in shown
    assert "Incomplete 1 month: 2015-04: files are missing" in shown
