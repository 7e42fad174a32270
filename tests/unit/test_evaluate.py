"""What the register says held against what was true."""

from __future__ import annotations

import re
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.ingest import deliveries, identity, loading
from pipelines.model import sql
from pipelines.studies.maalefeil import evaluate
from pipelines.synthetic import generate
from pipelines.warehouse import build, database
from pipelines.warehouse.snapshot import connect, current_id
from tests.spec.tabeller import KLARGJORT, tabell

APRIL = date(2015, 4, 1)
# Register before the truth: t tiltak, a arbeid, b behandling, p gyldig plan, m mottaker, - none.
PERSONS = """
person             | kjonn | aldersgruppe | diagnosegruppe | register | sant
-------------------+-------+--------------+----------------+----------+------
p_begge_tiltak     | K     | 20-24        | psykisk        | mpt      | mpt
p_bare_registrert  | K     | 20-24        | psykisk        | mt       | m
p_bare_sant        | K     | 20-24        | psykisk        | m        | mb
p_fritekst_arbeid  | M     | 50-59        | psykisk        | mpa      | mab
p_usignert_passiv  | M     | 50-59        | psykisk        | m        | mp
p_etterbetalt      | M     | 50-59        | psykisk        | m        | -
p_ikke_mottaker    | M     | 50-59        | psykisk        | tp       | -
p_ikke_betalt      | K     | 50-59        | psykisk        | -        | mpt
p_uten_sannhet     | M     | 50-59        | psykisk        | mt       |
"""


def measured() -> dict[tuple[str, str, str], dict[str, Any]]:
    con = duckdb.connect()
    con.execute("create schema klargjort")
    con.execute(
        "create table klargjort.person_maaned (person_key uuid, maaned date, mottaker boolean, kjonn varchar,"
        " aldersgruppe varchar, diagnosegruppe varchar, tiltak boolean, arbeid boolean, behandling boolean,"
        " gyldig_plan boolean, tilstand varchar)"
    )
    con.execute(
        "create temp table fasit (person_key uuid, maaned date, tiltak boolean, arbeid boolean, behandling boolean,"
        " gyldig_plan boolean, mottaker boolean, passiv boolean)"
    )
    for row in tabell(PERSONS):
        key = uuid.uuid5(uuid.NAMESPACE_OID, row["person"])
        said = [letter in row["register"] for letter in "tabp"]
        state = "noe" if any(said[:3]) else "passiv"
        background = [row[name] for name in ("kjonn", "aldersgruppe", "diagnosegruppe")]
        con.execute(
            "insert into klargjort.person_maaned values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [key, APRIL, "m" in row["register"], *background, *said, state],
        )
        if row["sant"]:
            true = [letter in row["sant"] for letter in "tabpm"]
            passive = true[-1] and not any(true[:3])
            con.execute("insert into fasit values (?, ?, ?, ?, ?, ?, ?, ?)", [key, APRIL, *true, passive])
    cursor = sql.run(con, "maalefeil/maalefeil")
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(row["mal"], row["gruppering"], row["gruppe"]): row for row in rows}


def four(row: dict[str, Any]) -> tuple[int, int, int, int]:
    return row["sann_positiv"], row["falsk_negativ"], row["falsk_positiv"], row["sann_negativ"]


def test_recipients_with_a_truth_are_counted_once_in_each_measure() -> None:
    found = measured()
    assert four(found["tiltak", "alle", "alle"]) == (1, 0, 1, 4)
    assert four(found["behandling", "alle", "alle"]) == (0, 2, 0, 4)
    assert four(found["arbeid", "alle", "alle"]) == (1, 0, 0, 5)
    assert four(found["gyldig_plan", "alle", "alle"]) == (1, 1, 1, 3)
    assert four(found["passiv", "alle", "alle"]) == (1, 1, 2, 2)


def test_whether_somebody_is_a_recipient_is_asked_of_everybody_with_a_truth() -> None:
    """On AAP and not paid in the month, and paid after AAP: the register misses the one and has the other too many."""
    found = measured()
    assert four(found["mottaker", "alle", "alle"]) == (5, 1, 1, 1)
    assert four(found["mottaker", "kjonn", "K"]) == (3, 1, 0, 0)
    assert found["mottaker", "alle", "alle"]["nevner"] == 8


def test_shares_and_rates() -> None:
    row = measured()["tiltak", "alle", "alle"]
    assert (row["andel_register"], row["andel_sann"], row["differanse"]) == pytest.approx((2 / 6, 1 / 6, 1 / 6))
    assert (row["sensitivitet"], row["spesifisitet"]) == pytest.approx((1.0, 0.8))
    assert measured()["arbeid", "kjonn", "K"]["sensitivitet"] is None


def test_groups_add_up_to_all() -> None:
    found = measured()
    for grouping in ("kjonn", "aldersgruppe", "diagnosegruppe"):
        groups = [row for key, row in found.items() if key[:2] == ("tiltak", grouping)]
        assert sum(row["nevner"] for row in groups) == 6
    assert four(found["tiltak", "kjonn", "M"]) == (0, 0, 0, 3)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two synthetic months, loaded and made into person-months."""
    home = Home(tmp_path_factory.mktemp("hjem"), tmp_path_factory.mktemp("landing"))
    months = [date(2015, 3, 1), APRIL]
    generate(home.landing, first=months[0], last=months[-1], share=0.004, seed=1)
    with database.open_warehouse(home) as con:
        with database.transaction(con):
            loading.load(con, deliveries.open_all(home.landing, months), identity.pseudonym_key(home.secrets))
        for table in KLARGJORT:
            build.build_months(con, f"klargjort.{table}", f"klargjort/{table}", months)
        build.build_months(con, "statistikk.tverrsnitt", "tverrsnitt/tverrsnitt", months)
    return home


def test_evaluate_publishes_the_table_and_a_figure_and_no_identity(home: Home) -> None:
    written = evaluate.evaluate(home)
    assert [path.name for path in written] == ["maalefeil.svg", "maalefeil.png", "maalefeil.csv"]
    with connect(home) as reader:
        found = reader.execute("select mal, andel_register, andel_sann, sensitivitet from statistikk.maalefeil"
                               " where gruppering = 'alle' and maaned = '2015-04-01'").fetchall()  # fmt: skip
        tables = {row[0] for row in reader.execute("select table_name from duckdb_tables()").fetchall()}
    assert {row[0] for row in found} == {"mottaker", "tiltak", "arbeid", "behandling", "gyldig_plan", "passiv"}
    by_measure = {row[0]: row[1:] for row in found}
    assert by_measure["behandling"][0] < by_measure["behandling"][1]
    assert by_measure["passiv"][0] > by_measure["passiv"][1]
    assert by_measure["gyldig_plan"][0] < by_measure["gyldig_plan"][1]
    assert by_measure["mottaker"][0] < by_measure["mottaker"][1]
    assert "fasit" not in tables


def test_evaluate_again_gives_the_same_bytes(home: Home) -> None:
    first = [path.read_bytes() for path in evaluate.evaluate(home)]
    assert [path.read_bytes() for path in evaluate.evaluate(home)] == first


def test_the_figure_says_that_its_numbers_follow_from_what_was_assumed(home: Home) -> None:
    (svg, *_) = evaluate.evaluate(home)
    words = "".join(re.findall(r"<!-- (.*?) -->", svg.read_text())).replace(" ", "")
    assert "antarat noe blir registrert".replace(" ", "") in words


def test_a_truth_of_an_earlier_version_is_refused_and_says_what_to_do(home: Home) -> None:
    file = home.landing / "fasit" / "2015-04.parquet"
    whole = file.read_bytes()
    pl.read_parquet(file).drop("gyldig_plan").write_parquet(file)
    before = current_id(home.snapshots)
    try:
        with pytest.raises(AktivitetError, match=r"2015-04\.parquet lacks a column.*`aktivitet generate`"):
            evaluate.evaluate(home)
    finally:
        file.write_bytes(whole)
    assert current_id(home.snapshots) == before


def test_without_a_truth_there_is_nothing_to_evaluate(tmp_path: Path) -> None:
    with pytest.raises(AktivitetError, match="No built month has a truth"):
        evaluate.evaluate(Home(tmp_path / "hjem", tmp_path / "landing"))
