"""What has been published, so that the next publication is judged beside it: `reports/.publisert`, the owner's own.

For each edition of a report a JSON file (snapshot, key, deliveries, the checksum of every file) and a Parquet file of
its rounded base cells with what a reader can leave them; and one file of the overrides, kept for ever.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.base.errors import AktivitetError
from pipelines.base.files import write_private

FOLDER = ".publisert"
OVERRIDES = "overstyringer.json"
LATEST = 2
"""So many earlier publications an audit reads beside a new one."""

Overrides = Mapping[tuple[str, int], bool]


@dataclass(frozen=True)
class Edition:
    """One publication of a report: `name` 2015-04 or 2015-T1, `number` from 1 over all reports."""

    name: str
    number: int
    snapshot: str
    key: str
    deliveries: str
    files: dict[str, str]


def overrides(reports: Path) -> dict[tuple[str, int], bool]:
    """The blocks that are rounded one way whatever the key says: (label, q) → True where it is up."""
    path = reports / FOLDER / OVERRIDES
    found: list[dict[str, Any]] = json.loads(path.read_text()) if path.is_file() else []
    return {(row["merke"], row["blokk"]): row["opp"] for row in found}


def editions(reports: Path) -> list[Edition]:
    """Every publication, the first first."""
    return [Edition(**json.loads(path.read_text())) for path in sorted((reports / FOLDER).glob("[0-9]*.json"))]


def earlier(reports: Path) -> list[pl.DataFrame]:
    """The base cells of the latest publications, the last first."""
    return [pl.read_parquet(_path(reports, each.number, "parquet")) for each in editions(reports)[: -LATEST - 1 : -1]]


def revises(reports: Path, name: str, deliveries: str) -> bool:
    """Whether the report has been published before, of other deliveries."""
    return any(edition.name == name and edition.deliveries != deliveries for edition in editions(reports))


def same_series(reports: Path, key: str) -> None:
    """Raises AktivitetError where earlier publications were rounded with another key: two roundings of a number tell
    more of it than one."""
    before = editions(reports)
    if before and before[-1].key != key:
        raise AktivitetError(
            f"Earlier reports were rounded with the key {before[-1].key}, and this would be with {key}: together they"
            " tell more than either. Restore secrets/sdc.key, or begin a new series in another home."
        )


def record(
    reports: Path,
    name: str,
    *,
    snapshot: str,
    key: str,
    deliveries: str,
    folder: Path,
    cells: pl.DataFrame,
    kept: Overrides,
) -> Edition:
    """Write that the files of `folder` are published; returns the edition."""
    number = max((edition.number for edition in editions(reports)), default=0) + 1
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    edition = Edition(name, number, snapshot, key, deliveries, files)
    rows = [{"merke": label, "blokk": q, "opp": up} for (label, q), up in sorted(kept.items())]
    write_private(reports / FOLDER / OVERRIDES, _json(rows))
    out = io.BytesIO()
    cells.write_parquet(out)
    write_private(_path(reports, number, "parquet"), out.getvalue())
    write_private(_path(reports, number, "json"), _json(edition.__dict__))
    return edition


def digest(deliveries: Iterable[tuple[str, str, str]]) -> str:
    """What tells deliveries apart: of every (delivery, extract, checksum)."""
    return hashlib.sha256(json.dumps(sorted(deliveries)).encode()).hexdigest()


def _path(reports: Path, number: int, kind: str) -> Path:
    return reports / FOLDER / f"{number:06d}.{kind}"


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
