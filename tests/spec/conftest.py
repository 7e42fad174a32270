"""The register every spec test starts from: code lists loaded once, no rows."""

from __future__ import annotations

import pytest

from tests.spec.tabeller import Register


@pytest.fixture(scope="session")
def _register() -> Register:
    return Register()


@pytest.fixture
def register(_register: Register) -> Register:
    _register.toem()
    return _register
