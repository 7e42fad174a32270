"""contracts.md, «Contracts that change»: old and new deliveries side by side in one warehouse."""

from __future__ import annotations

import datetime as dt
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.base import checksums
from pipelines.base.errors import AktivitetError, DeliveryRefused
from pipelines.base.home import Home
from pipelines.cli import answers
from pipelines.disclosure import Results
from pipelines.ingest import loading
from pipelines.model import sql
from pipelines.model.contracts import contracts
from pipelines.orchestration import sensors
from pipelines.report import control
from pipelines.warehouse import build, pending, record, snapshot, state, tables
from pipelines.warehouse.database import open_warehouse
from tests.dor import Dor
from tests.former import Csv, Parquet
from tests.kontrakter import Kontrakter, Node, egenskaper, kolonne, uttrekk
from tests.leveranser import Leveranse

MARS, APRIL, MAI = (dt.date(2015, month, 1) for month in (3, 4, 5))
MONTHS = [MARS, APRIL, MAI]
KURS = [kolonne("kurs_id", "BIGINT", required=True, key=True), kolonne("person_id", "BIGINT", required=True)]


@pytest.fixture
def kontrakter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kontrakter:
    return Kontrakter(tmp_path, monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AKTIVITET_KEY", "en nøkkel")
    return Home(tmp_path / "hjem")


def deliver(landing: Path, maaned: str, form: Csv | Parquet | None = None, **extracts: Any) -> Path:
    """A delivery of two persons, in place of the one that is there; written by the contracts in use."""
    shutil.rmtree(landing / maaned, ignore_errors=True)
    rows = {"person": [{"person": "ola", "nav_enhet": "0313"}, {"person": "kari"}]} | extracts
    return Leveranse(maaned, **rows).skriv(landing, form)


def with_civil_status(kontrakter: Kontrakter, **more: Any) -> None:
    """Version 1.1.0 of `person`: one more column, of the months from May."""
    kontrakter.kolonner("person").append(kolonne("sivilstand", **({"gyldigFra": "2015-05"} | more)))
    kontrakter.filer["person"]["version"] = "1.1.0"


def with_courses(kontrakter: Kontrakter, **egne: Any) -> None:
    """An eleventh extract: who goes to a course."""
    kontrakter.filer["kurs"] = uttrekk("kurs", KURS, **egne)


def rows(home: Home, statement: str) -> list[tuple[Any, ...]]:
    with open_warehouse(home) as con:
        return con.execute(statement).fetchall()


CIVIL_STATUS = "select month(maaned), sivilstand, count(*) from kilde.person group by all order by all"
ATTENDS = """
select person.maaned, person_key, case when levert then kurs.person_key is not null end as paa_kurs, grunn
from kilde.person
join (from kontroll.uttrekk_maaned where uttrekk = 'kurs') using (maaned)
left join (select distinct maaned, person_key from kilde.kurs) as kurs using (maaned, person_key)
where maaned in (select unnest($maaneder))
"""
"""A rule that needs the optional extract: what it cannot know is null, with the reason."""


@pytest.fixture
def side_by_side(home: Home, kontrakter: Kontrakter) -> Home:
    """March was loaded before the column and the extract were thought of; then April came without either, and May with
    both."""
    deliver(home.landing, "2015-03")
    assert build.load_deliveries(home, [MARS]) == [MARS]
    with_civil_status(kontrakter)
    with_courses(kontrakter, valgfri=True)
    kontrakter.bruk()
    folder = deliver(home.landing, "2015-04")
    (folder / "kurs.csv").unlink()
    person = folder / "person.csv"
    person.write_text("\n".join(line.rpartition(";")[0] for line in person.read_text().splitlines()) + "\n")
    deliver(
        home.landing,
        "2015-05",
        person=[{"person": "ola", "sivilstand": "GIFT"}, {"person": "kari"}],
        kurs=[{"kurs_id": "1", "person": "ola"}],
    )
    with open_warehouse(home) as con:
        assert pending.changed_months(con, home.landing, MONTHS) == [APRIL, MAI], "nothing of March is another"
    assert build.load_deliveries(home, MONTHS) == [APRIL, MAI]
    with open_warehouse(home) as con:
        assert pending.changed_months(con, home.landing, MONTHS) == []
    return home


def test_old_and_new_deliveries_side_by_side(side_by_side: Home) -> None:
    assert rows(side_by_side, CIVIL_STATUS) == [(3, None, 2), (4, None, 2), (5, "GIFT", 1), (5, None, 1)]
    assert rows(side_by_side, "from kontroll.manglende_kolonne order by all") == [
        ("2015-03", "person", "sivilstand", 2),
        ("2015-04", "person", "sivilstand", 2),
    ]
    courses = "select maaned, levert, grunn from kontroll.uttrekk_maaned where uttrekk = 'kurs' order by all"
    assert rows(side_by_side, courses) == [
        (MARS, False, "uttrekket mangler"),
        (APRIL, False, "uttrekket mangler"),
        (MAI, True, None),
    ]
    counts = "lest, lastet, duplikat, skjermet, karantene, sha256 is not null, grunn"
    recorded = f"select leveranse, {counts} from kontroll.leveranse where uttrekk = 'kurs' order by all"
    assert rows(side_by_side, recorded) == [
        ("2015-04", None, None, None, None, None, False, "uttrekket mangler"),
        ("2015-05", 1, 1, 0, 0, 0, True, None),
    ]
    others = "select count(*) from kontroll.uttrekk_maaned where uttrekk <> 'kurs' and levert and grunn is null"
    assert rows(side_by_side, others) == [(30,)]


def test_what_needs_an_extract_that_is_not_there_is_null_with_the_reason(
    side_by_side: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(sql.SQL, tmp_path / "sql")
    (folder / "paa_kurs.sql").write_text(ATTENDS)
    monkeypatch.setattr(sql, "SQL", folder)
    with open_warehouse(side_by_side) as con:
        tables.fill_months(con, "klargjort.paa_kurs", "paa_kurs", MONTHS, "x")
    counted = "select month(maaned), paa_kurs, grunn, count(*) from klargjort.paa_kurs group by all order by all"
    assert rows(side_by_side, counted) == [
        (3, None, "uttrekket mangler", 2),
        (4, None, "uttrekket mangler", 2),
        (5, False, None, 1),
        (5, True, None, 1),
    ]


def test_a_warehouse_that_grew_holds_what_one_made_today_holds(side_by_side: Home, tmp_path: Path) -> None:
    anew = Home(tmp_path / "nytt", side_by_side.landing)
    build.load_deliveries(anew, MONTHS)
    for table in ("kilde.person", "kontroll.uttrekk_maaned", "kontroll.manglende_kolonne", "kontroll.ekstra_kolonne"):
        # DuckDB adds a column last, where the contract may have it anywhere.
        (names,) = rows(anew, f"select list(column_name) from (describe {table})")[0]
        everything = f"select {', '.join(names)} from {table} order by all"
        assert rows(side_by_side, everything) == rows(anew, everything), table


def test_the_sensor_knows_a_delivery_without_an_optional_extract_as_loaded(side_by_side: Home) -> None:
    """It holds the manifest's checksums against those that are loaded, and an extract that is not there has none."""
    with open_warehouse(side_by_side) as con:
        record.register_build(con, state.PERSON_MONTHS, MONTHS, "abc")
        snapshot.publish(side_by_side, con, "abc")
    files = {path: checksums.sha256(path) for path in (side_by_side.landing / "2015-04").iterdir()}
    assert sensors.loaded_files(side_by_side)["2015-04"] == set(files.values())


def test_the_report_says_that_the_extract_is_missing(side_by_side: Home) -> None:
    with open_warehouse(side_by_side) as con:
        table = control.deliveries(Results(con), [APRIL], "april 2015")
        (row,) = (row for row in table.rows if row[0] == "kurs")
        assert row == ("kurs", "2015-04", *[None] * 5, "uttrekket mangler")
        assert {row[-1] for row in table.rows if row[0] != "kurs"} == {"1.0.0", "1.1.0"}
        # Only that of the two persons: what is not known of the courses is not hidden.
        assert "; 1 uttrekk der tallet er skjult" in control.quarantined(Results(con), [APRIL])


def test_status_says_which_months_came_without_an_optional_extract(
    side_by_side: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.show_status(side_by_side)
    shown = capsys.readouterr().out
    assert "Without    kurs: 2 months: 2015-03 to 2015-04 (uttrekket mangler)" in shown
    assert "Changed    none" in shown
    assert "Incomplete" not in shown


def test_status_of_an_extract_that_nobody_has_delivered_shows_no_noughts(
    home: Home, kontrakter: Kontrakter, capsys: pytest.CaptureFixture[str]
) -> None:
    with_courses(kontrakter, valgfri=True)
    kontrakter.bruk()
    (deliver(home.landing, "2015-04") / "kurs.csv").unlink()
    build.load_deliveries(home, [APRIL])
    answers.show_status(home)
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("kurs"))
    assert line.split() == ["kurs", *"–" * 5]


def test_a_column_that_is_missing_within_its_months_is_refused(home: Home, kontrakter: Kontrakter) -> None:
    for maaned in ("2015-04", "2015-05"):
        deliver(home.landing, maaned)
    with_civil_status(kontrakter)
    kontrakter.bruk()
    with pytest.raises(DeliveryRefused) as refused:
        build.load_deliveries(home, [APRIL, MAI])
    assert str(refused.value).splitlines()[1:] == [
        "  2015-05/person.csv, column sivilstand, rule mangler_kolonne: the column is not in the file (one that came"
        " later has gyldigFra in its contract)"
    ]


def test_a_column_that_may_be_empty_may_not_be_left_out(home: Home, kontrakter: Kontrakter) -> None:
    """Not required is of its values. Without gyldigFra a new column is of every month, and the loaded ones have to come
    again with it; until then they stay as they are."""
    deliver(home.landing, "2015-04")
    build.load_deliveries(home, [APRIL])
    with_civil_status(kontrakter, gyldigFra=None)
    kontrakter.bruk()
    with pytest.raises(DeliveryRefused, match=r"2015-04/person\.csv, column sivilstand, rule mangler_kolonne"):
        build.load_deliveries(home, [APRIL])
    assert rows(home, CIVIL_STATUS) == [(4, None, 2)]
    deliver(home.landing, "2015-04")
    assert build.load_deliveries(home, [APRIL]) == [APRIL]
    assert rows(home, "from kontroll.manglende_kolonne") == []


@pytest.mark.parametrize("form", [Csv(), Parquet()], ids=["csv", "parquet"])
@pytest.mark.parametrize("read_again", [False, True], ids=["staged", "read_again"])
def test_outside_its_months_a_column_is_not_read_though_it_is_there(
    kontrakter: Kontrakter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: Csv | Parquet,
    read_again: bool,
) -> None:
    """The file of each month has both; one is from April on, the other until April."""
    kontrakter.kolonner("diagnose").append(kolonne("stilt_av", required=True, gyldigFra="2015-04"))
    kontrakter.kolonner("diagnose").append(kolonne("gradert", "INTEGER", required=True, gyldigTil="2015-04"))
    kontrakter.bruk()
    monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", 0 if read_again else 10**9)
    for maaned in ("2015-03", "2015-04", "2015-05"):
        both = {"stilt_av": "lege", "gradert": "50"}
        deliver(tmp_path / "landing", maaned, form, diagnose=[{"person": "ola", **both}, {"person": "kari", **both}])
    dor = Dor().slipp_inn(tmp_path / "landing")
    found = dor.rader("select maaned, stilt_av, gradert from kilde.diagnose order by maaned")
    assert [tuple(row.values()) for row in found] == [
        *[(MARS, None, 50)] * 2,
        *[(APRIL, "lege", 50)] * 2,
        *[(MAI, "lege", None)] * 2,
    ]
    columns = "select leveranse, kolonne from kontroll.{} where uttrekk = 'diagnose' order by all"
    outside = [("2015-03", "stilt_av"), ("2015-05", "gradert")]
    assert dor.con.execute(columns.format("manglende_kolonne")).fetchall() == outside
    reported = dor.con.execute(columns.format("ekstra_kolonne")).fetchall()
    assert [(name, column.lower()) for name, column in reported] == outside


def test_a_required_column_is_asked_for_from_its_first_month_on(kontrakter: Kontrakter, tmp_path: Path) -> None:
    with_civil_status(kontrakter)
    kontrakter.kolonner("person")[-1]["required"] = True
    kontrakter.bruk()
    for maaned in ("2015-04", "2015-05"):
        deliver(tmp_path / "landing", maaned)
    dor = Dor().slipp_inn(tmp_path / "landing")
    broken = dor.rader("select leveranse, regel, kolonne from karantene.rader where uttrekk = 'person'")
    assert [tuple(row.values()) for row in broken] == [("2015-05", "mangler_verdi", "sivilstand")] * 2
    assert dor.telling("person", "2015-04").lastet == 2


CHANGES: dict[str, tuple[Callable[[Kontrakter], Any], list[dt.date]]] = {
    "nothing": (lambda k: k, []),
    "a version alone": (lambda k: k.filer["person"].update(version="2.0.0"), []),
    "a description": (lambda k: k.kolonner("person")[-1].update(description="Sagt på en annen måte."), []),
    "a column from a later month": (lambda k: with_civil_status(k, gyldigFra="2015-06"), []),
    "a column from the month": (with_civil_status, [MAI]),
    "a column until the month before": (lambda k: with_civil_status(k, gyldigFra=None, gyldigTil="2015-04"), [APRIL]),
    "a column of every month": (lambda k: with_civil_status(k, gyldigFra=None), [APRIL, MAI]),
    "an end of a column": (
        lambda k: k.kolonner("person")[-1]["customProperties"].extend(egenskaper(gyldigTil="2015-04")),
        [MAI],
    ),
    "values that must be there": (lambda k: k.kolonner("person")[-1].update(required=True), [APRIL, MAI]),
    "an optional extract that is not there": (lambda k: with_courses(k, valgfri=True), []),
    "an extract from a later month": (lambda k: with_courses(k, gyldigFra="2015-06"), []),
    "an extract that is no longer delivered": (
        lambda k: k.filer["diagnose"]["schema"][0]["customProperties"].extend(egenskaper(gyldigTil="2015-04")),
        [MAI],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_month_is_changed_when_what_the_contracts_say_of_it_is(
    kontrakter: Kontrakter, tmp_path: Path, change: str
) -> None:
    landing = tmp_path / "landing"
    for maaned in ("2015-04", "2015-05"):
        deliver(landing, maaned)
    dor = Dor().slipp_inn(landing)
    make, expected = CHANGES[change]
    make(kontrakter)
    kontrakter.bruk()
    assert pending.changed_months(dor.con, landing, [APRIL, MAI]) == expected


def test_an_optional_extract_that_comes_later_or_goes_is_a_change(home: Home, kontrakter: Kontrakter) -> None:
    with_courses(kontrakter, valgfri=True)
    kontrakter.bruk()
    delivered = "select levert from kontroll.uttrekk_maaned where uttrekk = 'kurs'"
    for attending in ([], [{"kurs_id": "1", "person": "ola"}], []):
        folder = deliver(home.landing, "2015-04", kurs=attending)
        if not attending:
            (folder / "kurs.csv").unlink()
        assert build.load_deliveries(home, [APRIL]) == [APRIL]
        assert build.load_deliveries(home, [APRIL]) == []
        assert rows(home, delivered) == [(bool(attending),)]
        assert rows(home, "select count(*) from kilde.kurs") == [(len(attending),)]


def test_an_extract_that_is_demanded_from_a_month_on(home: Home, kontrakter: Kontrakter) -> None:
    for maaned in ("2015-04", "2015-05"):
        deliver(home.landing, maaned)
    with_courses(kontrakter, gyldigFra="2015-05")
    kontrakter.bruk()
    with pytest.raises(DeliveryRefused) as refused:
        build.load_deliveries(home, [APRIL, MAI])
    (line,) = str(refused.value).splitlines()[1:]
    assert line.startswith("  2015-05/kurs.*, rule mangler_fil: the file is missing")
    assert "has 11 extracts" in line
    assert build.load_deliveries(home, [APRIL]) == [APRIL]
    assert rows(home, "select leveranse from kontroll.leveranse where uttrekk = 'kurs'") == []


def test_an_extract_that_is_no_longer_delivered_goes_with_the_reload(home: Home, kontrakter: Kontrakter) -> None:
    """What the month had of it before is no longer what is loaded, though it stays on record."""
    deliver(home.landing, "2015-05", diagnose=[{"person": "ola"}])
    build.load_deliveries(home, [MAI])
    table = kontrakter.filer["diagnose"]["schema"][0]
    table["customProperties"] += egenskaper(gyldigTil="2015-04")
    kontrakter.bruk()
    assert build.load_deliveries(home, [MAI]) == [MAI]
    assert build.load_deliveries(home, [MAI]) == []
    assert rows(home, "from kilde.diagnose") == []
    assert rows(home, "select lest from kontroll.leveranse where uttrekk = 'diagnose'") == [(1,)]
    assert rows(home, "select levert from kontroll.uttrekk_maaned where uttrekk = 'diagnose'") == [(False,)]


def test_an_extract_of_another_month_is_not_read(home: Home, kontrakter: Kontrakter) -> None:
    with_courses(kontrakter, gyldigFra="2015-05")
    kontrakter.bruk()
    deliver(home.landing, "2015-04", kurs=[{"kurs_id": "1", "person": "ola"}])
    build.load_deliveries(home, [APRIL])
    assert rows(home, "select count(*) from kilde.kurs") == [(0,)]
    assert rows(home, "select levert from kontroll.uttrekk_maaned where uttrekk = 'kurs'") == [(False,)]


def test_a_column_keeps_its_type(home: Home, kontrakter: Kontrakter) -> None:
    deliver(home.landing, "2015-04")
    build.load_deliveries(home, [APRIL])
    before = rows(home, "from kilde.person order by all")
    (office,) = (node for node in kontrakter.kolonner("person") if node["name"] == "nav_enhet")
    office["physicalType"] = "INTEGER"
    with_courses(kontrakter, valgfri=True)
    kontrakter.bruk()
    with pytest.raises(
        AktivitetError, match=r"person\.nav_enhet is VARCHAR and is to be INTEGER\. Nothing was changed"
    ):
        rows(home, "select 1")
    office["physicalType"] = "VARCHAR"
    del kontrakter.filer["kurs"]
    kontrakter.bruk()
    assert rows(home, "from kilde.person order by all") == before
    assert rows(home, "select table_name from duckdb_tables() where table_name = 'kurs'") == []


FAULTS: dict[str, tuple[Callable[[Kontrakter], Any], str]] = {
    "no month": (
        lambda k: with_civil_status(k, gyldigFra="2015-5"),
        "person.odcs.yaml cannot be followed: not a month (YYYY-MM): 2015-5",
    ),
    "a day": (lambda k: with_civil_status(k, gyldigFra=dt.date(2015, 5, 1)), "not a month (YYYY-MM): 2015-05-01"),
    "an end before the beginning": (
        lambda k: with_civil_status(k, gyldigTil="2015-04"),
        "gyldigTil is before gyldigFra",
    ),
    "a key": (
        lambda k: with_courses(k) or k.kolonner("kurs")[0].update(customProperties=sometimes()),
        "kurs.odcs.yaml cannot be followed: column kurs_id is needed in every month",
    ),
    "whose row it is": (
        lambda k: k.kolonner("diagnose")[0].update(customProperties=sometimes(), primaryKey=False),
        "column person_id is needed in every month",
    ),
    "who is sheltered": (
        lambda k: next(c for c in k.kolonner("person") if c["name"] == "fr_kode").update(customProperties=sometimes()),
        "column fr_kode is needed in every month",
    ),
    "an event's date": (
        lambda k: next(c for c in k.kolonner("utbetaling") if c["name"] == "dato_postert").update(
            customProperties=sometimes()
        ),
        "column dato_postert is needed in every month",
    ),
    "the persons": (
        lambda k: k.filer["person"]["schema"][0]["customProperties"].extend(egenskaper(valgfri=True)),
        "person.odcs.yaml cannot be followed: other extracts refer to it",
    ),
    "the cards of some months": (
        lambda k: k.filer["meldekort"]["schema"][0]["customProperties"].extend(egenskaper(gyldigFra="2015-05")),
        "meldekort.odcs.yaml cannot be followed: other extracts refer to it",
    ),
    "no persons": (lambda k: k.filer.pop("person"), "has none of person"),
}


def sometimes() -> list[Node]:
    return egenskaper(descriptionEn="Sometimes.", gyldigFra="2015-05")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_contract_that_cannot_be_followed_is_refused_by_name(kontrakter: Kontrakter, fault: str) -> None:
    make, said = FAULTS[fault]
    make(kontrakter)
    kontrakter.bruk()
    with pytest.raises(AktivitetError, match=re.escape(said)):
        contracts()


OLD_TABLE = """
create table kontroll.leveranse (leveranse varchar, uttrekk varchar, lest bigint, lastet bigint,
    duplikat bigint, skjermet bigint, karantene bigint, sha256 varchar, kontrakt_versjon varchar,
    lastet_tid timestamp);
"""
"""As version 0.1.0 made it in November 2026, before contracts had editions and extracts could be missing."""


@pytest.fixture
def old(home: Home) -> Iterator[Home]:
    """A warehouse of April, as it was made before."""
    deliver(home.landing, "2015-04")
    build.load_deliveries(home, [APRIL])
    with duckdb.connect(str(home.warehouse)) as con:
        for table in ("kontroll.uttrekk_maaned", "kontroll.manglende_kolonne"):
            con.execute(f"drop table {table}")
        con.execute("create temp table lastet as from kontroll.leveranse")
        con.execute(f"drop table kontroll.leveranse; {OLD_TABLE}")
        con.execute("alter table lastet drop grunn; update lastet set kontrakt_versjon = '1.0.0'")
        con.execute("insert into kontroll.leveranse from lastet")
    return home


def test_an_old_warehouse_is_brought_up_to_date_and_loses_nothing(
    old: Home, kontrakter: Kontrakter, caplog: pytest.LogCaptureFixture
) -> None:
    with duckdb.connect(str(old.warehouse)) as con:
        before = con.execute("from kilde.person order by all").fetchall()
        counts = con.execute("select lest, sha256, lastet_tid from kontroll.leveranse order by all").fetchall()
    with caplog.at_level(logging.WARNING):
        assert rows(old, "from kilde.person order by all") == before
    assert [record.getMessage() for record in caplog.records] == [
        "The warehouse was made by an earlier version or contract; added: kontroll.leveranse.grunn,"
        " kontroll.manglende_kolonne, kontroll.uttrekk_maaned. Nothing was taken away."
    ]
    assert rows(old, "select lest, sha256, lastet_tid from kontroll.leveranse order by all") == counts
    assert rows(old, "select distinct maaned, levert from kontroll.uttrekk_maaned") == [(APRIL, True)]
    assert build.load_deliveries(old, [APRIL]) == []
    with_civil_status(kontrakter)
    kontrakter.bruk()
    assert build.load_deliveries(old, [APRIL]) == [], "it was read by 1.0.0, which said the same of April"
    assert len(caplog.records) == 2
    assert "added: kilde.person.sivilstand." in caplog.records[1].getMessage()


def test_a_month_of_an_old_warehouse_and_a_newer_contract_is_loaded_again(old: Home, kontrakter: Kontrakter) -> None:
    """What the version said of it is not known any more."""
    with_civil_status(kontrakter)
    kontrakter.bruk()
    deliver(old.landing, "2015-04")
    assert build.load_deliveries(old, [APRIL]) == [APRIL]
    assert rows(old, CIVIL_STATUS) == [(4, None, 2)]
