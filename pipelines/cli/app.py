"""The `aktivitet` command. One plain function a command; exit status 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipelines.base import progress, tertials
from pipelines.base.errors import STOPPED, AktivitetError, in_plain_words
from pipelines.base.home import Home
from pipelines.base.months import month_name, parse_month
from pipelines.document import report_folder
from pipelines.ingest.deliveries import months_in

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
NO_DELIVERIES = "There are no deliveries: no folder named YYYY-MM is in"
STATUS_STOPPED = 130
"""The exit status of a command that was stopped, as shells have it."""


class Format(StrEnum):
    """How `generate` writes extracts."""

    parquet = "parquet"
    csv = "csv"


class Output(StrEnum):
    """How `query` shows rows."""

    table = "table"
    csv = "csv"
    json = "json"


def _month(text: str | date) -> date:
    if isinstance(text, date):
        return text
    try:
        return parse_month(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _tertial(text: str | None) -> str | None:
    """The name of a tertial; None for what is a month, or nothing."""
    name = (text or "").upper()
    if "-T" not in name:
        return None
    try:
        tertials.parse(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return name


def _months(name: str, text: str, default: str | None = None) -> Any:
    """The option of the first or last month of a range."""
    return typer.Option(name, parser=_month, metavar="YYYY-MM", help=text, show_default=default or False)


@app.command()
def generate(
    first: Annotated[date, _months("--from", "The first month.", "2010-03")] = date(2010, 3, 1),
    last: Annotated[date, _months("--to", "The last month.", "2016-12")] = date(2016, 12, 1),
    share: Annotated[float, typer.Option(min=0.0001, max=1.0, help="Part of the population.")] = 0.1,
    seed: Annotated[int, typer.Option(help="The same seed, months and share give the same files.")] = 2015,
    landing: Annotated[Path | None, typer.Option(help="Folder for the deliveries.")] = None,
    format_: Annotated[Format, typer.Option("--format")] = Format.parquet,
    clean: Annotated[bool, typer.Option("--clean", help="Without the failures of real registers.")] = False,
) -> None:
    """Write synthetic deliveries, with synthetic numbers that belong to nobody."""
    from pipelines import synthetic  # noqa: PLC0415

    if first > last:
        raise typer.BadParameter("--from is after --to")
    if first < synthetic.SCHEME_START:
        raise typer.BadParameter(f"--from is before {month_name(synthetic.SCHEME_START)}, when AAP began")
    folder = landing or Home.from_environment().landing
    with _bar("Writing synthetic deliveries") as tell:
        synthetic.generate(
            folder,
            first=first,
            last=last,
            share=share,
            seed=seed,
            fmt=format_.value,
            clean=clean,
            progress=lambda done, in_all, what: tell(what, done, in_all),
        )
    typer.echo(f"Deliveries {month_name(first)} to {month_name(last)} are in {folder}")


@app.command()
def materialize(
    first: Annotated[date | None, _months("--from", "The first month to build; else the first there is.")] = None,
    last: Annotated[date | None, _months("--to", "The last month to build; else the last there is.")] = None,
) -> None:
    """Build everything for the months, or for all deliveries that are new or changed."""
    from pipelines.orchestration import runs  # noqa: PLC0415
    from pipelines.warehouse import database, snapshot  # noqa: PLC0415

    if first and last and first > last:
        raise typer.BadParameter("--from is after --to")
    home = Home.from_environment()
    with database.claim(home):
        blocks = runs.wanted(home, first, last)
        if not blocks:
            nothing = "Nothing is new, changed or stale."
            typer.echo(nothing if months_in(home.landing) else f"{nothing} {NO_DELIVERIES} {home.landing}.")
            return
        with _bar("Building") as tell, progress.listening(tell):
            runs.materialize(home, blocks)
    months = [month for block in blocks for month in block]
    number = f"{len(months)} month{'s' if len(months) > 1 else ''}"
    typer.echo(
        f"Built {number}, {month_name(months[0])} to {month_name(months[-1])};"
        f" snapshot {snapshot.current_id(home.snapshots)}"
    )


@app.command()
def report(
    month: Annotated[
        str | None,
        typer.Argument(metavar="[MONTH]", help="YYYY-MM, or a tertial as 2015-T1; the last month if not given."),
    ] = None,
    revidert: Annotated[
        bool, typer.Option("--revidert", help="also where it was published of other deliveries")
    ] = False,
    intern: Annotated[bool, typer.Option("--intern", help="exact numbers, to internt/: not for sharing")] = False,
) -> None:
    """Write the report of a month, or of a tertial (2015-T1), from the current snapshot."""
    from pipelines import report as reports  # noqa: PLC0415
    from pipelines.warehouse import snapshot  # noqa: PLC0415

    home = Home.from_environment()
    tertial = _tertial(month)
    asked = _month(month) if month and not tertial else None
    with snapshot.connect(home) as reader, _bar("Writing the report") as tell, progress.listening(tell):
        if tertial:
            written = reports.write_tertial(reader, home, tertial, revised=revidert, inside=intern)
        else:
            asked = asked or snapshot.last_month(reader)
            written = reports.write(reader, home, asked, revised=revidert, inside=intern)
    page = next(path for path in written if path.name == report_folder.PAGE)
    typer.echo(f"The report is in {page.parent}")
    typer.echo(f"Figures: {page.parent / report_folder.FIGURES}")
    if not tertial:
        typer.echo(f"Published against reproduced: {page.parent / report_folder.RECONCILIATION}")
    typer.echo(f"Open {page}")


@app.command()
def evaluate() -> None:
    """Hold a synthetic register against what was true: `statistikk.maalefeil` and a figure."""
    from pipelines.studies.maalefeil import evaluate as evaluation  # noqa: PLC0415

    home = Home.from_environment()
    with _bar("Measuring the register") as tell, progress.listening(tell):
        written = evaluation.evaluate(home)
    typer.echo(f"The figure is in {written[0].parent}; the numbers are in statistikk.maalefeil")


@app.command()
def demo() -> None:
    """A synthetic register, everything built from it, and the report of April 2015."""
    generate(landing=None)
    materialize()
    report("2015-04")


@app.command()
def query(
    statement: Annotated[str, typer.Argument(metavar="SQL")],
    output: Annotated[Output, typer.Option("--format")] = Output.table,
) -> None:
    """Ask the current snapshot; read-only, and nothing else can be read."""
    from pipelines.cli import answers  # noqa: PLC0415

    answers.answer(statement, output.value)


@app.command()
def status() -> None:
    """Deliveries, months, quarantine, snapshot and what is stale, in one screen."""
    from pipelines.cli import answers  # noqa: PLC0415

    answers.show_status(Home.from_environment())


@app.command()
def ui(port: Annotated[int, typer.Option(min=1, max=65535)] = 3000) -> None:
    """The Dagster web server and daemon on this machine only (127.0.0.1); Ctrl-C stops both."""
    from pipelines.orchestration import ui as web  # noqa: PLC0415

    raise typer.Exit(web.serve(Home.from_environment(), port))


@contextmanager
def _bar(title: str) -> Iterator[progress.Listener]:
    """A progress bar on stderr; on something that is no terminal, nothing until the work is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=errors) as shown:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, in_all: int) -> None:
            line = title if in_all > 1 else what
            if line not in tasks:
                tasks[line] = shown.add_task(title, total=in_all)
            shown.update(tasks[line], description=f"{title}: {what}", completed=done, total=in_all)

        yield tell


def main() -> None:
    """Run a command; what the user can act on is said in words, without a stack trace."""
    try:
        app(standalone_mode=True)
    except AktivitetError as error:
        errors.print(str(error), markup=False)
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == STATUS_STOPPED:  # Typer's own, for a Ctrl-C that it met itself.
            errors.print(STOPPED, markup=False)
        raise
    except BaseException as error:  # Dagster's own of an interrupted run is no Exception.
        said = in_plain_words(error)
        if said is None:
            raise
        errors.print(said, markup=False)
        sys.exit(STATUS_STOPPED if said == STOPPED else 1)


def process() -> None:
    """`main` as a process of its own, which ends when its command has.

    Python would free every object first, more than a second's work where Dagster has run, and all of it goes now.
    """
    try:
        main()
    except SystemExit as ended:
        if not isinstance(ended.code, int):
            raise
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        os._exit(ended.code)
