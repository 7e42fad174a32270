"""Deliveries on disk: the same bytes for the same arguments, whole months or none, and through the door."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.base.home import Home
from pipelines.ingest import deliveries, identity, loading
from pipelines.model.contracts import contracts
from pipelines.synthetic import deliveries as writer
from pipelines.synthetic import generate
from pipelines.warehouse import database

SHARE = 0.003
MAY, JUNE, JULY = date(2010, 5, 1), date(2010, 6, 1), date(2010, 7, 1)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def made(
    folder: Path, first: date = MAY, last: date = JUNE, *, seed: int = 1, fmt: str = "parquet", clean: bool = False
) -> dict[str, str]:
    generate(folder, first=first, last=last, share=SHARE, seed=seed, fmt=fmt, clean=clean)
    return digests(folder)


@pytest.fixture(scope="module")
def may_and_june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    made(folder)
    return folder


def test_same_arguments_same_bytes(may_and_june: Path, tmp_path: Path) -> None:
    assert made(tmp_path) == digests(may_and_june)


def test_a_month_is_the_same_whichever_range_it_was_made_in(may_and_june: Path, tmp_path: Path) -> None:
    longer = made(tmp_path, JUNE, JULY)
    june = {name: digest for name, digest in digests(may_and_june).items() if "2010-06" in name}
    assert june.items() <= longer.items()
    assert len(june) == len(contracts()) + 2


def test_another_seed_gives_other_people(may_and_june: Path, tmp_path: Path) -> None:
    other = made(tmp_path, MAY, MAY, seed=2)
    same = {name for name, digest in other.items() if digests(may_and_june).get(name) == digest}
    assert same == set()


def test_a_delivery_has_every_column_of_its_contract_in_its_type(may_and_june: Path) -> None:
    for name, contract in contracts().items():
        frame = pl.read_parquet(may_and_june / "2010-05" / f"{name}.parquet")
        assert set(frame.columns) == {column.name for column in contract.columns}, name
        for column in contract.columns:
            kind = frame.schema[column.name]
            if column.type in ("DATE", "BIGINT", "INTEGER"):
                assert kind == {"DATE": pl.Date, "BIGINT": pl.Int64, "INTEGER": pl.Int32}[column.type], column.name


def test_the_manifest_counts_and_sums_every_file(may_and_june: Path) -> None:
    folder = may_and_june / "2010-05"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["leveranse"] == "2010-05"
    assert set(manifest["filer"]) == {path.name for path in folder.glob("*.parquet")}
    for name, entry in manifest["filer"].items():
        assert entry["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert entry["rader"] == pl.scan_parquet(folder / name).select(pl.len()).collect().item()


def test_a_run_cut_short_leaves_whole_months_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("No space left on device")

    made(tmp_path, MAY, MAY)
    monkeypatch.setattr(writer, "_write_truth", full_disk)
    with pytest.raises(OSError, match="No space"):
        made(tmp_path, MAY, JUNE)
    monkeypatch.setattr(writer, "write_parquet", full_disk)
    with pytest.raises(OSError, match="No space"):
        made(tmp_path, JUNE, JUNE)
    assert deliveries.months_in(tmp_path) == [MAY]
    assert (tmp_path / "2010-05" / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("first", "last", "share"),
    [(date(2010, 2, 1), MAY, 0.1), (JUNE, MAY, 0.1), (MAY, JUNE, 0.0), (MAY, JUNE, 1.5)],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, first: date, last: date, share: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate(tmp_path, first=first, last=last, share=share, seed=1)
    assert not any(tmp_path.iterdir())


def test_numbers_are_synthetic_only(may_and_june: Path) -> None:
    numbers = pl.read_parquet(may_and_june / "2010-06" / "person.parquet")["fodselsnr"]
    assert numbers.str.len_chars().unique().to_list() == [11]
    assert numbers.str.slice(2, 2).cast(pl.Int32).is_between(81, 92).all()


def test_no_id_can_be_taken_for_a_persons_number(may_and_june: Path) -> None:
    """Ids have ten digits at most, defects and all: the eleven of a fødselsnummer stand in one column only."""
    for path in sorted((may_and_june / "2010-06").glob("*.parquet")):
        ids = pl.read_parquet(path).select(pl.col(pl.Int64))
        assert ids.width, path.name
        for column in ids:
            assert column.drop_nulls().is_between(1, 10**10 - 1).all(), (path.name, column.name)


def loaded(home: Home) -> dict[str, dict[str, int]]:
    """The deliveries through the door: counts by extract, quarantined rows by rule."""
    months = deliveries.months_in(home.landing)
    with database.open_warehouse(home) as con:
        with database.transaction(con):
            loading.load(con, deliveries.open_all(home.landing, months), identity.pseudonym_key(home.secrets))
        counts = con.execute(
            "select uttrekk, sum(lest), sum(duplikat), sum(skjermet), sum(karantene) from kontroll.leveranse group by 1"
        ).fetchall()
        rules = con.execute("select regel, count(*) from karantene.rader group by 1").fetchall()
    return {
        "karantene": dict(rules),
        **{row[0]: dict(zip(("lest", "duplikat", "skjermet", "karantene"), row[1:], strict=True)) for row in counts},
    }


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_defects_end_where_they_belong(tmp_path: Path, fmt: str) -> None:
    home = Home(tmp_path / "hjem", tmp_path / "landing")
    generate(home.landing, first=MAY, last=JULY, share=0.01, seed=1, fmt=fmt)
    found = loaded(home)
    assert {"fodselsnr_ugyldig", "motstridende_duplikat", "ukjent_person"} <= set(found["karantene"])
    assert any("kode" in rule for rule in found["karantene"])
    assert found["person"]["skjermet"] > 0
    for name in contracts():
        assert found[name]["duplikat"] > 0, name
        assert found[name]["karantene"] < 0.01 * found[name]["lest"], name


def test_clean_deliveries_pass_whole(tmp_path: Path) -> None:
    home = Home(tmp_path / "hjem", tmp_path / "landing")
    made(home.landing, clean=True)
    found = loaded(home)
    assert found["karantene"] == {}
    assert all(found[name]["duplikat"] == found[name]["skjermet"] == 0 for name in contracts())


def test_the_truth_is_kept_beside_and_covers_everybody(may_and_june: Path) -> None:
    truth = pl.read_parquet(may_and_june / "fasit" / "2010-05.parquet")
    people = pl.read_parquet(may_and_june / "2010-05" / "person.parquet")
    known = people.filter(pl.col("fodselsnr").str.slice(9) != "00")
    assert known.join(truth, on="fodselsnr", how="anti").is_empty()
    assert truth["fodselsnr"].is_unique().all()
    passive = truth.filter("passiv")
    assert not (passive["tiltak"] | passive["arbeid"] | passive["behandling"]).any()
    assert passive["paa_aap"].all()


def test_a_plan_that_was_made_is_true_signed_or_not_until_its_period_is_over(tmp_path: Path) -> None:
    """By the clean register, which has every signature, and by the real one, which lacks some."""
    truths = {}
    for clean in (True, False):
        landing = tmp_path / str(clean)
        generate(landing, first=MAY, last=MAY, share=0.004, seed=1, clean=clean)
        people = pl.read_parquet(landing / "2010-05" / "person.parquet").unique("person_id")
        valid = (
            pl.read_parquet(landing / "2010-05" / "aktivitetsplan.parquet")
            .filter(pl.col("dato_fra") <= date(2010, 5, 31), pl.col("dato_til") >= date(2010, 5, 31))
            .select("person_id", signert=pl.col("dato_godkjent").is_not_null())
        )
        truth = pl.read_parquet(landing / "fasit" / "2010-05.parquet").join(people, on="fodselsnr")
        planned, truths[clean] = set(truth.filter("gyldig_plan")["person_id"]), truth["gyldig_plan"].sum()
        if clean:
            assert planned == set(valid["person_id"])
            assert valid["signert"].all()
        else:
            assert planned >= set(valid["person_id"]) & set(truth["person_id"])
            assert planned - set(valid.filter("signert")["person_id"])
    assert truths[True] > 0
