"""The reconciliation as a table of the warehouse, as a page and as CSV."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.disclosure.rounding import current
from pipelines.model import descriptions
from pipelines.reconciliation import html_page, reconcile
from pipelines.reconciliation.line import line
from pipelines.reconciliation.readers import for_readers
from tests.spec.avstemming import database

TVERRSNITT = """
maaned     | mal                                  | antall | nevner
-----------+--------------------------------------+--------+-------
2015-04-01 | mottakere                            | 15290  | 15290
2015-04-01 | tiltak                               | 3820   | 15290
2015-04-01 | arbeid                               | 6000   | 15290
2015-04-01 | aktivitetsstatus=arbeid_eller_tiltak | 6804   | 15290
2015-04-01 | innsatsgruppe=standard               | 130    | 15290
2015-05-01 | mottakere                            | 3      | 3
"""


def reconciled(share: float | None = 0.1, tverrsnitt: str = TVERRSNITT) -> duckdb.DuckDBPyConnection:
    con = database(statistikk__tverrsnitt=tverrsnitt)
    reconcile.reconcile(con, "kjoring-1", andel_av_befolkning=share)
    return con


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return reconciled()


@pytest.fixture
def page(con: duckdb.DuckDBPyConnection) -> str:
    text = html_page.html(for_readers(con))
    return text.replace("\u2009", " ").replace("\u202f", " ")


def rows(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, object]]:
    frame = con.sql("from kontroll.avstemming").pl()
    return {f"{row['id']} {row['lesning']}".strip(): row for row in frame.iter_rows(named=True)}


def test_every_printed_number_is_there(con: duckdb.DuckDBPyConnection) -> None:
    frame = con.sql("from kontroll.avstemming").pl()
    printed = reconcile.published()
    assert set(frame["id"]) == set(printed["id"])
    assert frame.select("id", "lesning").is_unique().all()
    assert frame.filter(pl.col("status") == "kan_ikke_testes")["grunn"].null_count() == 0
    assert frame.filter(pl.col("status") != "kan_ikke_testes")["grunn"].is_null().all()
    assert not frame.filter(pl.col("grunn") == "Ikke koblet til et beregnet resultat").height


def test_columns_have_stable_types_and_a_description(con: duckdb.DuckDBPyConnection) -> None:
    columns = con.execute("describe kontroll.avstemming").fetchall()
    described = descriptions.descriptions()["kontroll.avstemming"].columns
    assert {row[0] for row in columns} == set(described)
    assert {row[1] for row in columns} == {"INTEGER", "VARCHAR", "DOUBLE"}
    commented = con.execute(
        "select count(*) from duckdb_columns() where table_name = 'avstemming' and comment is not null"
    ).fetchall()
    assert commented == [(len(columns),)]


def test_verdicts_on_a_tenth_of_the_population(con: duckdb.DuckDBPyConnection) -> None:
    found = rows(con)
    stock = found["tverrsnitt.populasjon.n"]
    assert (stock["reprodusert"], stock["status"]) == (152_900, "innenfor")
    assert found["tverrsnitt.tiltak.andel"]["status"] == "innenfor"
    assert found["tverrsnitt.fig4.arbeid_andel"]["status"] == "utenfor"
    assert found["tverrsnitt.fig3.arbeid_aarsgjsnitt_2015"]["grunn"] == (
        "Perioden er ikke beregnet: 2 av 12 måneder finnes"
    )
    assert found["forlop.begge_forste_aar forløpets lengde"]["status"] == "kan_ikke_testes"
    assert {row["kjoring_id"] for row in found.values()} == {"kjoring-1"}


def test_running_again_replaces_the_table() -> None:
    con = reconciled(share=None)
    before = con.execute("select count(*) from kontroll.avstemming").fetchall()
    reconcile.reconcile(con, "kjoring-2")
    assert con.execute("select count(*) from kontroll.avstemming").fetchall() == before
    assert con.execute("select distinct kjoring_id from kontroll.avstemming").fetchall() == [("kjoring-2",)]


def test_the_page_says_numbers_and_verdicts_in_bokmaal(page: str) -> None:
    assert "Tverrsnittsanalysen (NAV-rapport 2017:1, kapittel 2)" in page
    assert "om lag 152 900" in page
    assert "25,0 %" in page
    assert "24,5–25,5" in page
    assert re.search(r'<tr class="utenfor">.*?✗ Utenfor', page, re.DOTALL)
    assert "trukket som 10 prosent av befolkningen" in page
    assert "Lest i saker i Arena og Gosys" in page
    assert "None" not in page


def test_a_small_register_has_a_share_above_nothing() -> None:
    """A thousandth and less was «0 prosent»."""
    text = html_page.html(for_readers(reconciled(share=0.0005)))
    assert "trukket som 0,05 prosent av befolkningen" in text


def test_a_real_register_has_no_margin_and_no_scale() -> None:
    con = reconciled(share=None)
    assert rows(con)["tverrsnitt.populasjon.n"]["reprodusert"] == 15_290
    text = html_page.html(for_readers(con))
    assert "syntetisk" not in text
    assert "Utvalgsmargin" not in text


def test_readers_get_verdicts_on_rounded_counts(con: duckdb.DuckDBPyConnection) -> None:
    """Whatever the count is within its block, the row says the same; the table that stays inside does not."""
    exact = TVERRSNITT.replace("| 3820 ", "| 3823 ")
    same = [x for x in (3821, 3822, 3824) if rounded(x) == rounded(3823)]
    other = TVERRSNITT.replace("| 3820 ", f"| {same[0]} ")
    first, second = reconciled(tverrsnitt=exact), reconciled(tverrsnitt=other)
    assert for_readers(first).equals(for_readers(second))
    assert rows(first)["tverrsnitt.tiltak.andel"] != rows(second)["tverrsnitt.tiltak.andel"]
    assert not {"minste_gruppe", "avrundingsmargin"} & set(for_readers(con).columns)


def rounded(x: int) -> int:
    return int(current().rounded(pl.Series(["tiltak|alle|alle"]), pl.Series([x]))[0])


def test_a_share_of_fewer_than_twenty_is_not_tested_for_readers() -> None:
    few = TVERRSNITT.replace("15290", "15").replace("| 3820 ", "| 5 ").replace("| 6000 ", "| 5 ")
    row = for_readers(reconciled(tverrsnitt=few)).filter(id="tverrsnitt.tiltak.andel").row(0, named=True)
    assert (row["status"], row["reprodusert"]) == ("kan_ikke_testes", None)
    assert row["grunn"] == "For få personer til at andelen kan vises"


def test_both_files_are_written_for_their_owner_alone(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    paths = html_page.write(for_readers(con), tmp_path)
    assert [path.name for path in paths] == ["avstemming.html", "avstemming.csv"]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    with paths[1].open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file, delimiter=";"))
    assert len(written) == con.execute("select count(*) from kontroll.avstemming").fetchall()[0][0]
    assert written[0]["id"] == "tverrsnitt.populasjon.n"
    assert written[0]["reprodusert"] == "152900"


def test_the_page_is_the_same_every_time(con: duckdb.DuckDBPyConnection) -> None:
    frame = for_readers(con)
    assert html_page.html(frame) == html_page.html(frame)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {"printed": "25 %", "accepted": "24,5–25,5", "derived": "25,2 %", "deviation": "+0,2"}),
        ({"utvalgsmargin": 0.74}, {"margin": "0,7"}),
        ({"enhet": "prosentpoeng"}, {"printed": "25 prosentpoeng", "derived": "25,2 prosentpoeng"}),
        ({"presisjon": "omtrent"}, {"printed": "om lag 25 %"}),
        ({"presisjon": "over", "ovre": None, "nedre": 70.0}, {"accepted": "minst 70"}),
        ({"presisjon": "under", "nedre": None, "ovre": 60.0}, {"accepted": "høyst 60"}),
        ({"presisjon": "anslag", "nedre": None, "ovre": None}, {"printed": "25 % (anslag)", "accepted": ""}),
        ({"avvik": -1.25}, {"deviation": "−1,3"}),
        ({"avvik": 0.0}, {"deviation": "0,0"}),
        ({"avvik": 0.04}, {"deviation": "0,0"}),
        ({"avvik": -0.04}, {"deviation": "0,0"}),
        ({"desimaler": 1, "nedre": 44.45, "ovre": 44.55}, {"printed": "25,0 %", "accepted": "44,45–44,55"}),
        (
            {"enhet": "antall", "publisert": 23_444.0, "nedre": 23_443.5, "ovre": 23_444.5, "reprodusert": 23_401.2},
            {"printed": "23 444", "accepted": "23 443,5–23 444,5", "derived": "23 401"},
        ),
        ({"enhet": "maaneder", "reprodusert": 27.0}, {"derived": "27 måneder"}),
        ({"gruppe": "kjonn=kvinne; alder<30"}, {"measure": "Andel (kjønn: kvinne; alder<30)"}),
        ({"periode": "2010-03/2015-06"}, {"period": "mars 2010–juni 2015"}),
        ({"periode": "2014-K4"}, {"period": "4. kvartal 2014"}),
        ({"periode": "2015"}, {"period": "2015"}),
        ({"periode": "2016 (2. tertial)"}, {"period": "2016 (2. tertial)"}),
        ({"lesning": "tid i forløpet"}, {"measure": "Andel [lest som tid i forløpet]"}),
    ],
)
def test_a_line_as_it_is_printed(change: dict[str, object], expected: dict[str, str]) -> None:
    row = {
        **{"mal": "Andel", "gruppe": "alle", "figur": "Figur 1", "periode": "2015-04", "enhet": "prosent"},
        **{"presisjon": "avrundet", "publisert": 25.0, "desimaler": 0, "lesning": "", "reprodusert": 25.2},
        **{"nedre": 24.5, "ovre": 25.5, "utvalgsmargin": 0.7, "avvik": 0.2, "status": "innenfor"},
        **{"grunn": None, "definisjon": None},
    }
    printed = line(row | change)
    plain = {name: getattr(printed, name).replace("\u2009", " ").replace("\u202f", " ") for name in expected}
    assert plain == expected
