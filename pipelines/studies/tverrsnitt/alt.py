"""What a figure shows, in words made from its data, for those who do not see it."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipelines.base import bokmaal
from pipelines.drawing.labels import NAMES, navn, order

SHOWN = " (av dem som vises)"


def text(data: pl.DataFrame) -> str:
    """The alternative text of a figure, by the shape of its data: over years, by group, or by status."""
    if data.is_empty():
        return "Figuren er tom: det er ingen tall."
    if "h_tolvdeler" in data.columns:
        return _estimate(data)
    if "aar" in data.columns:
        return _years(data)
    if "gruppering" in data.columns and data["gruppering"].n_unique() > 1:
        return _groups(data)
    rows = {row["mal"]: row for row in data.iter_rows(named=True)}
    codes = [f"aktivitetsstatus={code}" for code in order("aktivitetsstatus")]
    named = [_named(rows[code], "mal") for code in [*codes, *(mal for mal in rows if mal not in codes)] if code in rows]
    return bokmaal.stor("; ".join(named)) + "."


def _years(data: pl.DataFrame) -> str:
    said = []
    named = "mal" if "mal" in data.columns else "innsatsgruppe"
    for mal in data[named].unique(maintain_order=True):
        rows = data.filter(pl.col(named) == mal, pl.col("andel").is_not_null()).sort("aar").to_dicts()
        if len(rows) < 2:
            continue
        first, last = rows[0], rows[-1]
        between = f"mellom {first['aar']} og {last['aar']}"
        name = _low(navn(mal, None if "=" in mal else named))
        if mal == "mottakere":
            said.append(f"Antall mottakere: {bokmaal.endring(last['antall'], first['antall'], 'personer')}, {between}.")
        else:
            change = bokmaal.endring(last["andel"], first["andel"], bokmaal.PROSENT)
            said.append(f"Andel {name}: {change}, {between}.")
    return " ".join(said) or "Figuren har tall for ett år; de står i tabellen."


def _groups(data: pl.DataFrame) -> str:
    said = []
    for gruppering in data["gruppering"].unique(maintain_order=True):
        of_grouping = data.filter(pl.col("gruppering") == gruppering)
        rows = of_grouping.filter(pl.col("andel").is_not_null()).sort("andel").to_dicts()
        if gruppering == "alle" and rows:
            said.append(f"Alle: {bokmaal.prosent(rows[0]['andel'])}.")
        elif len(rows) > 1:
            low, high = (
                f"{_low(navn(row['gruppe'], gruppering))} med {bokmaal.prosent(row['andel'])}"
                for row in (rows[0], rows[-1])
            )
            shown = SHOWN if of_grouping["skjult"].any() else ""
            said.append(f"{navn(gruppering, 'gruppering')}: høyest er {high}, lavest {low}{shown}.")
    return " ".join(said) or "Alle tall i figuren er skjult."


def _estimate(data: pl.DataFrame) -> str:
    half = data.filter(pl.col("h_tolvdeler") == 6)
    known = {row["aktivitetsstatus"]: row for row in half.iter_rows(named=True)}
    parts = [_value(navn(code, "aktivitetsstatus"), known[code]) for code in order("aktivitetsstatus") if code in known]
    shown = bokmaal.stor("; ".join(parts))
    return f"Når halvparten flyttes, er fordelingen slik. {shown}."


def _named(row: dict[str, Any], column: str) -> str:
    return _value(navn(row[column], None if "=" in row[column] else column), row)


def _value(name: str, row: dict[str, Any]) -> str:
    said = "skjult" if row["skjult"] else "kan ikke vites" if row["andel"] is None else bokmaal.prosent(row["andel"])
    return f"{_low(name)}: {said}"


def _low(name: str) -> str:
    return name if name in NAMES["fylke"] else name[:1].lower() + name[1:]
