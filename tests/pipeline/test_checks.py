"""The checks of a table are one step to Dagster, and each is still a check of its own."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.base.home import Home
from pipelines.base.months import parse_month
from pipelines.model import sql
from pipelines.orchestration import checks
from pipelines.orchestration.assets import RESOURCES, key
from pipelines.orchestration.checks import CHECKED, SEVERITY
from pipelines.warehouse import build
from pipelines.warehouse.database import open_warehouse
from tests.leveranser import Leveranse

CHECKS = {name: (table, SEVERITY[what]) for table, checks in CHECKED.items() for name, what in checks.items()}
APRIL = parse_month("2015-04")
TABLES = ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A month in which somebody is there twice, and which the cross-section does not have."""
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel som er lang nok for en test")
    monkeypatch.setenv("AKTIVITET_HOME", str(tmp_path))
    monkeypatch.delenv("AKTIVITET_LANDING", raising=False)
    home = Home(tmp_path)
    leveranse = Leveranse("2015-04", person=[{"person": "p0"}])
    leveranse.fyll(utbetaling=[{"person": "p0"}], aap_vedtak=[{"person": "p0"}]).skriv(home.landing)
    build.load_deliveries(home, [APRIL])
    with open_warehouse(home) as con:
        for name in TABLES:
            build.build_months(con, f"klargjort.{name}", f"klargjort/{name}", [APRIL])
        build.build_months(con, "statistikk.tverrsnitt", "tverrsnitt/tverrsnitt", [APRIL])
        con.execute("insert into klargjort.person_maaned from klargjort.person_maaned")
        con.execute("delete from statistikk.tverrsnitt")


def evaluated(selection: dg.AssetSelection) -> dict[str, dg.AssetCheckEvaluation]:
    """What a run of the chosen checks says of each."""
    defs = dg.Definitions(
        assets=[dg.AssetSpec(key(table)) for table in {table for table, _ in CHECKS.values()}],
        asset_checks=checks.checks,
        jobs=[dg.define_asset_job("job", selection)],
        resources=RESOURCES,
        executor=dg.in_process_executor,
    )
    done = defs.resolve_job_def("job").execute_in_process(run_config=QUIET, raise_on_error=False)
    return {found.check_name: found for found in done.get_asset_check_evaluations()}


@pytest.mark.usefixtures("broken")
def test_every_check_is_evaluated_and_says_which_month_fails() -> None:
    found = evaluated(dg.AssetSelection.all_asset_checks())
    assert {name: (each.asset_key, each.severity) for name, each in found.items()} == {
        name: (key(table), severity) for name, (table, severity) in CHECKS.items()
    }
    assert {name for name, each in found.items() if not each.passed} == {"unik_nokkel", "manglende_tverrsnitt"}
    table = found["unik_nokkel"].metadata["maaneder_som_feiler"]
    assert isinstance(table, dg.TableMetadataValue)
    (row,) = table.records
    assert row.data == {"maaned": "2015-04", "antall": 1, "detalj": "2 rader for 1 personer."}


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("name", ["unik_nokkel", "mottakere_endring"])
def test_one_check_can_be_asked_for_alone(name: str) -> None:
    table, _ = CHECKS[name]
    assert list(evaluated(dg.AssetSelection.checks(dg.AssetCheckKey(key(table), name)))) == [name]


@pytest.mark.usefixtures("broken")
def test_a_check_that_cannot_be_made_leaves_the_others() -> None:
    with open_warehouse(Home.from_environment()) as con:
        con.execute("drop table klargjort.vedtak_maaned")
    assert CHECKS.keys() - evaluated(dg.AssetSelection.all_asset_checks()).keys() == {"mottaker_uten_vedtak"}


def test_each_check_says_the_rule_it_is_of() -> None:
    described = {spec.name: spec.description for of in checks.checks for spec in of.check_specs}
    assert described == {name: sql.rule(f"kontroll/{name}") for name in CHECKS}
