"""What an asset says it is made from is what its SQL reads: the graph decides what is stale and in which order."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from pipelines.model.sql import read
from pipelines.orchestration.definitions import defs
from pipelines.studies.forlop.fill import TABLES
from pipelines.studies.forlop.results import PREPARED, SELECTS

LAYERS = {"kilde", "klargjort", "statistikk", "kontroll"}
FILES = {
    "klargjort.vedtak_maaned": ["klargjort/vedtak_maaned"],
    "klargjort.meldekort_maaned": ["klargjort/meldekort_maaned"],
    "klargjort.aktivitetsplan_maaned": ["klargjort/aktivitetsplan_maaned"],
    "klargjort.tiltak_maaned": ["klargjort/tiltak_maaned"],
    "klargjort.person_maaned": ["klargjort/person_maaned"],
    "statistikk.tverrsnitt": ["tverrsnitt/tverrsnitt"],
    "statistikk.tverrsnitt_aar": ["tverrsnitt/tverrsnitt_aar"],
    "statistikk.tverrsnitt_anslag": ["tverrsnitt/tverrsnitt_anslag"],
    "kontroll.frafall": ["kontroll/frafall"],
    **{table: [f"forlop/{table.split('.')[1]}"] for table in TABLES},
    "statistikk.forlop": [f"forlop/{name}" for name in (*PREPARED.values(), *SELECTS, "hendelser")],
}
"""Every derived table → the files it is made of."""


@pytest.mark.parametrize("table", FILES)
def test_an_asset_depends_on_what_its_sql_reads(table: str) -> None:
    found = [node for name in FILES[table] for node in parse_one(read(name), dialect="duckdb").find_all(exp.Table)]
    reads = {f"{node.db}.{node.name}" for node in found if node.db in LAYERS}
    graph = defs.resolve_asset_graph()
    key = next(key for key in graph.get_all_asset_keys() if key.path == table.split("."))
    depends = {".".join(parent.path) for parent in graph.get(key).parent_keys}
    assert reads - {table} <= depends, "the graph does not know of a table the SQL reads"
    assert depends <= reads | set(TABLES), "the graph knows of a table the SQL does not read"
