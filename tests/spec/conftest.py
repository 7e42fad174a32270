"""What every spec test starts from: a register, or a door, with the code lists loaded once and no rows."""

from __future__ import annotations

import pytest

from pipelines import limits
from tests.leveranser import Dor
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
