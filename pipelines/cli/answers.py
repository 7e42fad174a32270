"""Answers on the command line: SQL on the snapshot, and the state of the house in one screen."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pipelines.base.errors import Busy, DeliveryRefused
from pipelines.base.files import plain, write_row
from pipelines.base.home import Home
from pipelines.base.months import blocks, month_name
from pipelines.ingest.delivered import MISSING
from pipelines.ingest.deliveries import months_in, not_months
from pipelines.ingest.identity import NUMBER, REDACTED
from pipelines.model import sql
from pipelines.warehouse import database, snapshot, state
from pipelines.warehouse.pending import Loaded, differing, loaded_deliveries, missing_extracts

WRONG_USAGE = 2


def answer(statement: str, form: str) -> None:
    """Print the rows of a statement on the current snapshot as `table`, `csv` or `json`.

    Of several the last one's. One that has no rows, such as BEGIN, shows its heading, and in JSON an empty list. Exits
    with status 2 when there is none, and says what DuckDB says when it cannot be run.
    """
    with snapshot.connect() as con:
        try:
            if not con.extract_statements(statement):
                typer.echo("There is no statement to run.", err=True)
                raise typer.Exit(WRONG_USAGE)
            if form == "table":
                con.sql(statement).show(max_rows=100, max_width=200)
                return
            result = con.execute(statement)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
        except duckdb.Error as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(WRONG_USAGE) from None
    if form == "json":
        found = [dict(zip(names, row, strict=True)) for row in rows]
        json.dump(found, sys.stdout, default=str, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _write_csv(names, rows)


def _write_csv(names: list[str], rows: list[tuple[object, ...]]) -> None:
    for row in (names, *rows):
        write_row(sys.stdout, [_cell(value) for value in row], ",")


def _cell(value: object) -> object:
    """The value for a cell of CSV: a number as it is, and anything else as text that stays text."""
    return value if value is None or isinstance(value, int | float | Decimal) else plain(str(value))


def show_status(home: Home) -> None:
    """Print deliveries, months, quarantine, snapshot and what is to be done.

    While a run is at work its file cannot be read, and what the readers' snapshot says is shown. Raises Busy when
    there is none yet.
    """
    console = Console(highlight=False)
    there, others = months_in(home.landing), not_months(home.landing)
    at_work = database.is_claimed(home)
    with _counts(home, at_work) as con:
        loaded = state.loaded_months(con)
        stale = state.stale_months(con, state.PERSON_MONTHS if at_work else state.DONE)
        removed = state.removed_months(con)
        known = loaded_deliveries(con)
        counts = sql.run(con, "kontroll/tellinger", leveranser=[month_name(month) for month in loaded]).fetchall()
    # With the file closed: to read through every delivery takes a while, and a run may be waiting.
    changed, incomplete = _compared(known, home.landing, there)
    if at_work:
        console.print("A run is at work; this is how it was when the snapshot was published.")
    console.print(f"Home       {home.root}", soft_wrap=True)
    console.print(f"Deliveries {_span(there)} in the landing folder")
    if others:
        names = NUMBER.sub(REDACTED, ", ".join(name if name.isprintable() else repr(name) for name in others))
        console.print(f"Not read   {names} (a delivery's folder is named YYYY-MM)", markup=False, soft_wrap=True)
    console.print(f"Loaded     {_span(loaded)}")
    gone = [month for month in loaded if month not in there]
    if gone_on_purpose := [month for month in gone if month in removed]:
        console.print(f"Removed    {_span(gone_on_purpose)} from the landing folder, after load", soft_wrap=True)
    if gone_otherwise := [month for month in gone if month not in removed]:
        text = "from the landing folder, and not by `--remove-loaded`"
        console.print(f"Gone       {_span(gone_otherwise)} {text}", soft_wrap=True)
    console.print(f"Snapshot   {snapshot.current_id(home.snapshots) or 'none yet'}")
    console.print(f"Changed    {_span(changed)}")
    if incomplete:
        console.print(f"Incomplete {_span(incomplete)}: files are missing")
    console.print(f"Stale      {_span(stale)}")
    for extract, months in missing_extracts(known).items():
        console.print(f"Without    {extract}: {_span(months)} ({MISSING})")
    table = Table("extract", "read", "loaded", "duplicate", "sheltered", "quarantined", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, *numbers in counts:
        table.add_row(name, *("–" if number is None else f"{number:,}".replace(",", " ") for number in numbers))
    if counts:
        console.print(table)


def _compared(known: Loaded, landing: Path, months: list[date]) -> tuple[list[date], list[date]]:
    """The months whose delivery is not the one that is loaded, and those whose delivery is not all there (yet)."""
    changed, incomplete = [], []
    for month in months:
        try:
            changed += differing(known, landing, [month])
        except DeliveryRefused:
            incomplete.append(month)
    return changed, incomplete


def _counts(home: Home, at_work: bool) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """What `kontroll` can be asked of: the warehouse, or the snapshot while a run is at work."""
    if not at_work:
        return database.open_warehouse(home)
    if snapshot.current_id(home.snapshots) is None:
        raise Busy(database.BUSY)
    return snapshot.connect(home, full=True).con


def _span(months: list[date]) -> str:
    """«82 months, 2010-03 to 2016-12», with the holes named."""
    if not months:
        return "none"
    parts = [
        month_name(block[0]) if len(block) == 1 else f"{month_name(block[0])} to {month_name(block[-1])}"
        for block in blocks(months)
    ]
    return f"{len(months)} month{'s' * (len(months) > 1)}: {', '.join(parts)}"
