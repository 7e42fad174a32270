"""The method appendix: the rules, contracts, code lists and SQL the numbers were made with, printed from those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.base import bokmaal
from pipelines.document.blocks import Block, Column, Listing, Paragraph, Picture, Section, Table, Value
from pipelines.document.counts import Counts
from pipelines.lineage import figure_lineage
from pipelines.model import descriptions, sql
from pipelines.model.contracts import contracts
from pipelines.report import choices, origin
from pipelines.studies.forlop.section import Results
from pipelines.warehouse.record import code_version
from pipelines.warehouse.snapshot import Snapshot

RESULTS = ("klargjort", "tverrsnitt", "forlop", "folsomhet")
CONTROL = ("avstemming*", "folsomhet", "frafall")
DISCLOSURE = (
    "Hvert antall er avrundet opp eller ned til et tall som er delelig med fem, tilfeldig, men likt hver gang det samme"
    " tallet står: det er aldri mer enn fire fra det som er talt, og 0 betyr 0–4. Andeler, gjennomsnitt, kurver og"
    " setninger er regnet av de avrundede antallene. Andeler av færre enn 20 er skjult (:), andeler av færre enn 100 er"
    " hele prosent, og av høyst ti vises bare hvor mange de er. To punktum (..) står for det som ikke kan vites."
)
PLACES = (
    "Andeler er avrundet til én desimal, fra fem og oppover bort fra null. En endring er forskjellen mellom de trykte"
    " tallene. Gjennomsnittet av flere måneder er snittet av antallene delt på snittet av nevnerne."
)


def section(
    snapshot: Snapshot,
    month: date,
    now: Counts,
    courses: Results,
    pictures: Sequence[Picture],
    printed: pl.DataFrame,
) -> list[Section]:
    """The appendix; `month` is the one whose sensitivity is shown, `pictures` the report's figures."""
    return [
        Section("metode", "Metode", [Paragraph(_code(snapshot, month)), Paragraph(DISCLOSURE), Paragraph(PLACES)]),
        Section("valg", "Valg og følsomhet", [choices.table(snapshot.con, month, now, courses, printed)], 3),
        Section("figurenes-opphav", "Hva figurene følger av", [figures(pictures)], 3),
        Section("tabellene", "Tabellene", [derived()], 3),
        Section("kontrakter", "Kontraktene", [extracts(), *columns()], 3),
        Section("kodelister", "Kodelistene", code_lists(snapshot), 3),
        Section("sql", "SQL-en som kjørte", list(statements()), 3),
    ]


def _code(snapshot: Snapshot, month: date) -> str:
    versions = [version for _, version in origin.runs(snapshot, [month]) if version]
    if versions == [code_version()]:
        return f"Vedlegget er skrevet av kodeversjonen tallene er laget med, {versions[0]}."
    made = bokmaal.ramse(sorted(versions)) or "ukjent"
    return (
        f"Tallene er laget med kodeversjon {made}. Vedlegget er skrevet av kodeversjon {code_version()}; er regler"
        " endret imellom, er det denne versjonens regler som står her."
    )


def figures(pictures: Sequence[Picture]) -> Table:
    """Each figure's table and the columns of the extracts its numbers follow from, read out of the SQL."""
    rows: list[Sequence[Value]] = [
        (picture.title, figure_lineage.table(picture.data), figure_lineage.extracts(picture.data))
        for picture in pictures
    ]
    columns = [Column("Figur"), Column("Tabell"), Column("Kolonner i uttrekkene")]
    return Table("figurenes_opphav", "Hva tallene i hver figur følger av", columns, rows, appendix=True)


def derived() -> Table:
    """What every derived table is."""
    rows: list[Sequence[Value]] = [
        (name, found.text)
        for name, found in sorted(descriptions.descriptions().items())
        if name.startswith(("klargjort.", "statistikk.", "kontroll."))
    ]
    return Table("tabellene", "Avledede tabeller", [Column("Tabell"), Column("Innhold")], rows, appendix=True)


def extracts() -> Table:
    """The contracts at a glance."""
    rows: list[Sequence[Value]] = [
        (contract.name, contract.version, ", ".join(contract.key), contract.description)
        for contract in contracts().values()
    ]
    heads = ("Uttrekk", "Versjon", "Nøkkel", "Innhold")
    return Table(
        "kontrakter", "Kontraktene leveransene er lest etter", [Column(head) for head in heads], rows, appendix=True
    )


def columns() -> list[Table]:
    """Each extract's columns."""
    heads = [Column(head) for head in ("Kolonne", "Type", "Påkrevd", "Kodeliste", "Betydning")]
    found = []
    for contract in contracts().values():
        rows: list[Sequence[Value]] = [
            (column.name, column.type, "ja" if column.required else "nei", column.kodeverk or "", column.description)
            for column in contract.columns
        ]
        found.append(Table(f"kontrakt_{contract.name}", f"Kolonnene i {contract.name}", heads, rows, appendix=True))
    return found


def code_lists(snapshot: Snapshot) -> list[Block]:
    """Every code list as the snapshot has it, without the column that cites its source."""
    found: list[Block] = []
    names = snapshot.execute(
        "select table_name, comment from duckdb_tables() where schema_name = 'kodeverk' order by 1"
    ).fetchall()
    for name, text in names:
        frame = snapshot.con.sql(f'select * exclude (kilde) from kodeverk."{name}" order by all').pl()
        rows = [[_word(value) for value in row] for row in frame.iter_rows()]
        heads = [Column(column) for column in frame.columns]
        found.append(Table(f"kodeverk_{name}", f"{name}: {text or ''}".rstrip(": "), heads, rows, appendix=True))
    return found


def statements() -> list[Listing]:
    """Every SQL file of a result, with its path and what it makes."""
    found = []
    paths = [path for folder in RESULTS for path in sorted((sql.SQL / folder).glob("*.sql"))]
    control = [path for name in CONTROL for path in sorted((sql.SQL / "kontroll").glob(f"{name}.sql"))]
    for path in [*paths, *control]:
        name = path.relative_to(sql.SQL).as_posix()
        found.append(Listing(f"sql/{name}", path.read_text(encoding="utf-8")))
    return found


def _word(value: object) -> Value:
    if isinstance(value, bool):
        return "ja" if value else "nei"
    return "" if value is None else str(value)
