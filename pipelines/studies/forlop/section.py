"""The courses: what new recipients have been in, how soon, and how long they are passive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.base import bokmaal
from pipelines.disclosure import published
from pipelines.document.blocks import SKJULT, Block, Column, Hidden, Paragraph, Picture, Section, Table, Value
from pipelines.drawing.rendering import Workshop
from pipelines.studies.forlop import alt as alt_forlop
from pipelines.studies.forlop import figures

POPULATION = "helt_ny"
EVER = {
    "behandling": "Medisinsk behandling",
    "tiltak": "Arbeidsrettet tiltak",
    "arbeid": "Arbeid",
    "arbeidsrettet": "Tiltak eller arbeid",
    "begge": "Både behandling og tiltak eller arbeid",
    "samtidig": "Begge i samme måned",
    "ingen": "Ingen av delene",
}
LENGTHS = {"1-12": "1–12 md.", "13-24": "13–24 md.", "25-36": "25–36 md.", "37+": "37 md. og mer"}
ELAPSED = (12, 24, 36)
LEAD = (
    "Et forløp starter i en måned med utbetaling etter to uten, og slutter når to måneder på rad er uten. Tabellene"
    " gjelder helt nye mottakere: personens første forløp, ikke konvertert fra tidligere ytelser. Forløpene følges"
    " gjennom alle månedene som er lastet, ikke bare dem rapporten ellers gjelder."
)


PARTS = {
    "noensinne": ("Aktivitet i løpet av forløpet", ["forlop_noensinne"]),
    "ventetid": ("Tid til første aktivitet", ["forlop_insidens"]),
    "tilstand": (
        "Aktivitet måned for måned",
        ["forlop_tilstand", "forlop_tilstand_aldersgruppe", "forlop_tilstand_diagnosegruppe"],
    ),
    "passiv": ("Perioder uten registrert aktivitet", ["forlop_passiv"]),
    "overganger": ("Overganger", ["forlop_overganger_1", "forlop_overganger_6"]),
    "vanligste": ("De vanligste forløpene", ["forlop_vanligste"]),
    "typer": ("Typer av forløp", ["forlop_typer", "forlop_typer_tilstand", "forlop_typer_bakgrunn"]),
}
"""The parts of the chapter in order: heading and figures."""


class Result(NamedTuple):
    """One result of `statistikk.forlop`."""

    antall: int | None
    nevner: int | None
    verdi: float | None
    skjult: bool

    @property
    def shown(self) -> float | Hidden | None:
        return SKJULT if self.skjult and self.verdi is None else self.verdi


Results = dict[tuple[str, str, str, int | None], Result]
NOTHING = Result(None, None, None, False)


def results(con: duckdb.DuckDBPyConnection) -> Results:
    """What the chapter shows, by `mal`, `gruppering`, `gruppe`, `maaned_nr`; empty where there are no courses."""
    if not con.execute("select 1 from duckdb_tables() where schema_name || table_name = 'statistikkforlop'").fetchall():
        return {}
    measures = [f"noensinne={code}" for code in EVER] + [f"median_maaneder={code}" for code in EVER]
    frame = published(
        con,
        "statistikk.forlop",
        utvalg=POPULATION,
        gruppering=["alle", "lengde"],
        mal=[*measures, "forlop", "snitt=andel_passiv", "median_dager=tiltak"],
    )
    key = ("mal", "gruppering", "gruppe", "maaned_nr")
    value = ("antall", "nevner", "verdi", "skjult")
    return {
        tuple(row[name] for name in key): Result(*(row[name] for name in value)) for row in frame.iter_rows(named=True)
    }


def draw(con: duckdb.DuckDBPyConnection, found: Results, workshop: Workshop) -> tuple[list[Picture], list[Path]]:
    """The chapter's figures, where there are courses: as pictures, and every file `workshop` makes of them."""
    pictures: list[Picture] = []
    written: list[Path] = []
    for drawing in figures.figures(con) if found else ():
        paths = workshop.save(drawing)
        said = alt_forlop.text(drawing.name, drawing.data)
        pictures.append(Picture(drawing.name, drawing.title, said, paths[0], drawing.data))
        written += paths
    return pictures, written


def section(found: Results, pictures: Sequence[Picture]) -> list[Section]:
    """The chapter, or a line where there are no courses. A part without a table or a figure is left out."""
    if not found:
        return [Section("forlop", "Forløp", [Paragraph("Det er ikke bygd forløp i dette øyeblikksbildet.")])]
    by_name = {picture.name: picture for picture in pictures}
    tables: dict[str, list[Table]] = {"noensinne": [by_length(found), by_time(found)], "ventetid": [waiting(found)]}
    sections = [Section("forlop", "Forløp", [Paragraph(LEAD), *(Paragraph(text) for text in sentences(found))])]
    for code, (title, names) in PARTS.items():
        blocks: list[Block] = [*tables.get(code, []), *(by_name[name] for name in names if name in by_name)]
        if blocks:
            sections.append(Section(f"forlop-{code}", title, blocks, 3))
    return sections


def sentences(found: Results) -> Iterator[str]:
    """The courses in a sentence or two."""
    spells = found.get(("forlop", "alle", "alle", None), NOTHING)
    if spells.verdi is not None:
        yield f"Datagrunnlaget har {bokmaal.antall(round(spells.verdi), 'forløp')} av helt nye mottakere."
    shares = {code: found.get((f"noensinne={code}", "alle", "alle", None), NOTHING).verdi for code in EVER}
    if shares["behandling"] is not None and shares["arbeidsrettet"] is not None:
        yield (
            f"I {bokmaal.prosent(shares['behandling'])} av dem er det minst én måned med registrert behandling, og i"
            f" {bokmaal.prosent(shares['arbeidsrettet'])} minst én med tiltak eller arbeid."
        )
    passive = found.get(("snitt=andel_passiv", "alle", "alle", None), NOTHING).verdi
    if passive is not None:
        yield f"I snitt er {bokmaal.prosent(passive)} av forløpets måneder uten registrert aktivitet."


def by_length(found: Results) -> Table:
    """«Ever» shares by the length of the course."""
    rows: list[Sequence[Value]] = []
    for code, name in EVER.items():
        shares = [found.get((f"noensinne={code}", "lengde", length, None), NOTHING).shown for length in LENGTHS]
        rows.append((name, *shares, found.get((f"noensinne={code}", "alle", "alle", None), NOTHING).shown))
    columns = [
        Column("Minst én måned med"),
        *(Column(name, "percent") for name in LENGTHS.values()),
        Column("Alle", "percent"),
    ]
    return Table("forlop_lengde", "Andel forløp med aktivitet, etter forløpets lengde", columns, rows)


def by_time(found: Results) -> Table:
    """«Ever» shares within the first 12, 24 and 36 months of all courses."""
    rows = [
        (name, *(found.get((f"noensinne={code}", "alle", "alle", months), NOTHING).shown for months in ELAPSED))
        for code, name in EVER.items()
    ]
    columns = [Column("Minst én måned med"), *(Column(f"Første {months} md.", "percent") for months in ELAPSED)]
    note = "Forløp som kan følges så lenge, også de som er avsluttet før. «Det første året» kan leses på begge måter."
    return Table("forlop_tid", "Andel forløp med aktivitet, etter tid siden starten", columns, rows, note=note)


def waiting(found: Results) -> Table:
    """The median time to the first of each activity among those who start it."""
    rows: list[Sequence[Value]] = []
    for code in ("behandling", "tiltak", "arbeid", "arbeidsrettet"):
        cell = found.get((f"median_maaneder={code}", "alle", "alle", None), NOTHING)
        started = SKJULT if cell.skjult and cell.antall is None else cell.antall
        rows.append((EVER[code], started, cell.shown))
    columns = [
        Column("Til første måned med"),
        Column("Forløp som får den", "count"),
        Column("Median, måneder", "count"),
    ]
    days = found.get(("median_dager=tiltak", "alle", "alle", None), NOTHING).verdi
    note = "Måned 1 er forløpets første."
    if days is not None:
        note += f" Fra vedtakets start til første tiltak er medianen {bokmaal.antall(days, 'dager')}."
    return Table("forlop_ventetid", "Median tid til første aktivitet blant dem som får den", columns, rows, note=note)
