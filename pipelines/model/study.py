"""What a study is: a folder under `studies/` with a `study.py` that says `STUDY`, and what else its folder holds.

Nothing names a study from outside: whoever goes through them asks here, and gets what there are folders of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import duckdb

from pipelines.model.run import Run

PACKAGE = "pipelines.studies"
Fill = Callable[[duckdb.DuckDBPyConnection, Run], None]
"""Replaces tables that follow from all months at once, inside the caller's transaction."""


@dataclass(frozen=True)
class Study:
    """A study as the layers below the report know it. Its tables are the YAML files beside its SQL."""

    name: str
    """The folder's name, and the first part of the names of its SQL files."""
    title: str
    """In bokmål, as reports print it."""
    place: int
    """Where it stands among the others in print."""
    fill: Fill | None = None
    """Makes the tables that no single SELECT makes, in order; without it each table is its own SELECT."""


def folders() -> list[Path]:
    """The folder of each study, by name."""
    roots = [Path(root) for root in import_module(PACKAGE).__path__]
    return sorted(path.parent for root in roots for path in root.glob("*/study.py"))


@cache
def _module(name: str, part: str) -> ModuleType:
    return import_module(f"{PACKAGE}.{name}.{part}")


def studies() -> list[Study]:
    """Every study, in print order."""
    found = [_module(folder.name, "study").STUDY for folder in folders()]
    return sorted(found, key=lambda study: (study.place, study.name))


def parts(part: str) -> dict[str, ModuleType]:
    """The module `part` (`chapter`) of every study that has one, by the study's name and in print order."""
    there = {folder.name: folder for folder in folders()}
    named = (study.name for study in studies())
    return {name: _module(name, part) for name in named if (there[name] / f"{part}.py").is_file()}
