"""How many recipients are alone with their background: `python benchmarks/singled_out.py [HOME] [--month YYYY-MM]`.

Of each month of the snapshot for analysis, or of one: the share of recipients who are alone with their values of all
background columns together (those that `sql/klargjort/person_maaned.yaml` declares as `bakgrunn` and `grovere`, and the
age group). Whoever is alone with some of the columns is alone with all of them, so no other combination singles out
more.

For the last of them, from the full snapshot, the same with one more column that the snapshot for analysis leaves out.
And over the whole panel, of everybody who was a recipient in some month: alone with every value each column has had,
without the months, and with the years in which the age group passed into the next, which a reader of many months sees.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipelines.base.home import Home
from pipelines.base.months import month_name, parse_month
from pipelines.warehouse import analyse, snapshot

TABLE = "klargjort.person_maaned"
LEFT_OUT = ("innsatsgruppe", "hovedmaal", "aktfase", "fylke", "nav_enhet", "alder", "year(aap_siden)", "aap_siden")


def background() -> tuple[str, list[str]]:
    """The age group, and SQL of the other columns an outsider may know, as they are declared."""
    declared = analyse.kept(TABLE)
    (age,) = declared[analyse.MID_YEAR]
    coarse = [analyse.coarser(column, values) for column, values in declared[analyse.COARSER].items()]
    return age, [*declared[analyse.BACKGROUND], *coarse]


def alone(reader: snapshot.Snapshot, columns: Sequence[str], month: date) -> tuple[int, int]:
    """(recipients of the month who are alone with their values of the columns, recipients)."""
    groups = f"select count(*) as n from {TABLE} where mottaker and maaned = $1 group by {', '.join(columns)}"
    return _counted(reader, groups, [month])


def alone_over_time(reader: snapshot.Snapshot, age: str, others: Sequence[str]) -> tuple[int, int]:
    """The same of all recipients of the panel, by what each column has been and when the age group passed on."""
    values = ", ".join(f"list(distinct {column} order by {column})" for column in (age, *others))
    groups = f"""
        with
            aldre as (
                select person_key, {age} as gruppe, min(year(maaned)) as fra from {TABLE} where mottaker group by all
            ),
            passert as (select person_key, list(fra order by fra)[2:] as aar from aldre group by all),
            person as (select person_key, row({values}) as bakgrunn from {TABLE} where mottaker group by all)
        select count(*) as n from person join passert using (person_key) group by bakgrunn, aar
    """
    return _counted(reader, groups, [])


def _counted(reader: snapshot.Snapshot, groups: str, parameters: list[object]) -> tuple[int, int]:
    (found,) = reader.execute(f"select count(*) filter (n = 1), sum(n) from ({groups})", parameters).fetchall()
    return int(found[0]), int(found[1] or 0)


def _say(what: str, found: tuple[int, int]) -> None:
    few, of = found
    print(f"{what:34} {few:7} of {of:7}  {100 * few / max(of, 1):6.2f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--month", type=parse_month)
    asked = parser.parse_args()
    home = Home(asked.home.absolute()) if asked.home else Home.from_environment()
    age, others = background()
    print("Background:", ", ".join((age, *others)))
    with snapshot.connect(home, full=False) as reader:
        months = [row[0] for row in reader.execute(f"select distinct maaned from {TABLE} order by 1").fetchall()]
        chosen = [asked.month] if asked.month else months
        for month in chosen:
            _say(month_name(month), alone(reader, [age, *others], month))
        _say("the whole panel", alone_over_time(reader, age, others))
    with snapshot.connect(home, full=True) as reader:
        for column in LEFT_OUT:
            _say(f"{month_name(chosen[-1])} with {column}", alone(reader, [age, *others, column], chosen[-1]))


if __name__ == "__main__":
    main()
