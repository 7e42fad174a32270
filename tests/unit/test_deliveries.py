"""Deliveries are found by their folders, and verified before anything is read."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from pipelines.base.errors import AktivitetError, DeliveryRefused
from pipelines.base.months import parse_month
from pipelines.ingest import deliveries
from pipelines.model.contracts import contracts
from tests.former import Csv
from tests.leveranser import Leveranse

APRIL = dt.date(2015, 4, 1)


def test_months_are_folders_named_so(tmp_path: Path) -> None:
    for name in (
        "2015-04",
        "2014-12",
        "2015-13",
        "2015-00",
        "2015-4",
        "15-04",
        "2015-04-01",
        "2015-05 (kopi)",
        "fasit",
        ".tmp",
    ):
        (tmp_path / name).mkdir()
    (tmp_path / "2015-06").write_text("a file")
    (tmp_path / "2015-07").symlink_to("borte")
    assert deliveries.months_in(tmp_path) == [dt.date(2014, 12, 1), APRIL]
    assert deliveries.not_months(tmp_path) == [
        "15-04", "2015-00", "2015-04-01", "2015-05 (kopi)", "2015-13", "2015-4",
    ]  # fmt: skip
    with pytest.raises(AktivitetError, match="borte is not there"):
        deliveries.months_in(tmp_path / "borte")


@pytest.mark.parametrize("name", ["2015-4", "2015-13", "201504", "2015-04-01", "", "2015-04\n", "٢٠١٥-04"])
def test_what_is_no_month(name: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        parse_month(name)


def test_an_opened_delivery_says_what_it_is(tmp_path: Path) -> None:
    Leveranse(person=[{"person": "ola"}] * 3).skriv(tmp_path, Csv(gz=True, ekstra={"x": "1", " Y ": "2", "": ""}))
    delivery = deliveries.open_delivery(tmp_path, APRIL)
    assert delivery.name == "2015-04"
    assert [file.extract for file in delivery.files] == list(contracts())
    person = delivery.files[0]
    assert (person.rows, person.path.name, person.has_changed()) == (3, "person.csv.gz", False)
    assert deliveries.extra_columns(person, contracts()["person"]) == [" Y ", "x"]
    assert deliveries.read_checksums(tmp_path, APRIL)["person"] == person.sha256
    person.path.touch()
    assert person.has_changed()
    person.path.unlink()
    assert person.has_changed()


def test_a_synthetic_delivery_says_so(tmp_path: Path) -> None:
    folder = Leveranse().skriv(tmp_path, manifest=True)
    assert deliveries.open_delivery(tmp_path, APRIL).synthetic == (None, None)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"syntetisk": {"andel": 0.1, "seed": 7}}))
    assert deliveries.open_delivery(tmp_path, APRIL).synthetic == (0.1, 7)
    (folder / "manifest.json").write_text(json.dumps(manifest | {"syntetisk": "ja"}))
    with pytest.raises(DeliveryRefused, match=r"manifest.json, rule manifest"):
        deliveries.open_delivery(tmp_path, APRIL)


MANIFEST_ORIGINS = {
    "a_share": ('{"andel": 0.1, "seed": 7}', (0.1, 7)),
    "everybody": ('{"andel": 1, "seed": -7}', (1.0, -7)),
    "the_greatest_seed": ('{"andel": 1e-4, "seed": 9223372036854775807}', (0.0001, 2**63 - 1)),
    "share_nan": ('{"andel": NaN, "seed": 7}', None),
    "share_infinite": ('{"andel": Infinity, "seed": 7}', None),
    "share_1e400": ('{"andel": 1e400, "seed": 7}', None),
    "share_negative": ('{"andel": -0.1, "seed": 7}', None),
    "share_0": ('{"andel": 0, "seed": 7}', None),
    "share_above_1": ('{"andel": 1.01, "seed": 7}', None),
    "share_true": ('{"andel": true, "seed": 7}', None),
    "share_text": ('{"andel": "0.1", "seed": 7}', None),
    "share_of_many_digits": ('{"andel": 1' + 400 * "0" + ', "seed": 7}', None),
    "seed_1e999": ('{"andel": 0.1, "seed": 1e999}', None),
    "seed_of_23_digits": ('{"andel": 0.1, "seed": 12345678901234567890123}', None),
    "seed_fraction": ('{"andel": 0.1, "seed": 7.5}', None),
    "seed_true": ('{"andel": 0.1, "seed": true}', None),
    "seed_of_5000_digits": ('{"andel": 0.1, "seed": ' + 5000 * "7" + "}", None),
    "nested": ("[" * 100_000 + "]" * 100_000, None),
    "nested_a_little": ("[[[[[]]]]]", None),
}


@pytest.mark.parametrize("case", MANIFEST_ORIGINS)
def test_what_a_manifest_may_say_of_a_synthetic_register(tmp_path: Path, case: str) -> None:
    written, expected = MANIFEST_ORIGINS[case]
    (tmp_path / "manifest.json").write_text(f'{{"syntetisk": {written}}}')
    if expected is not None:
        assert deliveries.read_origin(tmp_path) == expected
        return
    with pytest.raises(DeliveryRefused, match=r"manifest.json, rule manifest: expected"):
        deliveries.read_origin(tmp_path)


@pytest.mark.parametrize(
    "rows", ["1e400", "1e999", "-1", "true", "3.0", '"3"', "null", "NaN", 23 * "9", "[" * 50_000 + "]" * 50_000]
)
def test_a_number_of_rows_that_is_none_is_refused(tmp_path: Path, rows: str) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"filer": {"person.csv": {"rader": 3, "sha256": "AB"}}}')
    assert deliveries.read_manifest(tmp_path) == {"person.csv": (3, "ab")}
    manifest.write_text(manifest.read_text().replace("3", rows))
    with pytest.raises(DeliveryRefused, match=r"manifest.json, rule manifest: expected"):
        deliveries.read_manifest(tmp_path)


def test_what_is_there_and_is_no_file_is_not_said_to_be_missing(tmp_path: Path) -> None:
    """Nor waited for: a pipe has no end."""
    folder = Leveranse(person=[{"person": "ola"}]).skriv(tmp_path)
    for name in ("diagnose.csv", "person.csv", "aktivitet.csv"):
        (folder / name).unlink()
    (folder / "diagnose.csv").mkdir()
    os.mkfifo(folder / "person.csv")
    with pytest.raises(DeliveryRefused) as refused:
        deliveries.open_delivery(tmp_path, APRIL)
    assert [(refusal.fil, refusal.regel) for refusal in refused.value.refusals] == [
        ("aktivitet.*", "mangler_fil"),
        ("diagnose.csv", "uleselig_fil"),
        ("person.csv", "uleselig_fil"),
    ]
