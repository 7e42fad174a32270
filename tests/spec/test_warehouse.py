"""beslutninger.md, «SQL-first assets»: a table is its SELECT, no month is lost because another one is built, and what
must hold (rules.md §5) is tested before any of it is kept."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.base import machine
from pipelines.model import derived, sql
from pipelines.warehouse import build, database, fingerprints, tables
from tests.dor import Dor
from tests.leveranser import Leveranse

MONTHS = ["2015-03", "2015-04"]
MARS, APRIL = [dt.date(2015, 3, 1)], [dt.date(2015, 4, 1)]
COUNTED = "select maaned, count(*) as personer from kilde.person semi join (select unnest($maaneder) as maaned)"


@pytest.fixture
def bygget(dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dor]:
    """Two months of two persons, counted."""
    for maaned in MONTHS:
        Leveranse(maaned, person=[{"person": "ola"}, {"person": "kari"}]).fyll().skriv(tmp_path / "landing")
    dor.slipp_inn(tmp_path / "landing")
    (tmp_path / "kontroll").mkdir()
    for name in ("lastet", "gjeldende_leveranse"):
        shutil.copy(sql.SQL / "kontroll" / f"{name}.sql", tmp_path / "kontroll")
    monkeypatch.setattr(sql, "SQL", tmp_path)
    write(tmp_path, f"{COUNTED} using (maaned) group by maaned")
    tables.fill_months(dor.con, "klargjort.talt", "talt", [dt.date(2015, 3, 1), dt.date(2015, 4, 1)], "x")
    yield dor
    again()


def write(folder: Path, statement: str, name: str = "talt") -> None:
    (folder / f"{name}.sql").write_text(statement)
    again()


def again() -> None:
    """As a new process, which has read no file."""
    for kept in (sql.read, sql.tables_read, sql._files, derived.tables, fingerprints._fingerprints):
        kept.cache_clear()


def months(dor: Dor) -> list[str]:
    return [f"{row['maaned']:%Y-%m}" for row in dor.rader("from klargjort.talt order by maaned")]


def test_a_table_of_other_columns_is_made_again_for_every_loaded_month(bygget: Dor, tmp_path: Path) -> None:
    write(tmp_path, f"{COUNTED.replace('personer', 'antall')} using (maaned) group by maaned")
    tables.fill_months(bygget.con, "klargjort.talt", "talt", [dt.date(2015, 4, 1)], "x")
    assert months(bygget) == MONTHS
    assert bygget.rader("from klargjort.talt")[0].keys() == {"maaned", "antall"}


def test_only_the_months_asked_for_are_made_again_when_the_columns_are_the_same(bygget: Dor, tmp_path: Path) -> None:
    write(tmp_path, f"{COUNTED.replace('count(*)', '10 * count(*)')} using (maaned) group by maaned")
    tables.fill_months(bygget.con, "klargjort.talt", "talt", [dt.date(2015, 4, 1)], "x")
    assert {row["maaned"].month: row["personer"] for row in bygget.rader("from klargjort.talt")} == {3: 2, 4: 20}


@pytest.mark.parametrize(
    ("at_a_time", "together"),
    [(1, [1, 1, 1]), (3, [1, 2, 2]), (4, [3, 3, 3])],
    ids=["one_month_is_too_many", "a_month_and_a_half", "all"],
)
def test_months_of_many_persons_are_made_some_at_a_time(
    bygget: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int, together: list[int]
) -> None:
    """March and April have two persons each, May none; the statement says for how many months it was asked."""
    monkeypatch.setattr(tables, "PERSONS_AT_A_TIME", at_a_time)
    write(tmp_path, "select unnest($maaneder) as maaned, len($maaneder) as personer")
    asked = [dt.date(2015, month, 1) for month in (4, 3, 5)]
    assert tables.fill_months(bygget.con, "klargjort.talt", "talt", asked, "x") == 3
    assert [row["personer"] for row in bygget.rader("from klargjort.talt order by maaned")] == together


def test_a_month_that_breaks_an_audit_is_rolled_back_with_those_built_beside_it(bygget: Dor, tmp_path: Path) -> None:
    """Nothing is kept of it: not its rows, not that it was built, not that it was tried."""
    audit = "select maaned, 'for_mange' as kontroll, personer as antall, 'Flere enn ti.' as detalj from klargjort.talt"
    write(tmp_path, f"{audit} where personer > 10 and maaned in $maaneder", "kontroll/for_mange")
    build.build_months(bygget.con, "klargjort.talt", "talt", APRIL, ["for_mange"])
    before = bygget.alt_som_er_skrevet()
    write(tmp_path, f"{COUNTED.replace('count(*)', '(month(maaned) - 2) * 6')} using (maaned) group by maaned")
    with pytest.raises(build.AuditFailed) as failed:
        build.build_months(bygget.con, "klargjort.talt", "talt", [*MARS, *APRIL], ["for_mange"])
    assert str(failed.value) == "klargjort.talt breaks for_mange and was rolled back: 2015-04: 12 Flere enn ti."
    assert bygget.alt_som_er_skrevet() == before
    build.build_months(bygget.con, "klargjort.talt", "talt", MARS, ["for_mange"])
    assert bygget.alt_som_er_skrevet() != before


@pytest.mark.parametrize(
    ("size", "allowed"),
    [
        (0, 2_000_000_000),
        (1_000_000_000, 2_000_000_000),
        (3_000_000_000, 3_000_000_000),
        (9_000_000_000, 4 << 30),  # half of the machine's eight gibibytes
    ],
)
def test_a_large_warehouse_may_use_as_much_memory_as_it_is_large(
    monkeypatch: pytest.MonkeyPatch, size: int, allowed: int
) -> None:
    monkeypatch.setattr(machine.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2 << 20}.__getitem__)
    assert database.memory(size) == allowed
