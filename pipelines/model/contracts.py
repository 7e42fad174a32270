"""The data contracts: what each extract looks like, read from `data_contracts/*.odcs.yaml` (ODCS v3.1).

The contract is the one source: the reader, the row rules, the tables of the `kilde` layer, their comments and
the documentation all follow from it. A contract may say from and to which month (`gyldigFra`, `gyldigTil`) a column
or the whole extract is delivered: what it says of a month is what is valid in that month. Code lists are
`data_contracts/kodeverk/*.csv`, loaded as tables of the schema `kodeverk`.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base import yaml_file
from pipelines.base.errors import AktivitetError
from pipelines.base.home import ROOT
from pipelines.base.months import parse_month

CONTRACTS = ROOT / "data_contracts"
KODEVERK = CONTRACTS / "kodeverk"

# What the identity line (identity.py) puts in place of what identifies: the contract's own columns on the
# left never reach a table, those on the right do.
IDENTIFYING = {"person_id", "fodselsnr", "fodselsdato", "doed_dato", "fr_kode"}
PERSON_DERIVED = {
    "person_key": ("UUID", "Pseudonym: de første 16 byte av HMAC-SHA256 av fødselsnummeret."),
    "rang": ("INTEGER", "1 for den høyeste aktive person_id med samme fødselsnummer; null når ikke aktiv."),
    "fodselsmaaned": ("DATE", "Den første i fødselsmåneden."),
    "doedsmaaned": ("DATE", "Den første i dødsmåneden."),
    "i_tiprosentutvalg": ("BOOLEAN", "Født den 5., 15. eller 25. ifølge fødselsnummeret."),
}
MAANED = ("DATE", "Leveransens måned, den første i måneden.")
PERSON_KEY = PERSON_DERIVED["person_key"]
REFERRED_TO = ("person", "meldekort")
"""Rows of other extracts are judged by these, so they are read first and are in every delivery."""
NOT_RULES = {"description", "description_en", "compression", "valid"}
"""What a contract says of a column that changes nothing of a row that is loaded."""


@dataclass(frozen=True)
class Validity:
    """The months, from `first` to `last`, in which a column or an extract is delivered; None is no bound."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, month: date) -> bool:
        return (self.first is None or self.first <= month) and (self.last is None or month <= self.last)


ALWAYS = Validity()


@dataclass(frozen=True)
class Column:
    """One column of an extract as the contract describes it."""

    name: str
    type: str
    required: bool
    key: bool
    description: str
    description_en: str
    kodeverk: str | None = None
    minimum: float | date | None = None
    maximum: float | date | None = None
    """The least and the greatest value that can be true, of numbers and of dates."""
    pattern: str | None = None
    """The form of a code that has no list, as a regular expression of the whole value."""
    protects: bool = False
    """Whether a value shelters the person unless the code list says that it does not."""
    open_after: str | None = None
    """For an end date: the start column that tells a real 1999-12-31 from the two-digit-year artefact."""
    open_ends: tuple[date, ...] = ()
    """Dates that mean that there is no end yet."""
    no_dates: tuple[date, ...] = ()
    """Dates that systems write where they have none."""
    stored_as: str | None = None
    """The type in the warehouse, where it is not the delivered one."""
    compression: str | None = None
    """How the warehouse packs the column, where trying every way for every block costs too much."""
    valid: Validity = ALWAYS
    """The months whose files have the column; in those it must be there, whether or not its values are required."""

    @property
    def is_other_id(self) -> bool:
        """Whether the column says which case, card or plan a row is of; a person_id never reaches a table."""
        return self.type == "BIGINT" and self.name not in IDENTIFYING

    @property
    def rules(self) -> dict[str, Any]:
        """What decides how the column is read, judged and stored, without what is left at its default."""
        said = {f.name: (getattr(self, f.name), f.default) for f in fields(self) if f.name not in NOT_RULES}
        return {name: value for name, (value, default) in said.items() if default is MISSING or value != default}

    @property
    def artefacts(self) -> tuple[date, ...]:
        """Dates that are none: all are read as null."""
        return (*self.open_ends, *self.no_dates)


@dataclass(frozen=True)
class Contract:
    """One extract: its columns in contract order and the limits for refusing a delivery."""

    name: str
    version: str
    description: str
    columns: tuple[Column, ...]
    event_date: str | None
    refuse_count: int
    refuse_share: float
    valid: Validity = ALWAYS
    """The months that have the extract."""
    optional: bool = False
    """Whether a delivery may come without it; what needs it is then null, for the reason `uttrekket mangler`."""

    def not_delivered(self, month: date) -> frozenset[str]:
        """The columns that a file of the month need not have, and that are not read of one that has them."""
        return frozenset(column.name for column in self.columns if month not in column.valid)

    def edition(self, month: date) -> str:
        """The version and a digest of what the contract says of files of the month, as semantic versioning writes a
        build: `1.0.0+0123456789ab`. Of two editions with the same digest the same rows are loaded."""
        columns = [column.rules for column in self.columns if month in column.valid]
        rules = [self.event_date, self.refuse_count, self.refuse_share, columns]
        return f"{self.version}+{hashlib.sha256(json.dumps(rules, default=str).encode()).hexdigest()[:12]}"

    def reads_as(self, edition: str, month: date) -> bool:
        """Whether a file of the month is read as it was by `edition`, whatever the versions are called. An edition
        without a digest, of before there were any, is known by its version alone."""
        version, _, digest = edition.partition("+")
        return digest == self.edition(month).partition("+")[2] if digest else version == self.version

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.key)

    @property
    def has_person(self) -> bool:
        return any(column.name == "person_id" for column in self.columns)

    def kilde_columns(self) -> dict[str, tuple[str, str]]:
        """Name → (type, comment) of the table `kilde.<name>`: as delivered, but nobody's identity."""
        kept = {c.name: (c.stored_as or c.type, c.description) for c in self.columns if c.name not in IDENTIFYING}
        if self.name == "person":
            return {"maaned": MAANED, **PERSON_DERIVED, **kept}
        if self.has_person:
            return {"maaned": MAANED, "person_key": PERSON_KEY, **kept}
        return {"maaned": MAANED, **kept}


def _custom(node: dict[str, Any]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in node.get("customProperties", [])}


def _validity(custom: dict[str, Any]) -> Validity:
    """Raises ValueError for what is no month, or an end before the beginning."""
    said = (custom.get("gyldigFra"), custom.get("gyldigTil"))
    first, last = (None if month is None else parse_month(str(month)) for month in said)
    if first and last and last < first:
        raise ValueError("gyldigTil is before gyldigFra")
    return Validity(first, last)


def _column(node: dict[str, Any]) -> Column:
    custom, limits = _custom(node), node.get("logicalTypeOptions", {})
    return Column(
        name=node["name"],
        type=node["physicalType"],
        required=node.get("required", False),
        key=node.get("primaryKey", False),
        description=node["description"],
        description_en=custom["descriptionEn"],
        kodeverk=custom.get("kodeverk"),
        minimum=_limit(limits.get("minimum")),
        maximum=_limit(limits.get("maximum")),
        pattern=limits.get("pattern"),
        protects=custom.get("beskytter", False),
        open_after=custom.get("aapenSluttEtter"),
        open_ends=_dates(custom.get("aapenSlutt")),
        no_dates=_dates(custom.get("ingenDato")),
        stored_as=custom.get("lagresSom"),
        compression=custom.get("komprimering"),
        valid=_validity(custom),
    )


def _limit(value: Any) -> float | date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _dates(values: list[str] | None) -> tuple[date, ...]:
    return tuple(date.fromisoformat(value) for value in values or ())


def _contract(path: Path) -> Contract:
    """The contract of a file. Raises AktivitetError, naming it, where its months or what is optional cannot be."""
    try:
        contract = _read(yaml_file.read(path))
        _refuse_what_must_be_there(contract)
    except ValueError as error:
        raise AktivitetError(f"The contract {path.name} cannot be followed: {error}.") from None
    return contract


def _refuse_what_must_be_there(contract: Contract) -> None:
    """No key, nothing that tells or shelters a person and no date of an event may be missing in some months, nor an
    extract that others refer to."""
    for column in contract.columns:
        needed = column.key or column.name in IDENTIFYING or column.name == contract.event_date
        if needed and column.valid != ALWAYS:
            raise ValueError(f"column {column.name} is needed in every month, so it can have no gyldigFra or gyldigTil")
    if contract.name in REFERRED_TO and (contract.optional or contract.valid != ALWAYS):
        raise ValueError("other extracts refer to it, so it is neither valgfri nor of some months only")


def _read(document: dict[str, Any]) -> Contract:
    (table,) = document["schema"]
    custom = _custom(table)
    return Contract(
        name=document["name"],
        version=document["version"],
        description=table["description"],
        columns=tuple(_column(node) for node in table["properties"]),
        event_date=custom.get("hendelsesdato"),
        refuse_count=custom["karantenegrenseAntall"],
        refuse_share=custom["karantenegrenseAndel"],
        valid=_validity(custom),
        optional=custom.get("valgfri", False),
    )


def folder() -> Path:
    """The folder of the contracts: `AKTIVITET_CONTRACTS`, else the project's own."""
    return Path(os.environ.get("AKTIVITET_CONTRACTS") or CONTRACTS).absolute()


def contracts() -> dict[str, Contract]:
    """The contracts by extract name; `person` and `meldekort` first, since other extracts refer to them.

    Raises AktivitetError where one of them cannot be followed.
    """
    return _contracts(folder())


@cache
def _contracts(of: Path) -> dict[str, Contract]:
    found = {c.name: c for c in map(_contract, sorted(of.glob("*.odcs.yaml")))}
    if absent := [name for name in REFERRED_TO if name not in found]:
        raise AktivitetError(f"The folder of contracts {of} has none of {' and '.join(absent)}.")
    return {name: found[name] for name in (*REFERRED_TO, *(n for n in found if n not in REFERRED_TO))}


def create_kilde(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of the `kilde` layer where they are not there yet, and in those that are the columns their
    contracts have gained, null in the rows that are loaded.

    Raises AktivitetError, with every column whose type is no longer the contract's, and makes nothing.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS kilde")
    there = _kilde(con)
    if changed := [text for contract in contracts().values() for text in _changed_types(con, contract, there)]:
        raise AktivitetError(
            f"The warehouse has columns of another type than their contracts: {'; '.join(changed)}. Nothing was"
            " changed. A column keeps its type: give the new one another name and gyldigFra, and the old one gyldigTil;"
            " or load every month again into another home folder."
        )
    for contract in contracts().values():
        packed = {c.name: f" USING COMPRESSION {c.compression}" for c in contract.columns if c.compression}
        columns = {n: f"{n} {type_}{packed.get(n, '')}" for n, (type_, _) in contract.kilde_columns().items()}
        if contract.name not in there:
            con.execute(f"CREATE TABLE kilde.{contract.name} ({', '.join(columns.values())})")
            continue
        for name in columns.keys() - there[contract.name].keys():
            con.execute(f"ALTER TABLE kilde.{contract.name} ADD COLUMN {columns[name]}")


def _kilde(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Table of `kilde` → its columns with their types."""
    found: dict[str, dict[str, str]] = {}
    columns = "SELECT table_name, column_name, data_type FROM duckdb_columns()"
    of_kilde = "WHERE schema_name = 'kilde' AND database_name = current_database()"
    for table, column, type_ in con.execute(f"{columns} {of_kilde}").fetchall():
        found.setdefault(table, {})[column] = type_
    return found


def _changed_types(con: duckdb.DuckDBPyConnection, contract: Contract, there: dict[str, dict[str, str]]) -> list[str]:
    nulls = ", ".join(f"NULL::{type_} AS {name}" for name, (type_, _) in contract.kilde_columns().items())
    wanted = con.execute(f"DESCRIBE SELECT {nulls}").fetchall()
    has = there.get(contract.name, {})
    return [
        f"{contract.name}.{name} is {has[name]} and is to be {type_}"
        for name, type_, *_ in wanted
        if has.get(name, type_) != type_
    ]


def kodeverk_sums() -> dict[str, str]:
    """The sha256 of each code list, by its name."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(KODEVERK.glob("*.csv"))}


def load_kodeverk(con: duckdb.DuckDBPyConnection) -> None:
    """Load every code list as `kodeverk.<file name>`, replacing what was there; types as DuckDB reads them,
    but codes, numbers that name and sources (columns that end in `kode`, `_nr` or `kilde`) always as text."""
    con.execute("CREATE SCHEMA IF NOT EXISTS kodeverk")
    for path in sorted(KODEVERK.glob("*.csv")):
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        types = {name: "VARCHAR" for name in header if name.endswith(("kode", "_nr", "kilde"))}
        con.execute(
            f"CREATE OR REPLACE TABLE kodeverk.{path.stem} AS FROM read_csv(?, header = true, types = ?)",
            [str(path), types],
        )
