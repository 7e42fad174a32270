"""A warehouse made before loads had numbers gets them, in the order of the times it knows its loads by."""

from __future__ import annotations

import duckdb

from pipelines.warehouse import database, pending

OLD = """
create schema kontroll;
create table kontroll.leveranse (leveranse varchar, uttrekk varchar, lest bigint, lastet bigint, duplikat bigint,
    skjermet bigint, karantene bigint, sha256 varchar, kontrakt_versjon varchar, lastet_tid timestamp);
create table kontroll.bygg (maaned date, tabell varchar, lastet_tid timestamp, regler varchar, kjoring_id varchar);
insert into kontroll.leveranse (leveranse, uttrekk, sha256, lastet_tid) values
    ('2015-04', 'person', 'ny', timestamp '2016-02-02'), ('2015-04', 'person', 'gammel', timestamp '2016-01-01'),
    ('2015-05', 'person', 'mai', timestamp '2016-01-01');
insert into kontroll.bygg values
    ('2015-04-01', 'foreldet', timestamp '2016-01-01', 'r', 'k'),
    ('2015-04-01', 'ny', timestamp '2016-02-02', 'r', 'k'),
    ('2015-05-01', 'ny', timestamp '2016-01-01', 'r', 'k'), ('2015-05-01', 'ukjent', timestamp '2000-01-01', 'r', 'k');
"""


def test_the_loads_of_an_earlier_version_are_numbered_by_their_times() -> None:
    with duckdb.connect() as con:
        con.execute(OLD)
        for _ in range(2):
            database.prepare(con)
            loads = con.execute("select sha256, lastet_nr from kontroll.leveranse order by all").fetchall()
            assert loads == [("gammel", 1), ("mai", 1), ("ny", 2)]
            built = con.execute("select maaned::varchar, tabell, lastet_nr from kontroll.bygg order by all").fetchall()
            assert built == [
                ("2015-04-01", "foreldet", 1), ("2015-04-01", "ny", 2), ("2015-05-01", "ny", 1),
                ("2015-05-01", "ukjent", None)
            ]  # fmt: skip
        assert pending.loaded_deliveries(con)[("2015-04", "person")][0] == "ny"
