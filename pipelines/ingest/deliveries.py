"""Deliveries: find them in the landing folder, and verify them.

A delivery is a folder `YYYY-MM` with one file for each of the ten extracts (contracts.md, «Delivery»). Nothing
in this module looks at values; files are opened only for their form, their number of rows and their checksum.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.base.checksums import sha256, stamp
from pipelines.base.errors import AktivitetError, DeliveryRefused, Refusal
from pipelines.base.months import MONTH_FOLDER, month_name, parse_month
from pipelines.ingest.forms import Form, Unreadable, describe, line_of, plain_name
from pipelines.model.contracts import Contract, contracts

ENDINGS = ("parquet", "csv", "csv.gz")
MANIFEST = "manifest.json"
MISSING = "mangler_fil"
"""The rule of an extract that is not there."""
LEAST, MOST = -(2**63), 2**63 - 1
"""The whole numbers that the warehouse can hold."""


@dataclass(frozen=True)
class DeliveredFile:
    """One extract's file, as it was when it was verified."""

    extract: str
    path: Path
    sha256: str
    form: Form
    rows: int
    stamp: tuple[int, ...]

    def line(self, row: int) -> int:
        """The line of the file on which a row, counted from 1, begins."""
        return line_of(self.path, self.form, row)

    def has_changed(self) -> bool:
        """Whether the file is no longer the one that was verified."""
        try:
            return stamp(self.path) != self.stamp
        except OSError:
            return True


@dataclass(frozen=True)
class Delivery:
    """One complete, verified delivery."""

    month: date
    files: tuple[DeliveredFile, ...]
    synthetic: tuple[float | None, int | None] = (None, None)
    """Share of the population and seed of a synthetic register, as its manifest says."""

    @property
    def name(self) -> str:
        return month_name(self.month)


def months_in(landing: Path) -> list[date]:
    """Every month with a folder in the landing folder, in order.

    Raises AktivitetError when it is not there or cannot be read: a disk that is not mounted is not an empty one.
    """
    return sorted(parse_month(name) for name in _folders(landing) if MONTH_FOLDER.fullmatch(name))


def not_months(landing: Path) -> list[str]:
    """The other folders there, in order: what is in them is not read. Raises as `months_in` does."""
    known = {"fasit"}
    return sorted(name for name in _folders(landing) - known if not MONTH_FOLDER.fullmatch(name) and name[0] != ".")


def _folders(landing: Path) -> set[str]:
    try:
        return {folder.name for folder in landing.iterdir() if folder.is_dir()}
    except FileNotFoundError:
        raise AktivitetError(f"The landing folder {landing} is not there.") from None
    except NotADirectoryError:
        raise AktivitetError(f"The landing folder {landing} is a file.") from None
    except OSError as error:
        raise AktivitetError(f"The landing folder {landing} cannot be read ({type(error).__name__}).") from None


def read_checksums(landing: Path, month: date) -> dict[str, str]:
    """sha256 of each extract's file; raises DeliveryRefused when one is missing, there twice or cannot be read."""
    checksums, refusals = {}, []
    for name, path in _paths(landing, month).items():
        try:
            checksums[name] = sha256(path)
        except OSError as error:
            refusals.append(_unreadable(month, path, f"the file cannot be read ({type(error).__name__})"))
    if refusals:
        raise DeliveryRefused(refusals)
    return checksums


def open_delivery(landing: Path, month: date) -> Delivery:
    """Find, verify and describe the ten files of a month.

    Raises DeliveryRefused, with every fault found: a missing, doubled or unreadable file, a missing or doubled
    column, a manifest that does not match.
    """
    name = month_name(month)
    paths = _paths(landing, month)
    files, refusals = [], []
    for extract, contract in contracts().items():
        path = paths[extract]
        try:
            at_first = stamp(path)
            form, rows = describe(path, [column.name for column in contract.columns])
            file = DeliveredFile(extract, path, sha256(path), form, rows, at_first)
        except (OSError, Unreadable) as error:
            text = str(error) if isinstance(error, Unreadable) else f"the file cannot be read ({type(error).__name__})"
            refusals.append(_unreadable(month, path, text))
            continue
        refusals += _column_faults(name, path.name, contract, form)
        files.append(file)
    if len(files) == len(paths):
        refusals += _manifest_faults(landing / name, files)
    if refusals:
        raise DeliveryRefused(refusals)
    return Delivery(month, tuple(files), read_origin(landing / name))


def open_all(landing: Path, months: Sequence[date]) -> list[Delivery]:
    """Open the deliveries of `months`; raises DeliveryRefused with the faults of all of them together."""
    opened, refusals = [], []
    for month in months:
        try:
            opened.append(open_delivery(landing, month))
        except DeliveryRefused as refused:
            refusals += refused.refusals
    if refusals:
        raise DeliveryRefused(refusals)
    return opened


def extra_columns(file: DeliveredFile, contract: Contract) -> list[str]:
    """Columns of the file that the contract does not know; they are ignored and reported."""
    known = {column.name for column in contract.columns}
    return sorted({own for own, _ in file.form.columns if plain_name(own) not in known} - {""})


def _paths(landing: Path, month: date) -> dict[str, Path]:
    name = month_name(month)
    folder = landing / name
    found, refusals = {}, []
    for extract in contracts():
        try:
            candidates = [p for p in (folder / f"{extract}.{ending}" for ending in ENDINGS) if p.exists()]
        except OSError as error:
            text = f"the delivery's folder cannot be read ({type(error).__name__})"
            raise DeliveryRefused([_unreadable(month, folder / "*", text)]) from None
        if len(candidates) == 1 and not candidates[0].is_file():
            refusals.append(_unreadable(month, candidates[0], "it is no file"))
        elif len(candidates) == 1:
            found[extract] = candidates[0]
        elif candidates:
            text = "the extract is there in several formats; keep one of " + ", ".join(p.name for p in candidates)
            refusals.append(Refusal(name, candidates[0].name, None, "flere_filer", None, None, text))
        else:
            text = "the file is missing; a delivery has all ten extracts, an extract may have no rows"
            refusals.append(Refusal(name, f"{extract}.*", None, MISSING, None, None, text))
    if refusals:
        raise DeliveryRefused(refusals)
    return found


def _unreadable(month: date, path: Path, text: str) -> Refusal:
    return Refusal(month_name(month), path.name, None, "uleselig_fil", None, None, text)


def _column_faults(name: str, file: str, contract: Contract, form: Form) -> list[Refusal]:
    counts = Counter(plain_name(own) for own, _ in form.columns)
    return [
        Refusal(name, file, column.name, "mangler_kolonne", None, None, "the column is not in the file")
        for column in contract.columns
        if column.name not in counts
    ] + [
        Refusal(
            name, file, column.name, "flere_kolonner", None, None, f"the column is there {counts[column.name]} times"
        )
        for column in contract.columns
        if counts[column.name] > 1
    ]


def _manifest_faults(folder: Path, files: list[DeliveredFile]) -> list[Refusal]:
    """What the manifest, where there is one, says of the files and is not so."""
    listed = read_manifest(folder)
    if listed is None:
        return []
    faults: list[tuple[str, int | None, str]] = []
    absent = [name for name in listed if not (folder / name).is_file()]
    if absent:
        faults.append((MANIFEST, None, f"{len(absent)} of the files it lists are not in the delivery"))
    for file in files:
        name = file.path.name
        if name not in listed:
            faults.append((name, None, "the manifest does not list the file"))
            continue
        rows, digest = listed[name]
        if digest != file.sha256:
            faults.append((name, None, "the file is not the one the manifest lists (sha256)"))
        elif rows != file.rows:
            faults.append((name, file.rows, f"the file has {file.rows} rows, {MANIFEST} says {rows}"))
    return [Refusal(folder.name, name, None, "manifest", rows, None, text) for name, rows, text in faults]


def read_manifest(folder: Path) -> dict[str, tuple[int, str]] | None:
    """File name → (number of rows, sha256), or None where the delivery has no manifest.

    Raises DeliveryRefused when the manifest cannot be read.
    """
    node = _manifest(folder)
    try:
        listed = None if node is None else node["filer"].items()
        return listed and {str(f): (_whole(entry["rader"], 0), str(entry["sha256"]).lower()) for f, entry in listed}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unusable_manifest(folder) from None


def read_origin(folder: Path) -> tuple[float | None, int | None]:
    """Share of the population and seed, where the manifest says that the delivery is synthetic.

    Raises DeliveryRefused when the manifest cannot be read, when the share is no number above 0 and at most 1, and when
    the seed is no whole number of 64 bits.
    """
    origin = (_manifest(folder) or {}).get("syntetisk")
    try:
        return (_share(origin["andel"]), _whole(origin["seed"], LEAST)) if origin else (None, None)
    except (ValueError, KeyError, TypeError):
        text = (
            'expected "syntetisk": {"andel": 0.1, "seed": 2015}, andel above 0 and at most 1, seed a whole number of 64'
            " bits"
        )
        raise DeliveryRefused([Refusal(folder.name, MANIFEST, None, "manifest", None, None, text)]) from None


def _whole(node: object, least: int) -> int:
    """A whole number as JSON writes it. Raises ValueError for all else, true and 1.0 too."""
    if type(node) is not int or not least <= node <= MOST:
        raise ValueError
    return node


def _share(node: object) -> float:
    """A share of the population; NaN is none. Raises ValueError."""
    if type(node) not in {int, float} or not 0 < node <= 1:  # type: ignore[operator]
        raise ValueError
    return float(node)  # type: ignore[arg-type]


def _manifest(folder: Path) -> dict[str, Any] | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        node = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        raise _unusable_manifest(folder) from None
    if not isinstance(node, dict):
        raise _unusable_manifest(folder)
    return node


def _unusable_manifest(folder: Path) -> DeliveryRefused:
    text = 'expected {"filer": {"person.parquet": {"rader": 1, "sha256": "…"}, …}}'
    return DeliveryRefused([Refusal(folder.name, MANIFEST, None, "manifest", None, None, text)])
