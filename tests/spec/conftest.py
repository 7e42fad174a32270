"""The register every spec test starts from: code lists loaded once, no rows."""

from __future__ import annotations

import pytest

from tests.spec.tabeller import Register


@pytest.fixture(scope="session")
def delt_register() -> Register:
    return Register()


@pytest.fixture
def register(delt_register: Register) -> Register:
    delt_register.toem()
    return delt_register
