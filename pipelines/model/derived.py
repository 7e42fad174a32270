"""Derived tables: what the YAML beside a SELECT says of the table it makes, and what follows from the SELECT itself.

A file `x.yaml` beside `x.sql` describes the table of that SELECT; one without a SELECT, or with `lages_av`, describes
a table that Python makes of several files. What a table is made from is read out of its SQL, so nobody types it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.base import yaml_file
from pipelines.base.home import ROOT
from pipelines.model import sql
from pipelines.model.thresholds import SECTION, Value

MONTHLY, WHOLE = "maaned", "hel"
STOPS, FAILS, WARNS = "stopper", "feiler", "varsler"
"""What a check does: stops the build it is of, is reported as an error, or as a warning."""
AGGREGATED = "aggregert"


@dataclass(frozen=True)
class Derived:
    """One derived table."""

    name: str
    file: str
    """The file it is described beside, as `sql.read` names it."""
    text: str
    columns: Mapping[str, str]
    built: str | None = None
    """`maaned`: some of its months are replaced at a time; `hel`: it follows from all months; None: not by a run."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """Check (a file of `sql/kontroll/`) → what it does: `stopper`, `feiler` or `varsler`."""
    sensitivity: str = AGGREGATED
    made_of: tuple[str, ...] = ()
    """The files it is made of: the one beside it, or those Python puts together."""
    working: Mapping[str, str] = field(default_factory=dict)
    """Temporary tables those files read → the file each is made of, in the order they are made."""
    last: str | None = None
    """The file behind the measures that no other file names."""
    counts: tuple[str, ...] = ()
    """The columns that say how many, in a table of measures (`mal`)."""
    thresholds: Mapping[str, Value] = field(default_factory=dict)
    """The thresholds that are rules of this table."""
    decided_by: tuple[Path, ...] = ()
    """Files beside the SQL that decide what it holds: Python that works out rows, numbers that are read in."""

    @property
    def study(self) -> str:
        """The first part of its files' names: the study's, or a layer's of `sql/`."""
        return self.file.partition("/")[0]

    @property
    def read(self) -> frozenset[str]:
        """Every table its files read."""
        files = (*self.made_of, *self.working.values())
        return frozenset(table for name in files for table in sql.tables_read(name)) - {self.name}

    @property
    def sources(self) -> tuple[str, ...]:
        """The tables it is made from that a run makes, sorted: extracts and derived tables, but no records of runs."""
        return tuple(sorted(name for name in self.read if name.startswith("kilde.") or is_built(name)))


@cache
def tables() -> dict[str, Derived]:
    """Every described table that is derived, by name (`schema.table`); sources before what is made from them."""
    statements = sql.files()
    found = [_read(name, yaml_file.read(path), statements) for name, path in sql.files("*.yaml").items()]
    return _in_order({table.name: table for table in found})


def is_built(name: str) -> bool:
    """Whether a run builds the table."""
    return name in tables() and tables()[name].built is not None


def built(how: str, layer: str = "") -> list[Derived]:
    """The tables that are built in that way, of a layer or of all."""
    return [table for table in tables().values() if table.built == how and table.name.startswith(layer)]


def _read(name: str, node: dict[str, Any], statements: Mapping[str, Any]) -> Derived:
    folder = name.rpartition("/")[0]
    made_of = [f"{folder}/{file}" for file in node.get("lages_av", ())] or ([name] if name in statements else [])
    last = node.get("ellers")
    return Derived(
        name=node["tabell"],
        file=name,
        text=sql.filled(node["beskrivelse"]),
        columns={column: sql.filled(str(text)) for column, text in node["kolonner"].items()},
        built=node.get("bygges"),
        checks=node.get("kontroller", {}),
        sensitivity=node.get("sensitivitet", AGGREGATED),
        made_of=tuple(made_of),
        working={table: f"{folder}/{file}" for table, file in node.get("arbeidstabeller", {}).items()},
        last=f"{folder}/{last}" if last else None,
        counts=tuple(node.get("teller", ())),
        thresholds=node.get(SECTION, {}),
        decided_by=tuple(path for pattern in node.get("avgjores_av", ()) for path in _files(name, pattern)),
    )


def _files(name: str, pattern: str) -> list[Path]:
    """The files a pattern names, seen from the study's folder, or from the checkout. Raises ValueError for none."""
    path = sql.files("*.yaml")[name]
    found = sorted((ROOT if path.is_relative_to(sql.SQL) else path.parent.parent).glob(pattern))
    if not found:
        raise ValueError(f"{name}.yaml names {pattern} in avgjores_av, and there is no such file")
    return found


def _in_order(found: dict[str, Derived]) -> dict[str, Derived]:
    ordered: dict[str, Derived] = {}

    def put(name: str) -> None:
        if name in found and name not in ordered:
            for source in sorted(found[name].read):
                put(source)
            ordered[name] = found[name]

    for name in found:
        put(name)
    return ordered
