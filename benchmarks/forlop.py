"""How long the courses take: `python benchmarks/forlop.py [millions of person-months]` (10 by default), or
`python benchmarks/forlop.py --home FOLDER`, which holds them against the time of classifying the same person-months.

The second makes the tables of a warehouse again, all months of them, and rolls back. The first makes person-months of a
made-up kind in a throwaway database (runs of states that last some months, gaps, second spells, independent background,
so more different profiles than a register has), and times each step of `pipelines.studies.forlop` on two threads
under the warehouse's own memory limit. Both say wall and processor seconds, since another job on the machine stretches
the one and not the other.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from pipelines.base.home import Home
from pipelines.base.machine import MEMORY_GB
from pipelines.studies.forlop import delrapport2, results, typology
from pipelines.warehouse.database import LAYERS, Config, open_warehouse
from pipelines.warehouse.tables import fill_months

CLASSIFIED = (
    *("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned"),
    *("utbetaling_maaned", "innsats_maaned", "diagnose_maaned", "person_maaned"),
)

MONTHS = 84  # March 2010–February 2017
PERSONS_PER_MILLION = 44_000
PERSON_MONTHS = """
create table klargjort.person_maaned as
with
    person as (
        select
            nr,
            md5(nr::varchar)::uuid as person_key,
            if(hash(nr, 1) % 100 < 25, 0, hash(nr, 2) % $months)::integer as start,
            1 + floor(-30 * ln(1 - hash(nr, 3) % 1000 / 1000.0))::integer as lengde
        from range($persons) as p (nr)
    ),
    maaned as (
        select *, start + trinn as nummer
        from person, unnest(range(lengde + if(hash(nr, 4) % 8 = 0, 5, 0))) as m (trinn)
        where start + trinn < $months
    ),
    flagg as (
        select
            *,
            trinn < lengde and hash(nr, nummer, 5) % 100 >= 4 as mottaker,
            hash(nr, (nummer + nr % 7) // 7, 6) % 100 < 25 as tiltak,
            hash(nr, (nummer + nr % 9) // 9, 7) % 100 < 23 as arbeid,
            hash(nr, (nummer + nr % 12) // 12, 8) % 100 < 40 as behandling
        from maaned
    )
select
    person_key,
    (date '2010-03-01' + to_months(nummer::integer))::date as maaned,
    mottaker, tiltak, arbeid, behandling,
    coalesce(nullif(concat_ws(
        '+', if(tiltak, 'tiltak', null), if(arbeid, 'arbeid', null), if(behandling, 'behandling', null)
    ), ''), 'passiv') as tilstand,
    if(hash(nr, nummer, 9) % 20 = 0, 'mangler', 'mottatt') as meldekort_status,
    (date '2010-03-01' + to_months(start))::date as aap_siden,
    start = 0 as konvertert,
    hash(nr, 10) % 10 = 0 as i_tiprosentutvalg,
    if(hash(nr, 11) % 2 = 0, 'K', 'M') as kjonn,
    'a' || hash(nr, 12) % 7 as aldersgruppe,
    'd' || hash(nr, 13) % 7 as diagnosegruppe,
    'u' || hash(nr, 14) % 5 as utdanning
from flagg
order by maaned, hash(person_key)
"""
PARTICIPATIONS = (
    "create table klargjort.tiltak_maaned (person_key uuid, maaned date, tiltak boolean, tiltak_siden date)"
)
"""None: only the days to the first tiltak are read of them."""


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(what: str, step: Callable[[], object]) -> None:
    wall, busy = time.perf_counter(), cpu()
    step()
    print(f"{what:28} {time.perf_counter() - wall:7.1f} s {cpu() - busy:7.1f} s of processor", flush=True)


def courses(con: duckdb.DuckDBPyConnection) -> float:
    """Time spells, panel and results; returns the processor seconds."""
    wall, busy = time.perf_counter(), cpu()
    for table in results.SPELLS:
        timed(table, partial(results.build_spells, con, "benchmark", [table]))
    timed("results", lambda: results.results(con))
    timed("delrapport2", lambda: delrapport2.delrapport2(con))
    used = cpu() - busy
    print(f"{'all but the typology':28} {time.perf_counter() - wall:7.1f} s {used:7.1f} s of processor")
    return used


def of_register(home: Home) -> None:
    """Classify the months of a warehouse again, make their courses again, and say how the two compare."""
    with open_warehouse(home) as con:
        months = [row[0] for row in con.execute("select distinct maaned from kilde.person order by 1").fetchall()]
        con.execute("begin")
        before = cpu()
        for name in CLASSIFIED:
            arguments = (f"klargjort.{name}", f"klargjort/{name}", months, "benchmark")
            timed(arguments[0], partial(fill_months, con, *arguments))
        classifying = cpu() - before
        print(f"courses / classifying: {courses(con) / classifying:.2f}")
        con.execute("rollback")


def of_made_up(millions: float) -> None:
    """Make the person-months and time each step."""
    with tempfile.TemporaryDirectory() as folder:
        spill = str(Path(folder) / "spill")
        config: Config = {"threads": 2, "memory_limit": f"{MEMORY_GB} GB", "temp_directory": spill}
        con = duckdb.connect(str(Path(folder) / "forlop.duckdb"), config=config)
        for layer in LAYERS:
            con.execute(f"create schema {layer}")
        con.execute(PARTICIPATIONS)
        persons = {"persons": round(millions * PERSONS_PER_MILLION), "months": MONTHS}
        timed("(make the person-months)", lambda: con.execute(PERSON_MONTHS, persons))
        rows = con.execute("select count(*) from klargjort.person_maaned").fetchall()[0][0]
        print(f"{rows} person-months")
        con.execute("begin")
        courses(con)
        sequences = typology.courses_of(con)
        found: list[typology.Typology | None] = []
        timed("typology", lambda: found.append(typology.typology(sequences["sekvens"].to_list())))
        timed("typology, written", lambda: typology.write(con, sequences, found[0], "benchmark"))
        con.execute("commit")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.1f} GiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", nargs="?", type=float, default=10)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    if asked.home:
        of_register(Home(asked.home))
    else:
        of_made_up(asked.millions)
