"""docs/personvern.md, «Nøklene»: a new key for everybody, whenever the process is killed, and none without landing."""

from __future__ import annotations

import hmac
import shutil
from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import Home
from pipelines.ingest import identity
from pipelines.synthetic import generate
from pipelines.warehouse import build, keys, snapshot, state
from pipelines.warehouse.database import claim, open_warehouse
from tests.pipeline.drept import killed_everywhere

MONTHS = [date(2015, 3, 1), date(2015, 4, 1)]
PERSON_MONTHS = ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned")
OTHER = "en annen nøkkel, lang nok for en test"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months, loaded by a key that the home has drawn, built and published."""
    home = Home(tmp_path_factory.mktemp("hjem"))
    generate(home.landing, first=MONTHS[0], last=MONTHS[-1], share=0.0005, seed=1, clean=True)
    build.load_deliveries(home, MONTHS)
    publish(home, "a")
    return home.root


@pytest.fixture
def home(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of it, for one test."""
    monkeypatch.delenv("AKTIVITET_KEY", raising=False)
    return Home(Path(shutil.copytree(loaded, tmp_path / "hjem")))


def publish(home: Home, run: str) -> None:
    with open_warehouse(home) as con:
        for table in PERSON_MONTHS:
            build.build_months(con, f"klargjort.{table}", f"klargjort/{table}", MONTHS)
        snapshot.publish(home, con, run)


def pseudonyms(home: Home, key: bytes) -> set[UUID]:
    """Those of the persons delivered, worked out in plain Python (contracts.md, «Identity»)."""
    files = [home.landing / f"{month:%Y-%m}" / "person.parquet" for month in MONTHS]
    numbers = pl.concat([pl.read_parquet(file, columns=["fodselsnr", "fr_kode"]) for file in files])
    shown = numbers.filter(pl.col("fr_kode").is_null())["fodselsnr"].unique()
    return {UUID(bytes=hmac.digest(key, number.encode(), "sha256")[:16]) for number in shown}


def in_warehouse(home: Home) -> tuple[bytes, set[UUID]]:
    """The key the home says it has, which the warehouse must know, and the pseudonyms that are loaded."""
    with open_warehouse(home) as con:
        key = keys.current(home, con)
        assert state.is_known(con, key)
        return key, {row[0] for row in con.execute("select distinct person_key from kilde.person").fetchall()}


def test_everybody_gets_another_pseudonym_and_the_history_stays(home: Home) -> None:
    before, known = in_warehouse(home)
    assert known == pseudonyms(home, before), "the fixture itself"
    assert keys.rotate(home) == MONTHS
    after, known = in_warehouse(home)
    assert after != before
    assert known == pseudonyms(home, after)
    with open_warehouse(home) as con:
        loads = con.execute("select leveranse, count(*) from kontroll.leveranse group by all order by all").fetchall()
        assert loads == [("2015-03", 20), ("2015-04", 20)], "ten extracts, loaded twice"
        assert state.stale_months(con, state.PERSON_MONTHS) == MONTHS
        tables = con.execute("select schema_name from duckdb_tables() where schema_name = 'klargjort'").fetchall()
        assert tables == [], "nothing by the old key is left to be read"


def test_a_killed_rotation_leaves_one_key_or_the_other(home: Home) -> None:
    """Before each file it moves, links or removes: the home has the key its pseudonyms are made with, every time."""
    seen = [in_warehouse(home)[0]]
    for _ in killed_everywhere("keys.rotate(home)", {"AKTIVITET_HOME": str(home.root)}):
        key, known = in_warehouse(home)
        assert known == pseudonyms(home, key)
        assert {path.name for path in home.secrets.iterdir()} <= {identity.KEY_FILE, *leftovers(home)}
        assert not (home.warehouse.parent / keys.BESIDE).exists()
        seen.append(key)
    assert len(seen) > 4, "there is a kill at the link of the key, and at both moves"
    assert len(set(seen)) >= 3, "the kill between the two moves, and the process that was let through"


def leftovers(home: Home) -> set[str]:
    """What a process that was killed while it wrote a key has left beside it, with a key nobody uses."""
    return {path.name for path in home.secrets.iterdir() if path.suffix[1:].isdecimal()}


def test_the_old_snapshots_go_with_the_first_by_the_new_key(home: Home) -> None:
    """Also one that somebody has open, who keeps it until it is closed."""
    with snapshot.connect(home, full=True) as reader:
        keys.rotate(home)
        assert (home.snapshots / "000001-a.duckdb").exists(), "readers have something until then"
        publish(home, "b")
        assert reader.execute("select count(*) > 0 from klargjort.person_maaned").fetchall() == [(True,)]
    for folder in (home.snapshots, home.analyse):
        assert [path.name for path in folder.glob("*.duckdb")] == ["000002-b.duckdb"]
    publish(home, "c")
    assert len(list(home.snapshots.glob("*.duckdb"))) == 2, "those by the new key are kept as always"


def test_a_key_of_the_environment_is_the_new_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is touched, and the key in use is no new one."""
    file = (home.secrets / identity.KEY_FILE).read_bytes()
    monkeypatch.setenv("AKTIVITET_KEY", OTHER)
    keys.rotate(home)
    assert in_warehouse(home)[1] == pseudonyms(home, OTHER.encode())
    assert (home.secrets / identity.KEY_FILE).read_bytes() == file
    with pytest.raises(AktivitetError, match="AKTIVITET_KEY is the key everything is loaded by"):
        keys.rotate(home)


def test_a_short_key_is_left_by_a_rotation(home: Home) -> None:
    """What was loaded when short keys were taken: loading more is refused, and the way out is not."""
    with open_warehouse(home) as con:
        fast = hmac.digest(b"a", b"aktivitet", "sha256").hex()[:16]
        con.execute("update kilde.pseudonymnokkel set avtrykk = $1, salt = null", [fast])
    (home.secrets / identity.KEY_FILE).write_bytes(b"a")
    with open_warehouse(home) as con, pytest.raises(AktivitetError, match="1 bytes long"):
        keys.current(home, con)
    keys.rotate(home)
    key, known = in_warehouse(home)
    assert len(key) == 64
    assert known == pseudonyms(home, key)


def test_an_old_fingerprint_becomes_a_slow_one_with_the_right_key(home: Home) -> None:
    """And stays, with its refusal, with a wrong one."""
    key = in_warehouse(home)[0]
    fast = hmac.digest(key, b"aktivitet", "sha256").hex()[:16]
    with open_warehouse(home) as con:
        con.execute("update kilde.pseudonymnokkel set avtrykk = $1, salt = null", [fast])
        with pytest.raises(AktivitetError, match="not the one 1 months were loaded by"):
            state.remember_key(con, OTHER.encode(), MONTHS[:1])
        assert con.execute("select avtrykk, salt from kilde.pseudonymnokkel").fetchall() == [(fast, None)]
        state.remember_key(con, key, MONTHS[:1])
        ((known, salt),) = con.execute("select avtrykk, salt from kilde.pseudonymnokkel").fetchall()
        assert known == identity.fingerprint(key, salt)
        state.remember_key(con, key, MONTHS[:1])
        assert con.execute("select avtrykk, salt from kilde.pseudonymnokkel").fetchall() == [(known, salt)]


@pytest.mark.parametrize(("on_record", "why"), [(True, "removed after load"), (False, "nobody has recorded why")])
def test_without_a_delivery_there_is_no_rotation(home: Home, on_record: bool, why: str) -> None:
    before = in_warehouse(home)
    shutil.rmtree(home.landing / "2015-03")
    if on_record:
        with open_warehouse(home) as con:
            con.execute(
                "insert into kontroll.fjernet select leveranse, max(lastet_tid) from kontroll.leveranse"
                " where leveranse = '2015-03' group by all"
            )
    with pytest.raises(AktivitetError, match=rf"1 of 2 are no longer in the landing folder \(2015-03: .*{why}"):
        keys.rotate(home)
    assert in_warehouse(home) == before
    assert [path.name for path in home.secrets.iterdir()] == [identity.KEY_FILE]


def test_a_refused_delivery_leaves_the_key(home: Home) -> None:
    before = in_warehouse(home)
    (home.landing / "2015-04" / "diagnose.parquet").write_bytes(b"PAR1")
    with pytest.raises(AktivitetError, match="diagnose"):
        keys.rotate(home)
    assert in_warehouse(home) == before


def test_nothing_loaded_has_no_key_to_replace(tmp_path: Path) -> None:
    with claim(home := Home(tmp_path)), pytest.raises(AktivitetError, match="Nothing is loaded yet"):
        keys.rotate(home)
