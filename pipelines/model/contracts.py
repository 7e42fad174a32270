"""The data contracts: what each extract looks like, read from `data_contracts/*.odcs.yaml` (ODCS v3.1).

The contract is the one source: the reader, the row rules, the tables of the `kilde` layer, their comments and
the documentation all follow from it. Code lists are `data_contracts/kodeverk/*.csv`, loaded as tables of the
schema `kodeverk`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from glob import escape
from pathlib import Path
from typing import Any

import duckdb

from pipelines.base import yaml_file
from pipelines.base.home import ROOT

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
    minimum: float | None = None
    maximum: float | None = None
    open_after: str | None = None
    """For an end date: the start column that tells a real 1999-12-31 from the two-digit-year artefact."""
    stored_as: str | None = None
    """The type in the warehouse, where it is not the delivered one."""
    compression: str | None = None
    """How the warehouse packs the column, where trying every way for every block costs too much."""

    @property
    def is_other_id(self) -> bool:
        """Whether the column says which case, card or plan a row is of; a person_id never reaches a table."""
        return self.type == "BIGINT" and self.name not in IDENTIFYING


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
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        open_after=custom.get("aapenSluttEtter"),
        stored_as=custom.get("lagresSom"),
        compression=custom.get("komprimering"),
    )


def _contract(path: Path) -> Contract:
    document = yaml_file.read(path)
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
    )


@cache
def contracts() -> dict[str, Contract]:
    """The ten contracts by extract name; `person` and `meldekort` first, since other extracts refer to them."""
    found = {c.name: c for c in map(_contract, sorted(CONTRACTS.glob("*.odcs.yaml")))}
    first = ("person", "meldekort")
    return {name: found[name] for name in (*first, *(n for n in found if n not in first))}


def create_kilde(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty tables of the `kilde` layer where they are not there yet."""
    con.execute("CREATE SCHEMA IF NOT EXISTS kilde")
    for contract in contracts().values():
        packed = {c.name: f" USING COMPRESSION {c.compression}" for c in contract.columns if c.compression}
        columns = ", ".join(
            f"{name} {type_}{packed.get(name, '')}" for name, (type_, _) in contract.kilde_columns().items()
        )
        con.execute(f"CREATE TABLE IF NOT EXISTS kilde.{contract.name} ({columns})")


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
            [escape(str(path)), types],
        )
