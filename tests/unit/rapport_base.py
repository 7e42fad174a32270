"""A small snapshot for the tests of reports: counted by formula, with everything a report reads.

python -m tests.unit.rapport_base HOME      writes both reports of it there
"""

from __future__ import annotations

import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl

from pipelines.base.home import Home
from pipelines.document import report_folder
from pipelines.document.blocks import Document
from pipelines.drawing.rendering import Workshop
from pipelines.model.contracts import load_kodeverk
from pipelines.report import writer
from pipelines.warehouse.snapshot import Snapshot
from tests.conftest import put_key
from tests.unit.resultater import database
from tests.unit.test_figures_forlop import database as course_database

APRIL = date(2015, 4, 1)
MONTHS = [date(year, month, 1) for year in (2014, 2015) for month in (1, 2, 3, 4)]
SIZES = {month: 20_000 if month.year == 2014 else 15_000 for month in MONTHS} | {APRIL: 15_290}

CONTROL = """
create table kontroll.frafall (
    maaned date, populasjon varchar, steg_nr integer, steg varchar, personer bigint, kjoring_id varchar);
insert into kontroll.frafall select maaned, populasjon, nr, steg, antall + ekstra, 'k1'
from (select maaned, antall from statistikk.tverrsnitt where mal = 'mottakere' and gruppering = 'alle'),
    (values ('tverrsnitt', 1, 'i_leveransen', 2000), ('tverrsnitt', 2, 'aktive', 1998),
        ('tverrsnitt', 3, 'mottakere', 0), ('tverrsnitt', 4, 'med_innvilget_vedtak', -50),
        ('forlop', 1, 'mottakere', 0), ('forlop', 2, 'i_forlop', 0), ('forlop', 3, 'tilgang', -5000),
        ('forlop', 4, 'helt_ny', -5003), ('forlop', 5, 'tiprosent', -9000))
    s(populasjon, nr, steg, ekstra);
create table kontroll.leveranse (leveranse varchar, uttrekk varchar, lest bigint, lastet bigint, duplikat bigint,
    skjermet bigint, karantene bigint, sha256 varchar, kontrakt_versjon varchar, lastet_tid timestamptz);
insert into kontroll.leveranse select distinct strftime(maaned, '%Y-%m'), uttrekk, lest, lest - 60, 20, skjermet,
    40 - skjermet, 'sha', '1.0.0', timestamptz '2015-05-01 00:00:00+00'
from statistikk.tverrsnitt, (values ('person', 17000, 10), ('meldekort', 41000, 2)) u(uttrekk, lest, skjermet);
create table kontroll.kjoring (kjoring_id varchar, kodeversjon varchar, maaneder varchar[], leveranser varchar[]);
insert into kontroll.kjoring values ('k1', '0.1.0+test', [], []);
"""
RECONCILED = """
create table kontroll.avstemming as select 1 as nr, 'tverrsnitt-1' as id, 'tverrsnitt' as studie, 'figur 1' as figur,
    'mottakere' as mal, 'alle' as gruppe, '2015-04' as periode, 'antall' as enhet, 'eksakt' as presisjon,
    152900.0 as publisert, 0 as desimaler, '' as lesning, 152900.0 as reprodusert, 152899.5 as nedre, 152900.5 as ovre,
    null::double as utvalgsmargin, 0.0 as avvik, 152900.0 as minste_gruppe, null::double as andel_av_befolkning,
    'innenfor' as status, null::varchar as grunn, 'Alle mottakere' as definisjon, '2017:1' as kilde, 'k1' as kjoring_id
"""
COURSES = (
    *("klargjort.person_maaned", "klargjort.forlop", "klargjort.forlop_maaned", "klargjort.forlop_episode"),
    *("klargjort.forlop_sekvens", "statistikk.forlop_oppsummert", "statistikk.forlop", "statistikk.forlop_typer"),
)


@cache
def courses_built() -> dict[str, pl.DataFrame]:
    """The tables of the courses of some persons, built once by the real SQL."""
    with course_database(persons=90, months=40) as con:
        return {table: con.sql(f"from {table}").pl() for table in COURSES}


def base(sizes: dict[date, int] | None = None, *, courses: bool = True) -> Snapshot:
    """A snapshot of months with so many recipients each; without courses where told."""
    con = database(sizes or SIZES)
    con.execute(CONTROL)
    con.execute(RECONCILED)
    if courses:
        con.execute("create schema klargjort")
        for table, frame in courses_built().items():
            con.register("ramme", frame)
            con.execute(f"create table {table} as from ramme")
            con.unregister("ramme")
        con.execute("alter table klargjort.person_maaned add column timer_arbeidet decimal(9, 1)")
    load_kodeverk(con)
    return Snapshot(con, "000001-k1")


def written(home: Path, sizes: dict[date, int] | None = None, statement: str = "", *, courses: bool = False) -> Path:
    """The folder of April's report, where a statement has changed the snapshot."""
    put_key(home)
    with base(sizes, courses=courses) as snapshot:
        if statement:
            snapshot.execute(statement)
        writer.write(snapshot, Home(home), APRIL, revised=True)
    return home / "reports" / "2015-04"


def written_tertial(home: Path, statement: str = "") -> Path:
    """The folder of the tertial's report, where a statement has changed the snapshot."""
    put_key(home)
    with base(courses=False) as snapshot:
        if statement:
            snapshot.execute(statement)
        writer.write_tertial(snapshot, Home(home), "2015-T1", revised=True)
    return home / "reports" / "2015-T1"


def made(parts: ModuleType, snapshot: Snapshot, first: date, folder: Path) -> Document:
    """A month's or a tertial's report (`month`, `tertial`), put together and not printed."""
    with Workshop(folder / report_folder.FIGURES) as workshop:
        document, _ = parts.document(snapshot, first, folder, workshop)
    return document


def write_both(home: Path) -> Path:
    """The folder with the month's report, courses and all, and the tertial's."""
    written(home, courses=True)
    return written_tertial(home).parent


if __name__ == "__main__":
    write_both(Path(sys.argv[1]))
