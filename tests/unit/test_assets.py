"""What an asset says it is made from is what its SQL reads: the graph decides what is stale and in which order."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from pipelines.model import derived
from pipelines.model.sql import read
from pipelines.orchestration.definitions import defs

LAYERS = {"kilde", "klargjort", "statistikk", "kontroll"}
BUILT = [table for table in derived.tables().values() if table.built]


@pytest.mark.parametrize("table", BUILT, ids=lambda table: table.name)
def test_an_asset_depends_on_what_its_sql_reads(table: derived.Derived) -> None:
    files = (*table.made_of, *table.working.values())
    found = [node for name in files for node in parse_one(read(name), dialect="duckdb").find_all(exp.Table)]
    reads = {f"{node.db}.{node.name}" for node in found if node.db in LAYERS}
    graph = defs.resolve_asset_graph()
    key = next(key for key in graph.get_all_asset_keys() if key.path == table.name.split("."))
    depends = {".".join(parent.path) for parent in graph.get(key).parent_keys}
    made_by_runs = {name for name in reads if name.startswith("kilde.") or derived.is_built(name)}
    assert depends == made_by_runs - {table.name}


def test_every_described_table_that_has_a_select_is_built_or_says_why_not() -> None:
    """One is made by `aktivitet evaluate`, two as deliveries are loaded; any other would be forgotten in silence."""
    assert {table.name for table in derived.tables().values() if table.made_of and not table.built} == {
        *("statistikk.maalefeil", "kontroll.manglende_kolonne", "kontroll.uttrekk_maaned")
    }


def test_sources_come_before_what_is_made_from_them() -> None:
    order = list(derived.tables())
    for table in BUILT:
        for source in table.sources:
            assert source.startswith("kilde.") or order.index(source) < order.index(table.name), (source, table.name)
