"""What every spec test starts from: a register, or a door, with the code lists loaded once and no rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from pipelines.ingest import limits
from tests.dor import Dor
from tests.spec.historier import Forlop, Svar, historier, person_maaneder
from tests.spec.tabeller import Register


@pytest.fixture(scope="session")
def delt_register() -> Register:
    return Register()


@pytest.fixture
def register(delt_register: Register) -> Register:
    delt_register.toem()
    return delt_register


@pytest.fixture(scope="session")
def delt_dor() -> Dor:
    return Dor()


@pytest.fixture
def dor(delt_dor: Dor) -> Dor:
    delt_dor.tom()
    return delt_dor


@pytest.fixture
def uten_grenser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile deliveries would be refused by their number of broken rows, whatever else they show."""
    monkeypatch.setattr(limits, "too_many_broken", lambda *_: [])
    monkeypatch.setattr(limits, "mostly_unparsable", lambda *_: [])
    monkeypatch.setattr(limits, "spelt_otherwise", lambda *_: [])
    monkeypatch.setattr(limits, "too_many_sheltered", lambda *_: [])


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Nothing but a place for result tables."""
    with duckdb.connect() as con:
        con.execute("create schema statistikk")
        yield con


@pytest.fixture
def forlop(register: Register) -> Callable[[str], Forlop]:
    """From an ASCII table of histories to the tables of the courses."""
    return lambda tekst: Forlop(register.con, person_maaneder(historier(tekst)))


@pytest.fixture
def svar(register: Register) -> Callable[[str], Svar]:
    return lambda tekst: Svar(Forlop(register.con, person_maaneder(historier(tekst))))
