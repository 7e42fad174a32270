"""The door and its plain reading agree on hostile deliveries: exact rows, exact counts, the same rule for every row."""

from __future__ import annotations

import datetime as dt
import json
import os
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.ingest import loading
from pipelines.model.contracts import contracts
from tests.dor import Dor
from tests.former import Parquet
from tests.leveranser import Leveranse, sifre_i
from tests.numre import fodselsnumre
from tests.spec.door_oracle import Utfall, doren
from tests.spec.hostile import Fiendtlig

PERSONS = int(os.environ.get("AKTIVITET_FIENDTLIGE", "250"))
SEED = int(os.environ.get("AKTIVITET_FIENDTLIG_FRO", "1"))
"""A hostile delivery: its persons and its seed. With 5 000 persons it takes a minute; try it after a change."""


def kodeverk(dor: Dor) -> tuple[dict[str, set[str]], set[str]]:
    lister = {c.kodeverk for contract in contracts().values() for c in contract.columns if c.kodeverk}
    koder = {navn: {rad["kode"] for rad in dor.rader(f"FROM kodeverk.{navn}")} for navn in lister}
    return koder, {rad["kode"] for rad in dor.rader("FROM kodeverk.person_id_status WHERE aktiv")}


def as_text(rows: list[dict[str, Any]], columns: list[str]) -> list[str]:
    return sorted(str([None if row[name] is None else str(row[name]) for name in columns]) for row in rows)


APRIL = dt.date(2015, 4, 1)


def compare(dor: Dor, utfall: dict[str, Utfall], maaned: dt.date = APRIL) -> None:
    leveranse = f"{maaned:%Y-%m}"
    for uttrekk, contract in contracts().items():
        ventet = utfall[uttrekk]
        funnet = {
            rad["radnummer"]: (rad["regel"], rad["kolonne"])
            for rad in dor.rader(f"FROM karantene.rader WHERE uttrekk = '{uttrekk}' AND leveranse = '{leveranse}'")
        }
        ulike = {n: (funnet.get(n), ventet.karantene.get(n)) for n in funnet.keys() | ventet.karantene.keys()}
        assert {n: par for n, par in ulike.items() if par[0] != par[1]} == {}, uttrekk
        assert dor.telling(uttrekk, leveranse) == ventet.telling, uttrekk
        columns = [name for name in contract.kilde_columns() if name != "maaned"]
        assert as_text(dor.rader(f"FROM kilde.{uttrekk} WHERE maaned = '{maaned}'"), columns) == as_text(
            [rad.verdier for rad in ventet.lastet], columns
        ), uttrekk


@pytest.mark.usefixtures("uten_grenser")
def test_text_files(dor: Dor, tmp_path: Path) -> None:
    fiendtlig = Fiendtlig(PERSONS, SEED)
    fiendtlig.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    utfall = doren(APRIL, fiendtlig.filer, *kodeverk(dor))
    assert all(u.telling.lastet and u.telling.karantene and u.telling.duplikat for u in utfall.values())
    assert all(u.telling.skjermet for u in utfall.values())
    compare(dor, utfall)
    skrevet = dor.alt_som_er_skrevet()
    assert not sifre_i(skrevet, 11) & set(fiendtlig.numre)
    assert not sifre_i(skrevet, 9) & set(map(str, fiendtlig.personer))
    assert all(json.loads(rad["innhold"]) for rad in dor.rader("FROM karantene.rader"))


@pytest.mark.usefixtures("uten_grenser")
def test_parquet_that_is_read_again(dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is for each question when there is much of it."""
    monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", 0)
    fiendtlig = Fiendtlig(PERSONS, SEED + 1)
    mappe = tmp_path / fiendtlig.maaned
    mappe.mkdir()
    for uttrekk, rader in fiendtlig.filer.items():
        celler = {c.name: [rad[c.name] for rad in rader] for c in contracts()[uttrekk].columns}
        pq.write_table(pa.table(celler), mappe / f"{uttrekk}.parquet", row_group_size=100)
    dor.slipp_inn(tmp_path)
    compare(dor, doren(APRIL, fiendtlig.filer, *kodeverk(dor)))


MONTHS = [f"2015-{n:02}" for n in range(1, 9)]
PERSONER = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from(["1", "2", "3", None]),
            "fodselsnr": st.sampled_from(list(islice(fodselsnumre(), 2))),
            "fr_kode": st.sampled_from([None, None, None, "6"]),
            "person_id_status": st.sampled_from(["AKTIV", "AKTIV", "DUPLIKAT", "X"]),
        }
    ),
    max_size=6,
)
UTBETALINGER = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from(["1", "2", "3", "x", None]),
            "postering_id": st.sampled_from(["1", "2", "3", None]),
            "belop": st.sampled_from(["1", "2", "x"]),
            "dato_postert": st.sampled_from(["15", "32"]),
        }
    ),
    max_size=12,
)
KORT = st.lists(
    st.fixed_dictionaries({"person_id": st.sampled_from("123"), "meldekort_id": st.sampled_from("12")}), max_size=4
)
DAGER = st.lists(
    st.fixed_dictionaries(
        {
            "meldekort_id": st.sampled_from("123"),
            "ukenr": st.sampled_from(["14", "15", "54"]),
            "dagnr": st.sampled_from("1237"),
            "timer_arbeidet": st.sampled_from(["0", "7.5"]),
        }
    ),
    max_size=12,
)


@pytest.mark.usefixtures("uten_grenser")
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(PERSONER, UTBETALINGER, KORT, DAGER), min_size=8, max_size=8))
def test_small_deliveries_of_any_kind(delt_dor: Dor, tmp_path_factory: pytest.TempPathFactory, alle: Any) -> None:
    """Eight of them at once: read = loaded + duplicate + sheltered + quarantined, and each row is where the plain
    reading puts it."""
    delt_dor.tom()
    landing = tmp_path_factory.mktemp("landing")
    leveranser = []
    for maaned, (personer, utbetalinger, kort, dager) in zip(MONTHS, alle, strict=True):
        leveranse = Leveranse(maaned, person=personer, meldekort_dag=dager)
        leveranse.fyll(utbetaling=[rad | {"dato_postert": f"{maaned}-{rad['dato_postert']}"} for rad in utbetalinger])
        leveranse.fyll(meldekort=[rad | {"dato_innkommet": f"{maaned}-15"} for rad in kort])
        leveranse.skriv(landing, Parquet(tekst=True))
        leveranser.append(leveranse)
    delt_dor.slipp_inn(landing)
    for leveranse in leveranser:
        filer = {
            navn: [{c.name: rad.get(c.name) or "" for c in contracts()[navn].columns} for rad in rader]
            for navn, rader in leveranse.rader.items()
        }
        maaned = dt.date.fromisoformat(f"{leveranse.maaned}-01")
        compare(delt_dor, doren(maaned, filer, *kodeverk(delt_dor)), maaned)
        for uttrekk, rader in leveranse.rader.items():
            telling = delt_dor.telling(uttrekk, leveranse.maaned)
            assert telling.lest == telling.lastet + telling.duplikat + telling.skjermet + telling.karantene
            assert telling.lest == len(rader)
