"""Every column of a table made by SQL is described, and nothing else is."""

from __future__ import annotations

import pytest
import yaml

from pipelines.model import sql
from tests.spec.tabeller import KLARGJORT, Register

TABELLER = {
    **{f"klargjort/{navn}": f"klargjort.{navn}" for navn in KLARGJORT},
    "tverrsnitt/tverrsnitt": "statistikk.tverrsnitt",
    "tverrsnitt/tverrsnitt_aar": "statistikk.tverrsnitt_aar",
    "tverrsnitt/tverrsnitt_anslag": "statistikk.tverrsnitt_anslag",
    "kontroll/frafall": "kontroll.frafall",
    "kontroll/folsomhet": "kontroll.folsomhet",
}


@pytest.mark.parametrize(("fil", "tabell"), TABELLER.items())
def test_every_column_is_described_in_table_order(register: Register, fil: str, tabell: str) -> None:
    beskrivelse = yaml.safe_load(sql.files("*.yaml")[fil].read_text(encoding="utf-8"))
    register.tverrsnitt()
    register.lag_tabell("klargjort.forlop", "forlop/forlop")
    for navn in ("frafall", "folsomhet"):
        register.lag_tabell(f"kontroll.{navn}", f"kontroll/{navn}")
    kolonner = [rad["column_name"] for rad in register.rader(f"DESCRIBE {tabell}")]
    assert beskrivelse["tabell"] == tabell
    assert list(beskrivelse["kolonner"]) == kolonner
    assert set(beskrivelse["nokkel"]) <= set(kolonner)
