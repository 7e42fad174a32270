"""There are more workers than cores (pyproject.toml): a worker's own threads would only stand in the others' way.

Commands that are run as a user runs them get the machine as it is: see `pipeline/test_command_line.py`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.traader import ONE

for name in ONE:
    os.environ.setdefault(name, "1")  # before anything imports polars or numpy

KEY = bytes(range(32))
"""What tests round with, where they do not make a key of their own."""


@pytest.fixture(autouse=True)
def known_rounding() -> Iterator[None]:
    """Published numbers are rounded with a known key, and no test makes one in the checkout."""
    from pipelines.disclosure.rounding import Rounding, using  # noqa: PLC0415  (after the threads are set)

    with using(Rounding(KEY)):
        yield


def put_key(home: Path) -> Path:
    """The home, with the key that tests round with."""
    folder = home / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "sdc.key").write_bytes(KEY)
    return home


LONG = "test_report.py"
"""Takes half as long as the rest of its folder: begun last, it would leave the other workers with nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folders = {item.path.parent: None for item in items}
    order = {folder: number for number, folder in enumerate(folders)}
    items.sort(key=lambda item: (order[item.path.parent], item.path.name != LONG))
