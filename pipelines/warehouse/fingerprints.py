"""What each derived table follows from, as one digest: when it is another, and only then, the table is stale.

A table's fingerprint is its SQL without comments, its thresholds, the code lists it joins, the files its YAML says
decide it, and the fingerprints of the derived tables it is made from. A note, a description or a list that it does not
read is not in it.
What was delivered is told by the load of each month, and what the contracts say of it by `Contract.edition`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pipelines.base.checksums import stamp
from pipelines.model import contracts, derived, sql
from pipelines.model.derived import Derived
from pipelines.model.thresholds import Value

PREFIX = "kodeverk."


def fingerprint(table: str) -> str:
    """The fingerprint of a derived table; of anything else (what is published, say) that of all that is built."""
    found = _fingerprints(_stamps())
    return found[table] if table in found else _digest(*found.values())


def _stamps() -> tuple[tuple[Path, tuple[int, ...]], ...]:
    """What files were written when: those that are read again while a process goes on. SQL and Python are not."""
    files = {path for table in derived.tables().values() for path in table.decided_by}
    return tuple((path, stamp(path)) for path in sorted({*files, *contracts.KODEVERK.glob("*.csv")}))


@lru_cache(maxsize=1)
def _fingerprints(_: tuple[tuple[Path, tuple[int, ...]], ...]) -> dict[str, str]:
    """Of every table that a run builds; sources come before what is made from them."""
    found: dict[str, str] = {}
    for table in derived.tables().values():
        if table.built:
            found[table.name] = _fingerprint(table, found)
    return found


def _fingerprint(table: Derived, found: dict[str, str]) -> str:
    files = (*table.made_of, *table.working.values())
    lists = {name for file in files for name in sql.tables_read(file) if name.startswith(PREFIX)}
    return _digest(
        *(" ".join(sql.statement(file).split()) for file in files),
        *((contracts.KODEVERK / f"{name.removeprefix(PREFIX)}.csv").read_text("utf-8") for name in sorted(lists)),
        *(f"{name} = {value}" for name, value in sorted(_thresholds(table, files).items())),
        *(path.read_text("utf-8") for path in table.decided_by),
        *(found[name] for name in table.sources if name in found),
    )


def _thresholds(table: Derived, files: Iterable[str]) -> dict[str, Value]:
    """Those it defines, which Python may read, and those that its SQL names, whoever defines them."""
    named = (value for file in files for value in sql.thresholds_of(file).items())
    return {**table.thresholds, **dict(named)}


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
