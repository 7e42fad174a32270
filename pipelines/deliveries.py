"""Deliveries: find them in the landing folder, verify them, and say how each file is to be read.

A delivery is a folder `YYYY-MM` with one file for each of the ten extracts (contracts.md, «Delivery»). Nothing
in this module looks at values; it opens files only as far as needed to know their columns and encoding.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.contracts import Contract, contracts
from pipelines.errors import DeliveryRefused, Refusal

MONTH_FOLDER = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
ENDINGS = ("parquet", "csv", "csv.gz")
MANIFEST = "manifest.json"
BLOCK = 1 << 20
BYTES_A_ROW = 40
"""Of a narrow CSV row; used only to decide how many files to read at once."""


@dataclass(frozen=True)
class Form:
    """How a file is to be read. Files of one form are read in one statement."""

    kind: str
    """`parquet` or `csv`."""
    columns: tuple[tuple[str, str], ...]
    """(name in the file, Arrow type or `string`), in file order."""
    encoding: str = "utf-8"
    delimiter: str = ""

    def column(self, name: str) -> tuple[str, str] | None:
        """The file's own spelling and type of a contract column, in any case."""
        return next(((own, type_) for own, type_ in self.columns if own.strip().lower() == name), None)


@dataclass(frozen=True)
class DeliveredFile:
    extract: str
    path: Path
    sha256: str
    form: Form
    rows_about: int
    """Number of rows; of a CSV file, a guess from its size."""

    def line(self, row: int) -> int:
        """The line of a row counted from 1: a CSV file has its header first."""
        return row + (self.form.kind == "csv")


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

    def checksums(self) -> dict[str, str]:
        return {file.extract: file.sha256 for file in self.files}


def month_name(month: date) -> str:
    return month.strftime("%Y-%m")


def parse_month(name: str) -> date:
    """The first of the month `YYYY-MM` names. Raises ValueError for anything else."""
    if not MONTH_FOLDER.fullmatch(name):
        raise ValueError(f"not a month (YYYY-MM): {name}")
    return date(int(name[:4]), int(name[5:]), 1)


def months_in(landing: Path) -> list[date]:
    """Every month with a folder in the landing folder, in order."""
    if not landing.is_dir():
        return []
    return sorted(
        parse_month(folder.name)
        for folder in landing.iterdir()
        if folder.is_dir() and MONTH_FOLDER.fullmatch(folder.name)
    )


def read_checksums(landing: Path, month: date) -> dict[str, str]:
    """sha256 of each extract's file; raises DeliveryRefused when a file is missing or there twice."""
    return {name: sha256(path) for name, path in _paths(landing, month).items()}


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
            form = _form(path)
        except (OSError, EOFError, UnicodeError, csv.Error, pa.ArrowInvalid, StopIteration) as error:
            reason = f"the file cannot be read ({type(error).__name__})"
            refusals.append(Refusal(name, path.name, None, "uleselig_fil", None, None, reason))
            continue
        refusals += _column_faults(name, path.name, contract, form)
        files.append(DeliveredFile(extract, path, sha256(path), form, _rows_about(path)))
    if not refusals:
        refusals += _manifest_faults(landing / name, name, files)
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
    return sorted(own for own, _ in file.form.columns if own.strip().lower() not in known)


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _paths(landing: Path, month: date) -> dict[str, Path]:
    folder, name = landing / month_name(month), month_name(month)
    found, refusals = {}, []
    for extract in contracts():
        candidates = [p for p in (folder / f"{extract}.{ending}" for ending in ENDINGS) if p.is_file()]
        if len(candidates) == 1:
            found[extract] = candidates[0]
        elif candidates:
            text = "the extract is there in several formats; keep one of " + ", ".join(p.name for p in candidates)
            refusals.append(Refusal(name, candidates[0].name, None, "flere_filer", None, None, text))
        else:
            text = "the file is missing; a delivery has all ten extracts, an extract may have no rows"
            refusals.append(Refusal(name, f"{extract}.*", None, "mangler_fil", None, None, text))
    if refusals:
        raise DeliveryRefused(refusals)
    return found


def _form(path: Path) -> Form:
    if path.suffix == ".parquet":
        schema = pq.read_schema(path)
        return Form("parquet", tuple((field.name, _plain(field.type)) for field in schema))
    encoding = _encoding(path)
    with _text(path, encoding) as lines:
        header = next(lines)
    delimiter = ";" if ";" in header else ","
    names = next(csv.reader([header], delimiter=delimiter))
    return Form("csv", tuple((name, "string") for name in names), encoding.removesuffix("-sig"), delimiter)


def _rows_about(path: Path) -> int:
    if path.suffix == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    return path.stat().st_size // (BYTES_A_ROW // 4 if path.suffix == ".gz" else BYTES_A_ROW)


def _plain(type_: pa.DataType) -> str:
    """Arrow's name of a type; a dictionary is read as its values."""
    return str(type_.value_type if pa.types.is_dictionary(type_) else type_)


def _encoding(path: Path) -> str:
    """UTF-8 (with or without BOM) when the whole file decodes as such, else ISO-8859-1.

    Raises csv.Error when a quote is never closed: DuckDB would take the rest of the file for one value and
    drop it without a word.
    """
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    quotes, bom = 0, False
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        while block := stream.read(BLOCK):
            bom = bom or (quotes == 0 and stream.tell() <= BLOCK and block.startswith(codecs.BOM_UTF8))
            quotes += block.count(b'"')
            decoder = _still_utf8(decoder, block)
    if quotes % 2:
        raise csv.Error("a quote is never closed")
    if _still_utf8(decoder, b"", final=True) is None:
        return "latin-1"
    return "utf-8-sig" if bom else "utf-8"


def _still_utf8(
    decoder: codecs.IncrementalDecoder | None, block: bytes, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder after one more block, or None once a block was not UTF-8."""
    try:
        if decoder is not None:
            decoder.decode(block, final)
    except UnicodeDecodeError:
        return None
    return decoder


class _text:
    """Lines of a plain or gzipped text file, as a context manager."""

    def __init__(self, path: Path, encoding: str) -> None:
        opener = gzip.open if path.suffix == ".gz" else open
        self._stream = opener(path, "rt", encoding=encoding, newline="")

    def __enter__(self) -> Iterator[str]:
        return iter(self._stream)

    def __exit__(self, *_: object) -> None:
        self._stream.close()


def _column_faults(name: str, file: str, contract: Contract, form: Form) -> list[Refusal]:
    counts = Counter(own.strip().lower() for own, _ in form.columns)
    return [
        Refusal(name, file, column.name, "mangler_kolonne", None, None, "the column is not in the file")
        for column in contract.columns
        if column.name not in counts
    ] + [
        Refusal(name, file, column.name, "flere_kolonner", counts[column.name], None, "the column is there twice")
        for column in contract.columns
        if counts[column.name] > 1
    ]


def _manifest_faults(folder: Path, name: str, files: list[DeliveredFile]) -> list[Refusal]:
    """Compare checksums with the manifest, where there is one; row counts are compared once rows are read."""
    listed = read_manifest(folder)
    if listed is None:
        return []
    text = "the file is not the one the manifest lists (sha256)"
    missing = "the manifest does not list the file"
    return [
        Refusal(name, f.path.name, None, "manifest", None, None, text if f.path.name in listed else missing)
        for f in files
        if listed.get(f.path.name, {}).get("sha256") != f.sha256
    ]


def read_manifest(folder: Path) -> dict[str, dict[str, str | int]] | None:
    """File name → {`rader`, `sha256`}, or None where the delivery has no manifest.

    Raises DeliveryRefused when the manifest cannot be read.
    """
    node = _manifest(folder)
    try:
        listed = None if node is None else node["filer"].items()
        return listed and {f: {"rader": int(e["rader"]), "sha256": str(e["sha256"])} for f, e in listed}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _unusable_manifest(folder) from None


def read_origin(folder: Path) -> tuple[float | None, int | None]:
    """Share of the population and seed, where the manifest says that the delivery is synthetic."""
    origin = (_manifest(folder) or {}).get("syntetisk")
    try:
        return (float(origin["andel"]), int(origin["seed"])) if origin else (None, None)
    except (ValueError, KeyError, TypeError):
        raise _unusable_manifest(folder) from None


def _manifest(folder: Path) -> dict[str, Any] | None:
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise _unusable_manifest(folder) from None
    if not isinstance(node, dict):
        raise _unusable_manifest(folder)
    return node


def _unusable_manifest(folder: Path) -> DeliveryRefused:
    text = 'expected {"filer": {"person.parquet": {"rader": 1, "sha256": "…"}, …}}'
    return DeliveryRefused([Refusal(folder.name, MANIFEST, None, "manifest", None, None, text)])
