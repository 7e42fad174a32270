"""The notebook of the courses runs from top to bottom on a snapshot, long enough or not."""

from __future__ import annotations

import polars as pl
import pytest
from matplotlib.figure import Figure

from pipelines.base.home import ROOT, Home
from pipelines.warehouse import snapshot
from pipelines.warehouse.database import prepare
from tests.pipeline.notatbok import run
from tests.unit.test_figures_forlop import database


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("AKTIVITET_HOME", str(tmp_path))
    return Home.from_environment()


@pytest.mark.parametrize(("persons", "months", "figures"), [(450, 72, 12), (40, 20, 9)])
def test_the_notebook_runs_on_a_snapshot(home, persons, months, figures):
    with database(persons, months) as con:
        prepare(con)  # there is nothing loaded that is not built
        snapshot.publish(home, con, "k1")
    shown, defined = run(ROOT / "notebooks" / "forlop.py")
    assert len(defined["drawn"]) == figures
    assert sum(isinstance(one, Figure) for one in shown) == (7 if figures == 12 else 6)
    tables = [one for one in shown if isinstance(one, pl.DataFrame)]
    assert len(tables) == 5
    assert tables[0]["helt_ny"].item() == persons
    assert tables[-1].height == 14  # every quoted number of the courses, both readings
    defined["reader"].close()
