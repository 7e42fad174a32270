"""The register every spec test starts from: code lists loaded once, no rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spec.tabeller import Register


@pytest.fixture(scope="session")
def _register() -> Register:
    return Register()


@pytest.fixture
def register(_register: Register) -> Iterator[Register]:
    _register.toem()
    yield _register
