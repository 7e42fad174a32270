"""contracts.md, «Delivery»: a delivery that comes again replaces the earlier one whole; its counts stay on record."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipelines.base.checksums import sha256
from pipelines.base.errors import AktivitetError, DeliveryRefused, MissingMonths
from pipelines.model import contracts
from pipelines.warehouse import state
from pipelines.warehouse.pending import changed_months, require
from pipelines.warehouse.record import register_build, register_run
from tests.dor import Dor, Telling
from tests.former import Csv, Parquet
from tests.leveranser import Leveranse

APRIL, MAI = dt.date(2015, 4, 1), dt.date(2015, 5, 1)


def deliver(landing: Path, maaned: str, utbetalinger: int, form: Csv | Parquet | None = None) -> Leveranse:
    """A delivery of one person and so many payments, in place of the one that is there."""
    leveranse = Leveranse(maaned, person=[{"person": "ola"}, {"person": "kari", "kjonn": "X"}])
    leveranse.fyll(utbetaling=[{"person": "ola", "dato_postert": f"{maaned}-15"} for _ in range(utbetalinger)])
    shutil.rmtree(landing / maaned, ignore_errors=True)
    leveranse.skriv(landing, form)
    return leveranse


def build(dor: Dor, *months: dt.date) -> None:
    """Note the months as built and published, the way the last step of a run does."""
    run = register_run(dor.con, months)
    register_build(dor.con, state.DONE, months, run.id)


def history(dor: Dor, maaned: str = "2015-04") -> list[int]:
    rader = dor.rader(
        f"FROM kontroll.leveranse WHERE uttrekk = 'utbetaling' AND leveranse = '{maaned}' ORDER BY lastet_nr"
    )
    return [rad["lest"] for rad in rader]


def test_a_changed_delivery_replaces_its_month_and_no_other(dor: Dor, tmp_path: Path) -> None:
    deliver(tmp_path, "2015-04", 3)
    deliver(tmp_path, "2015-05", 2)
    dor.slipp_inn(tmp_path)
    build(dor, APRIL, MAI)
    assert state.stale_months(dor.con) == []
    assert changed_months(dor.con, tmp_path, [APRIL, MAI]) == []

    mai_for = dor.rader("FROM kilde.utbetaling WHERE maaned = '2015-05-01' ORDER BY ALL")
    ny = deliver(tmp_path, "2015-04", 1)
    assert changed_months(dor.con, tmp_path, [APRIL, MAI]) == [APRIL]
    dor.slipp_inn(tmp_path, bare=[APRIL])
    assert len(dor.lastet(ny, "utbetaling")) == 1
    assert len(dor.lastet(ny, "person")) == 1
    assert len(dor.regler(ny, "person")) == 1
    assert dor.rader("FROM kilde.utbetaling WHERE maaned = '2015-05-01' ORDER BY ALL") == mai_for
    assert history(dor) == [3, 1]
    assert history(dor, "2015-05") == [2]
    assert dor.telling("utbetaling") == Telling(lest=1, lastet=1)
    assert state.stale_months(dor.con) == [APRIL]
    build(dor, APRIL)
    assert state.stale_months(dor.con) == []


def test_the_last_load_is_the_current_one_also_when_the_clock_was_set_back(dor: Dor, tmp_path: Path) -> None:
    """Each earlier load is put an hour ahead of the next one; what was built of it is as stale as ever."""
    for utbetalinger in (3, 1, 3):
        leveranse = deliver(tmp_path, "2015-04", utbetalinger)
        dor.slipp_inn(tmp_path)
        dor.con.execute("update kontroll.leveranse set lastet_tid = lastet_tid + interval 1 hour")
        assert changed_months(dor.con, tmp_path, [APRIL]) == []
        assert state.stale_months(dor.con) == [APRIL]
        assert dor.telling("utbetaling") == Telling(lest=utbetalinger, lastet=utbetalinger)
        assert len(dor.lastet(leveranse, "utbetaling")) == utbetalinger
        build(dor, APRIL)
        assert state.stale_months(dor.con) == []
    times = dor.rader("select distinct lastet_tid, lastet_nr from kontroll.leveranse order by lastet_nr")
    assert [row["lastet_nr"] for row in times] == [1, 2, 3]
    assert times == sorted(times, key=lambda row: row["lastet_tid"], reverse=True), "or nothing was tested"


def test_the_run_id_may_come_again_but_not_the_build(dor: Dor, tmp_path: Path) -> None:
    """The same files give the same run id (rules.md §4); a snapshot tells the builds apart by the load's number."""
    builds = []
    for utbetalinger in (3, 1, 3):
        deliver(tmp_path, "2015-04", utbetalinger)
        dor.slipp_inn(tmp_path)
        build(dor, APRIL)
        builds += dor.rader("select kjoring_id, lastet_nr from kontroll.bygg")
    assert builds[0]["kjoring_id"] == builds[2]["kjoring_id"]
    assert [built["lastet_nr"] for built in builds] == [1, 2, 3]


def test_a_run_is_named_by_the_very_files_it_was_made_of(dor: Dor, tmp_path: Path) -> None:
    """rules.md §4: the same code, months and files give the same id, and any other file another."""
    ids = []
    for utbetalinger in (3, 3, 1, 3):
        deliver(tmp_path, "2015-04", utbetalinger)
        dor.slipp_inn(tmp_path)
        run = register_run(dor.con, [APRIL])
        ids.append(run.id)
        (kjoring,) = dor.rader(f"FROM kontroll.kjoring WHERE kjoring_id = '{run.id}'")
        files = {path.stem: path for path in (tmp_path / "2015-04").iterdir()}
        assert kjoring["leveranser"] == [f"2015-04/{name}:{sha256(files[name])}" for name in sorted(files)]
    assert ids[0] == ids[1] == ids[3] != ids[2]


def test_the_same_delivery_in_another_format_is_another_delivery(dor: Dor, tmp_path: Path) -> None:
    """It is the files that are on record, by their checksums."""
    deliver(tmp_path, "2015-04", 3)
    dor.slipp_inn(tmp_path)
    for_ = dor.rader("FROM kilde.utbetaling ORDER BY ALL")
    deliver(tmp_path, "2015-04", 3, Parquet())
    assert changed_months(dor.con, tmp_path, [APRIL]) == [APRIL]
    dor.slipp_inn(tmp_path)
    assert dor.rader("FROM kilde.utbetaling ORDER BY ALL") == for_


def test_the_same_delivery_again_changes_nothing(dor: Dor, tmp_path: Path) -> None:
    deliver(tmp_path, "2015-04", 3)
    dor.slipp_inn(tmp_path)
    (tmp_path / "2015-04" / "person.csv").touch()
    assert changed_months(dor.con, tmp_path, [APRIL]) == []


def test_a_new_version_of_a_contract_is_a_change(dor: Dor, tmp_path: Path) -> None:
    deliver(tmp_path, "2015-04", 3)
    dor.slipp_inn(tmp_path)
    dor.con.execute("update kontroll.leveranse set kontrakt_versjon = '0.9.0' where uttrekk = 'diagnose'")
    assert changed_months(dor.con, tmp_path, [APRIL]) == [APRIL]


def test_a_refused_replacement_leaves_the_earlier_delivery(dor: Dor, tmp_path: Path) -> None:
    """And a good delivery beside it waits, for they were asked for together."""
    deliver(tmp_path, "2015-04", 3)
    dor.slipp_inn(tmp_path)
    build(dor, APRIL)
    before = dor.alt_som_er_skrevet()
    deliver(tmp_path, "2015-04", 30).fyll()
    path = tmp_path / "2015-04" / "utbetaling.csv"
    path.write_text(path.read_text().replace("8000", "åtte tusen"))
    deliver(tmp_path, "2015-05", 1)
    with pytest.raises(DeliveryRefused):
        dor.slipp_inn(tmp_path)
    assert dor.alt_som_er_skrevet() == before
    assert state.stale_months(dor.con) == []
    assert state.loaded_months(dor.con) == [APRIL]


def test_a_delivery_without_a_file_is_refused_when_it_is_looked_for(dor: Dor, tmp_path: Path) -> None:
    deliver(tmp_path, "2015-04", 1)
    (tmp_path / "2015-04" / "diagnose.csv").unlink()
    with pytest.raises(DeliveryRefused, match="diagnose"):
        changed_months(dor.con, tmp_path, [APRIL])


def test_a_month_without_delivery_is_said_to_be_missing(dor: Dor, tmp_path: Path) -> None:
    """A loaded month is there even when its folder has been cleared away."""
    deliver(tmp_path, "2015-04", 1)
    dor.slipp_inn(tmp_path)
    shutil.rmtree(tmp_path / "2015-04")
    require(dor.con, tmp_path, [APRIL])
    with pytest.raises(MissingMonths, match="No delivery for 2015-05; nothing was changed"):
        require(dor.con, tmp_path, [APRIL, MAI])


def test_a_delivery_without_any_rows(dor: Dor, tmp_path: Path) -> None:
    for maaned, form in (("2015-04", Csv()), ("2015-05", Parquet()), ("2015-06", Csv(gz=True))):
        Leveranse(maaned).skriv(tmp_path, form, manifest=True)
    dor.slipp_inn(tmp_path)
    assert state.loaded_months(dor.con) == [APRIL, MAI, dt.date(2015, 6, 1)]
    assert dor.telling("person", "2015-05") == dor.telling("meldekort_dag") == Telling(lest=0)


def test_what_was_built_by_other_rules_is_stale(dor: Dor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which rules are whose, test_fingerprints says; here that a build is held against them."""
    deliver(tmp_path, "2015-04", 1)
    dor.slipp_inn(tmp_path)
    build(dor, APRIL)
    assert state.stale_months(dor.con) == []
    monkeypatch.setattr(contracts, "KODEVERK", Path(shutil.copytree(contracts.KODEVERK, tmp_path / "kodeverk")))
    assert state.stale_months(dor.con) == [], "the same rules somewhere else are the same rules"
    with (tmp_path / "kodeverk" / "aktivitetstype.csv").open("a") as file:
        file.write("Samtaler,behandling,lokalt\n")
    assert state.stale_months(dor.con) == [APRIL]


def test_an_unbuilt_month_is_stale(dor: Dor, tmp_path: Path) -> None:
    """A run that was cut short between loading and publishing leaves just that."""
    deliver(tmp_path, "2015-04", 1)
    dor.slipp_inn(tmp_path)
    assert state.stale_months(dor.con) == [APRIL]


def test_deliveries_of_several_shares_of_the_population_are_not_mixed(dor: Dor) -> None:
    """rules.md §6: counts are scaled by the share, and only a synthetic register has a sampling error."""
    assert state.synthetic_share(dor.con) is None
    dor.con.execute("insert into kontroll.opphav values ('2015-04', 0.1, 1), ('2015-05', 0.1, 1)")
    assert state.synthetic_share(dor.con) == 0.1
    for annen in ("0.2", "null"):
        dor.con.execute(f"insert into kontroll.opphav values ('2015-06', {annen}, 1)")
        with pytest.raises(AktivitetError, match="mixes deliveries of different shares"):
            state.synthetic_share(dor.con)
        dor.con.execute("delete from kontroll.opphav where leveranse = '2015-06'")
