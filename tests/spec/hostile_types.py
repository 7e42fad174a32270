"""The cells of a hostile delivery as Parquet of every type a source system may have given a column."""

from __future__ import annotations

import datetime as dt
import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.model.contracts import Column, contracts
from tests.spec import door_oracle

Celler = dict[str, str]
Maker = Callable[[str], Any]
"""What a cell is as a value of the type; None where the type cannot hold it."""

EPOKE = dt.date(1970, 1, 1)
UTENFOR_KALENDEREN = (2**31 - 1, 1_500_000_000, -1_500_000_000)
OSLO = "Europe/Oslo"


def _heltall(minst: int, storst: int) -> Maker:
    def maker(celle: str) -> int | None:
        renset = celle.strip()
        if not re.fullmatch(r"[+-]?[0-9]+", renset, re.ASCII):
            return None
        return int(renset) if minst <= int(renset) <= storst else None

    return maker


def _flyttall(celle: str) -> float | None:
    """Not so great that DuckDB would write it with an exponent."""
    try:
        tall = float(celle.replace(",", "."))
    except ValueError:
        return None
    return None if abs(tall) >= 1e15 else tall


def _flyttall_32(celle: str) -> float | None:
    """Only what a short float holds exactly, so that its digits are those of the cell."""
    tall = _flyttall(celle)
    return tall if tall is not None and abs(tall) < 2**20 and (tall * 2).is_integer() else None


def _desimal(presisjon: int, skala: int) -> Maker:
    def maker(celle: str) -> Decimal | None:
        renset = celle.strip().replace(",", ".")
        if not re.fullmatch(rf"-?[0-9]+(\.[0-9]{{1,{skala}}})?" if skala else "-?[0-9]+", renset, re.ASCII):
            return None
        tall = Decimal(renset)
        return tall if abs(tall) < 10 ** (presisjon - skala) else None

    return maker


def _dato(celle: str) -> dt.date | None:
    tekst = door_oracle.tekst(celle)
    return None if tekst is None else door_oracle.dato(tekst)


def _dag(celle: str) -> int | None:
    dato = _dato(celle)
    return None if dato is None else (dato - EPOKE).days


def _klokkeslett(timer: int) -> Maker:
    """The date at an hour of its day, by a clock without a zone."""

    def maker(celle: str) -> dt.datetime | None:
        dato = _dato(celle)
        return None if dato is None or not 1700 < dato.year < 2200 else dt.datetime(*dato.timetuple()[:3], timer)

    return maker


def _dogn(celle: str) -> int | None:
    """The date as a whole number, 20150430."""
    dato = _dato(celle)
    return None if dato is None else int(f"{dato:%Y%m%d}")


def _tekst(celle: str) -> str | None:
    return celle or None


def _byte(celle: str) -> bytes | None:
    return celle.encode() or None


def _ja(celle: str) -> bool | None:
    return {"J": True, "N": False}.get(celle.strip())


TEKSTER: list[tuple[pa.DataType, Maker]] = [
    (pa.string(), _tekst),
    (pa.large_string(), _tekst),
    (pa.string_view(), _tekst),
    (pa.dictionary(pa.int32(), pa.string()), _tekst),
    (pa.dictionary(pa.int8(), pa.large_string()), lambda celle: celle[:1] or None),
    (pa.null(), lambda _: None),
]
TALL: list[tuple[pa.DataType, Maker]] = [
    (pa.int64(), _heltall(-(2**63), 2**63 - 1)),
    (pa.uint64(), _heltall(0, 2**64 - 1)),
    (pa.int32(), _heltall(-(2**31), 2**31 - 1)),
    (pa.uint32(), _heltall(0, 2**32 - 1)),
    (pa.int16(), _heltall(-(2**15), 2**15 - 1)),
    (pa.uint8(), _heltall(0, 2**8 - 1)),
    (pa.float64(), _flyttall),
    (pa.float32(), _flyttall_32),
    (pa.decimal128(38, 0), _desimal(38, 0)),
    (pa.decimal128(25, 6), _desimal(25, 6)),
    (pa.decimal128(12, 2), _desimal(12, 2)),
    (pa.decimal128(3, 1), _desimal(3, 1)),
    (pa.decimal256(50, 4), _desimal(15, 4)),
]
DATOER: list[tuple[pa.DataType, Maker]] = [
    (pa.date32(), _dag),
    (pa.date32(), _dato),
    (pa.date64(), _dato),
    (pa.timestamp("s"), _klokkeslett(0)),
    (pa.timestamp("ns"), _klokkeslett(0)),
    (pa.timestamp("us", tz=OSLO), _klokkeslett(0)),
    (pa.int32(), _dogn),
    (pa.float64(), _dogn),
]
TIDSPUNKTER: list[tuple[pa.DataType, Maker]] = [
    (pa.timestamp("ms"), _klokkeslett(23)),
    (pa.timestamp("us"), _klokkeslett(12)),
    (pa.timestamp("ns"), _klokkeslett(1)),
    (pa.timestamp("us", tz=OSLO), _klokkeslett(12)),
]
"""Days with a time of day, of which no row is let in."""
VALG = {"VARCHAR": [*TALL[:2], TALL[6], (pa.bool_(), _ja), (pa.binary(), _byte)], "DATE": DATOER}
"""What a column may be given beside text, by its type in the contract; numbers for the rest."""


def skriv(mappe: Path, filer: Mapping[str, Sequence[Celler]], trekning: random.Random) -> dict[str, list[Celler]]:
    """Write a delivery; returns its cells as they now stand, the way they would be written as text."""
    mappe.mkdir()
    return {uttrekk: _skriv_fil(mappe, uttrekk, rader, trekning) for uttrekk, rader in filer.items()}


def _skriv_fil(mappe: Path, uttrekk: str, rader: Sequence[Celler], trekning: random.Random) -> list[Celler]:
    kolonner, tekster = {}, {}
    for column in trekning.sample(contracts()[uttrekk].columns, len(contracts()[uttrekk].columns)):
        type_, maker = _type(column, trekning)
        verdier = [maker(rad[column.name]) for rad in rader]
        if type_ == pa.date32() and maker is _dag and trekning.random() < 0.3:
            # Rare, for the column should have dates that are good as well.
            verdier = [trekning.choice(UTENFOR_KALENDEREN) if trekning.random() < 0.01 else v for v in verdier]
        if pa.types.is_dictionary(type_) and len(set(verdier)) > 100:
            type_ = pa.string()
        lokal = pa.array(verdier, pa.timestamp("us") if pa.types.is_timestamp(type_) else type_)
        zone = getattr(type_, "tz", None)
        kolonner[trekning.choice((column.name, column.name.upper(), f" {column.name}"))] = (
            pa.compute.assume_timezone(lokal, zone, ambiguous="earliest", nonexistent="latest")
            if zone
            else lokal.cast(type_)
        )
        tekster[column.name] = [_som_tekst(verdi, maker) for verdi in verdier]
    kolonner["Ekstra"] = pa.array([{"a": [n]} for n in range(len(rader))], pa.struct({"a": pa.list_(pa.int64())}))
    pq.write_table(pa.table(kolonner), mappe / f"{uttrekk}.parquet", row_group_size=trekning.choice((7, 1000)))
    return [dict(zip(tekster, celler, strict=True)) for celler in zip(*tekster.values(), strict=True)]


def _type(column: Column, trekning: random.Random) -> tuple[pa.DataType, Maker]:
    """Mostly one that can hold what the contract asks for: who is not let in tells nothing of the rest."""
    trygg = bool(column.key or column.required or column.pattern)
    if trygg and trekning.random() < 0.6:
        return trekning.choice(TEKSTER[:4])
    if column.type in ("BIGINT", "INTEGER") and trygg:
        return trekning.choice([*TALL[:2], TALL[6], TALL[8], TALL[9]])
    if column.type == "DATE":
        return trekning.choice(DATOER if trygg else [*DATOER, *TIDSPUNKTER])
    if column.type == "VARCHAR" and trygg:
        return trekning.choice(TEKSTER[:4])
    return trekning.choice([*TEKSTER, *VALG.get(column.type, TALL)])


def _som_tekst(verdi: Any, maker: Maker) -> str:
    if verdi is None or (isinstance(verdi, float) and math.isnan(verdi)):
        return ""
    if maker is _dag:
        utenfor = verdi in UTENFOR_KALENDEREN
        return "utenfor kalenderen" if utenfor else (EPOKE + dt.timedelta(verdi)).isoformat()
    match verdi:
        case bool():
            tekst = str(verdi).lower()
        case bytes():
            tekst = verdi.decode()
        case dt.datetime():
            tekst = f"{verdi:%Y-%m-%d}" if verdi.time() == dt.time() else f"{verdi:%Y-%m-%d %H:%M:%S}"
        case dt.date():
            tekst = verdi.isoformat()
        case float() | Decimal():
            tekst = str(int(verdi)) if verdi == int(verdi) else f"{verdi}"
        case _:
            tekst = str(verdi)
    return tekst
