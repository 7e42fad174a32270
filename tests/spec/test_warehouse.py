"""design.md, «SQL-first assets»: a table is its SELECT, and no month is lost because another one is built."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import sql, warehouse
from tests.dor import Dor
from tests.leveranser import Leveranse

MONTHS = ["2015-03", "2015-04"]
COUNTED = "select maaned, count(*) as personer from kilde.person semi join (select unnest($maaneder) as maaned)"


@pytest.fixture
def bygget(dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dor]:
    """Two months of two persons, counted."""
    for maaned in MONTHS:
        Leveranse(maaned, person=[{"person": "ola"}, {"person": "kari"}]).fyll().skriv(tmp_path / "landing")
    dor.slipp_inn(tmp_path / "landing")
    (tmp_path / "kontroll").mkdir()
    shutil.copy(sql.SQL / "kontroll" / "lastet.sql", tmp_path / "kontroll")
    monkeypatch.setattr(sql, "SQL", tmp_path)
    write(tmp_path, f"{COUNTED} using (maaned) group by maaned")
    warehouse.fill_months(dor.con, "klargjort.talt", "talt", [dt.date(2015, 3, 1), dt.date(2015, 4, 1)], "x")
    yield dor
    sql.read.cache_clear()


def write(folder: Path, statement: str) -> None:
    (folder / "talt.sql").write_text(statement)
    sql.read.cache_clear()


def months(dor: Dor) -> list[str]:
    return [f"{row['maaned']:%Y-%m}" for row in dor.rader("from klargjort.talt order by maaned")]


def test_a_table_of_other_columns_is_made_again_for_every_loaded_month(bygget: Dor, tmp_path: Path) -> None:
    write(tmp_path, f"{COUNTED.replace('personer', 'antall')} using (maaned) group by maaned")
    warehouse.fill_months(bygget.con, "klargjort.talt", "talt", [dt.date(2015, 4, 1)], "x")
    assert months(bygget) == MONTHS
    assert bygget.rader("from klargjort.talt")[0].keys() == {"maaned", "antall"}


def test_only_the_months_asked_for_are_made_again_when_the_columns_are_the_same(bygget: Dor, tmp_path: Path) -> None:
    write(tmp_path, f"{COUNTED.replace('count(*)', '10 * count(*)')} using (maaned) group by maaned")
    warehouse.fill_months(bygget.con, "klargjort.talt", "talt", [dt.date(2015, 4, 1)], "x")
    assert {row["maaned"].month: row["personer"] for row in bygget.rader("from klargjort.talt")} == {3: 2, 4: 20}
