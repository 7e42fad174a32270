"""beslutninger.md, «Write, audit, publish»: the asset itself tests what must hold, so a month that breaks it is not
built."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pipelines.base.home import Home
from pipelines.base.months import parse_month
from pipelines.orchestration.assets import RESOURCES
from pipelines.orchestration.derived import assets
from pipelines.orchestration.partitions import range_tags
from pipelines.warehouse import build
from pipelines.warehouse.database import open_warehouse
from tests.leveranser import Leveranse

APRIL = parse_month("2015-04")


def test_recipients_without_vedtak_stop_the_person_months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door can say nothing of it (rules.md §5): each row is sound, and the rule is of the person-months."""
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel")
    monkeypatch.setenv("AKTIVITET_HOME", str(tmp_path))
    monkeypatch.delenv("AKTIVITET_LANDING", raising=False)
    home = Home(tmp_path)
    leveranse = Leveranse("2015-04", person=[{"person": f"p{n}"} for n in range(30)])
    leveranse.fyll(utbetaling=[{"person": f"p{n}"} for n in range(30)], aap_vedtak=[{"person": "p0"}])
    leveranse.skriv(home.landing)
    build.load_deliveries(home, [APRIL])
    with open_warehouse(home) as con:
        for name in ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned"):
            build.build_months(con, f"klargjort.{name}", f"klargjort/{name}", [APRIL])
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    told = "klargjort.person_maaned breaks mottaker_uten_vedtak and was rolled back: 2015-04: 29 29 av 30 mottakere"
    with pytest.raises(build.AuditFailed, match=told):
        dg.materialize(
            [assets["klargjort__person_maaned"]], resources=RESOURCES, tags=range_tags([APRIL]), run_config=quiet
        )
    with open_warehouse(home) as con:
        assert con.execute("select count(*) from kilde.utbetaling").fetchall() == [(30,)], "the delivery stays loaded"
        assert con.execute("from kontroll.bygg where tabell = 'klargjort.person_maaned'").fetchall() == []
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'klargjort'").fetchall()
        assert ("person_maaned",) not in tables
