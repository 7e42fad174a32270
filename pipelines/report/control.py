"""What the numbers rest on: attrition, cards and plans known, the deliveries, and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from pipelines.base import bokmaal
from pipelines.base.months import month_name
from pipelines.disclosure import published
from pipelines.document.blocks import SKJULT, Column, Paragraph, Section, Table, Value
from pipelines.drawing import source

STEPS = {
    "i_leveransen": "I leveransen (skjermede er ikke med)",
    "aktive": "Med person_id i bruk",
    "mottakere": "Fikk utbetalt AAP i måneden",
    "med_innvilget_vedtak": "Av dem: med innvilget vedtak",
    "med_meldekort": "Av dem: med minst ett meldekort de selv har sendt",
    "med_innsatsgruppe": "Av dem: med innsatsgruppe",
    "i_forlop": "Av dem: i et forløp denne måneden",
    "tilgang": "Av dem: startet etter panelets to første måneder",
    "helt_ny": "Av dem: helt nye mottakere",
    "tiprosent": "Av dem: i tiprosentutvalget",
}
POPULATIONS = {
    "tverrsnitt": "Antall personer som er igjen etter hvert steg, {words}",
    "forlop": "Antall personer som er igjen etter hvert steg mot de nye forløpene, {words}",
}
ROWS = {
    "lest": "Lest",
    "lastet": "Lastet",
    "duplikat": "Duplikat",
    "karantene": "Karantene",
}


def section(con: duckdb.DuckDBPyConnection, months: Sequence[date]) -> list[Section]:
    """The chapter for a month, or for the months of a tertial."""
    words = (
        bokmaal.maaned(months[0]) if len(months) == 1 else f"{bokmaal.maaned(months[0])}–{bokmaal.maaned(months[-1])}"
    )
    cards = [_cards(con, month, len(months) > 1) for month in months]
    delivered = deliveries(con, months, words)
    return [
        Section("grunnlag", "Frafall, dekning og karantene", [Paragraph(quarantined(con, months))]),
        Section("frafall", "Frafall", attrition(con, months, words), 3),
        Section("dekning", "Dekning", [*(Paragraph(text) for text in cards if text)], 3),
        Section("leveranser", "Leveranser og karantene", [delivered], 3),
    ]


def attrition(con: duckdb.DuckDBPyConnection, months: Sequence[date], words: str) -> list[Table]:
    """How many persons each step keeps, a table for each population and a column for each month."""
    frame = published(con, "kontroll.frafall", maaned=list(months))
    columns = [Column("Steg"), *(Column(bokmaal.stor(bokmaal.maaned_kort(month)), "count") for month in months)]
    tables = []
    for population, caption in POPULATIONS.items():
        steps = frame.filter(populasjon=population).sort("steg_nr")
        found = {(row["steg"], row["maaned"]): row for row in steps.iter_rows(named=True)}
        rows: list[Sequence[Value]] = []
        for step in steps["steg"].unique(maintain_order=True):
            cells = [found.get((step, month)) for month in months]
            values = [None if cell is None else SKJULT if cell["skjult"] else cell["personer"] for cell in cells]
            rows.append((STEPS.get(step, step), *values))
        if rows or population == "tverrsnitt":
            name = "frafall" if population == "tverrsnitt" else f"frafall_{population}"
            tables.append(Table(name, caption.format(words=words), columns, rows))
    return tables


def deliveries(con: duckdb.DuckDBPyConnection, months: Sequence[date], words: str) -> Table:
    """What became of the rows of each extract."""
    frame = _delivered(con, months)
    columns = [
        Column("Uttrekk"),
        Column("Leveranse"),
        *(Column(name, "count") for name in ROWS.values()),
        Column("Kontrakt"),
    ]
    rows: list[Sequence[Value]] = []
    for row in frame.iter_rows(named=True):
        values = [SKJULT if row[name] is None and row["skjult"] else row[name] for name in ROWS]
        rows.append((row["uttrekk"], row["leveranse"], *values, row["kontrakt_versjon"]))
    note = "Rader om skjermede personer er ikke med i noe tall. Rader i karantene brøt en regel i kontrakten."
    return Table("leveranser", f"Rader i leveransene, {words}", columns, rows, note=note)


def quarantined(con: duckdb.DuckDBPyConnection, months: Sequence[date]) -> str:
    """How many rows were refused, as a sentence; of extracts with a hidden count, only that they have one."""
    frame = _delivered(con, months)
    if frame.is_empty():
        return "Det finnes ingen opplysninger om leveransene."
    shown = frame.filter(pl.col("karantene").is_not_null() & pl.col("lest").is_not_null())
    hidden = frame.height - shown.height
    refused, read = (int(shown[name].sum()) for name in ("karantene", "lest"))
    text = f"{bokmaal.stor(_rows(refused))} av {bokmaal.tall(read)} leste rader ble satt i karantene"
    if read:
        text += f" ({bokmaal.prosent(refused / read)})"
    if hidden:
        text += f"; {bokmaal.tall(hidden)} uttrekk der tallet er skjult, er ikke med"
    return f"{text}."


def _rows(number: int) -> str:
    return "ingen" if number == 0 else bokmaal.tall(number)


def _delivered(con: duckdb.DuckDBPyConnection, months: Sequence[date]) -> pl.DataFrame:
    return published(con, "kontroll.leveranse", leveranse=[month_name(month) for month in months]).sort(
        "uttrekk", "leveranse"
    )


def _cards(con: duckdb.DuckDBPyConnection, month: date, named: bool) -> str:
    everyone = published(con, "statistikk.tverrsnitt", maaned=month, gruppering="alle")
    text = source.coverage(everyone)
    return f"{bokmaal.stor(bokmaal.maaned(month))}: {text}" if named and text else text
