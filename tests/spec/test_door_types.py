"""Parquet of any type gives what its values say, whether it is staged or, as when there is much of it, read again."""

from __future__ import annotations

import datetime as dt
import os
import random
from pathlib import Path

import pytest

from pipelines import door
from tests.dor import Dor
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
    monkeypatch.setattr(door, "ROWS_TO_READ_AGAIN", from_rows)
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
