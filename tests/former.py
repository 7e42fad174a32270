"""How a delivery is written: as text or as Parquet, the way a source system would."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.model.contracts import Column, contracts

Rad = dict[str, str | None]
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Csv:
    """How an extract is written as text. The defaults are the form seen most: see arena-schemas.md §7.2."""

    skille: str = ";"
    tegnsett: str = "utf-8"
    dato: str = "%d.%m.%Y"
    desimal: str = ","
    tomt: str = ""
    linjeskift: str = "\n"
    overskrift: Callable[[str], str] = str.upper
    rekkefolge: Callable[[Sequence[str]], Sequence[str]] = list
    ekstra: Mapping[str, str] = field(default_factory=dict)
    alt_i_anforsel: bool = False
    gz: bool = False

    def skriv(self, mappe: Path, uttrekk: str, rader: Sequence[Rad]) -> Path:
        kolonner = {column.name: column for column in contracts()[uttrekk].columns}
        navn = list(self.rekkefolge(list(kolonner)))
        ut = io.StringIO(newline="")
        sitering = csv.QUOTE_ALL if self.alt_i_anforsel else csv.QUOTE_MINIMAL
        skriver = csv.writer(ut, delimiter=self.skille, lineterminator=self.linjeskift, quoting=sitering)
        skriver.writerow([*(self.overskrift(n) for n in navn), *self.ekstra])
        for rad in rader:
            skriver.writerow([*(self._celle(kolonner[n], rad.get(n)) for n in navn), *self.ekstra.values()])
        fil = mappe / f"{uttrekk}.csv{'.gz' if self.gz else ''}"
        innhold = ut.getvalue().encode(self.tegnsett)
        fil.write_bytes(gzip.compress(innhold, mtime=0) if self.gz else innhold)
        return fil

    def _celle(self, kolonne: Column, verdi: str | None) -> str:
        if verdi is None:
            return self.tomt
        if kolonne.type == "DATE" and ISO.fullmatch(verdi):
            aar, maaned, dag = verdi.split("-")
            return self.dato.replace("%d", dag).replace("%m", maaned).replace("%Y", aar)
        return verdi.replace(".", self.desimal) if kolonne.type.startswith("DECIMAL") else verdi


@dataclass(frozen=True)
class Parquet:
    """Typed columns as the contract has them, or text; `typer` overrides the Arrow type of single columns."""

    tekst: bool = False
    typer: Mapping[str, pa.DataType] = field(default_factory=dict)
    ekstra: Mapping[str, Any] = field(default_factory=dict)

    def skriv(self, mappe: Path, uttrekk: str, rader: Sequence[Rad]) -> Path:
        kolonner = {}
        for column in contracts()[uttrekk].columns:
            type_ = pa.string() if self.tekst else _arrow(column.type)
            verdier = [_verdi(rad.get(column.name), type_) for rad in rader]
            kolonner[column.name] = pa.array(verdier, type_).cast(self.typer.get(column.name, type_))
        for navn, verdi in self.ekstra.items():
            kolonner[navn] = pa.array([verdi] * len(rader))
        fil = mappe / f"{uttrekk}.parquet"
        pq.write_table(pa.table(kolonner), fil)
        return fil


Form = Csv | Parquet


def _arrow(type_: str) -> pa.DataType:
    if type_.startswith("DECIMAL"):
        presisjon, skala = map(int, re.findall(r"\d+", type_))
        return pa.decimal128(presisjon, skala)
    return {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "DATE": pa.date32(), "VARCHAR": pa.string()}[type_]


def _verdi(tekst: str | None, type_: pa.DataType) -> Any:
    if tekst is None or pa.types.is_string(type_):
        return tekst
    if pa.types.is_date(type_):
        return dt.date.fromisoformat(tekst)
    return Decimal(tekst) if pa.types.is_decimal(type_) else int(tekst)
