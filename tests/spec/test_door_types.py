"""Parquet of any type gives what its values say, whether it is staged or, as when there is much of it, read again."""

from __future__ import annotations

import datetime as dt
import os
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.ingest import loading, profiles
from tests.dor import Dor, Telling
from tests.former import Parquet
from tests.leveranser import Leveranse
from tests.spec.door_oracle import doren
from tests.spec.hostile import Fiendtlig
from tests.spec.hostile_types import skriv
from tests.spec.test_door_oracle import compare, kodeverk

PERSONS = int(os.environ.get("AKTIVITET_FIENDTLIGE_TYPER", "60"))
SEED = int(os.environ.get("AKTIVITET_FIENDTLIG_FRO", "1"))
MONTHS = ("2015-04", "2015-05")


@pytest.mark.usefixtures("uten_grenser")
@pytest.mark.parametrize("from_rows", [0, 1 << 40], ids=["read again", "staged"])
def test_every_type_a_column_can_have(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_rows: int
) -> None:
    """Two months of other types: what is certain of one file is not taken to be certain of the other."""
    monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", from_rows)
    trekning = random.Random(SEED)
    alle = {
        maaned: skriv(tmp_path / maaned, Fiendtlig(PERSONS, trekning.getrandbits(32), maaned).filer, trekning)
        for maaned in MONTHS
    }
    dor.slipp_inn(tmp_path)
    for navn, filer in alle.items():
        maaned = dt.date.fromisoformat(f"{navn}-01")
        utfall = doren(maaned, filer, *kodeverk(dor))
        assert sum(u.telling.lastet for u in utfall.values()) > PERSONS
        compare(dor, utfall, maaned)


@pytest.mark.parametrize(
    ("kolonne", "type_", "verdi", "regel"),
    [
        ("timer_arbeidet", pa.decimal128(3, 1), Decimal("-0.5"), "utenfor_grense"),
        ("timer_arbeidet", pa.decimal128(3, 1), Decimal("24.5"), "utenfor_grense"),
        ("ukenr", pa.int32(), 0, "utenfor_grense"),
        ("ukenr", pa.int32(), 54, "utenfor_grense"),
        ("ukenr", pa.int32(), None, "mangler_verdi"),
        ("ukenr", pa.int64(), -(2**31) - 1, "ugyldig_verdi"),
        ("ukenr", pa.int64(), 2**31, "ugyldig_verdi"),
        ("status_syk", pa.string(), "X", "ukjent_kode"),
    ],
)
def test_one_bad_value_in_an_otherwise_sound_column(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kolonne: str, type_: pa.DataType, verdi: Any, regel: str
) -> None:
    """Of a column that is read again it is asked first whether anything can be wrong, from its least and greatest."""
    monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", 0)
    leveranse = Leveranse(person=[{"person": "ola"}], meldekort=[{"person": "ola", "meldekort_id": 1}])
    leveranse.fyll(meldekort_dag=[{"rad": f"dag_{n}", "meldekort_id": 1, "dagnr": n} for n in (1, 2, 3)])
    fil = leveranse.skriv(tmp_path, Parquet()) / "meldekort_dag.parquet"
    ramme = pq.read_table(fil)
    sunn, _, ogsaa_sunn = ramme[kolonne].to_pylist()
    plass = ramme.schema.get_field_index(kolonne)
    pq.write_table(ramme.set_column(plass, kolonne, pa.array([sunn, verdi, ogsaa_sunn], type_)), fil)
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "meldekort_dag") == {"dag_2": (regel, kolonne)}
    assert dor.telling("meldekort_dag") == Telling(lest=3, lastet=2, karantene=1)


def test_of_free_text_with_many_values_nothing_is_certain(
    dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the first so many are looked at, and the next may be the one with a number in it."""
    monkeypatch.setattr(loading, "ROWS_TO_READ_AGAIN", 0)
    monkeypatch.setattr(profiles, "DISTINCT_TEXTS", 3)
    leveranse = Leveranse(person=[{"person": "ola"}])
    nummer = leveranse.fodselsnr["ola"]
    navn = [f"Samtale {n}" for n in range(300)] + ["Samtale\0", f"Samtale med {nummer}"]
    leveranse.fyll(aktivitet=[{"rad": tekst, "person": "ola", "aktivitettypenavn": tekst} for tekst in navn])
    leveranse.skriv(tmp_path, Parquet())
    dor.slipp_inn(tmp_path)
    assert dor.regler(leveranse, "aktivitet") == {"Samtale\0": ("nul_tegn", "aktivitettypenavn")}
    lastet = {rad["aktivitettypenavn"] for rad in dor.lastet(leveranse, "aktivitet")}
    assert lastet == {*navn[:300], "Samtale med [fjernet]"}
