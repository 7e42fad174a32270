"""There are more workers than cores (pyproject.toml): a worker's own threads would only stand in the others' way.

Commands that are run as a user runs them get the machine as it is: see `pipeline/test_command_line.py`.
"""

import os

import pytest

from tests.traader import ONE

for name in ONE:
    os.environ.setdefault(name, "1")  # before anything imports polars or numpy

LONG = "test_report.py"
"""Takes half as long as the rest of its folder: begun last, it would leave the other workers with nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folders = {item.path.parent: None for item in items}
    order = {folder: number for number, folder in enumerate(folders)}
    items.sort(key=lambda item: (order[item.path.parent], item.path.name != LONG))
