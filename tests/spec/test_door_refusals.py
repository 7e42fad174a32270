"""contracts.md, «Refused delivery»: nothing is changed, and the message names file, column, rule, count and line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.model.contracts import contracts
from tests.dor import Dor, Telling
from tests.leveranser import skriv_manifest
from tests.numre import fodselsnummer
from tests.spec.nektelser import refusal, small

Skade = Callable[[Path], object]


def line_with(folder: Path, extract: str, number: int, new: bytes) -> None:
    """Replace one line of a CSV file."""
    path = folder / f"{extract}.csv"
    lines = path.read_bytes().split(b"\n")
    lines[number - 1] = new
    path.write_bytes(b"\n".join(lines))


def with_lines(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = folder / "utbetaling.csv"
    path.write_bytes(b"\n".join(change(path.read_bytes().split(b"\n"))))


def broken_gzip(folder: Path) -> None:
    packed = bytearray(gzip.compress((folder / "utbetaling.csv").read_bytes()))
    packed[20:40] = b"x" * 20
    (folder / "utbetaling.csv").unlink()
    (folder / "utbetaling.csv.gz").write_bytes(packed)


def half_a_gzip(folder: Path) -> None:
    packed = gzip.compress((folder / "utbetaling.csv").read_bytes())
    (folder / "utbetaling.csv").unlink()
    (folder / "utbetaling.csv.gz").write_bytes(packed[: len(packed) // 2])


def without_a_column(folder: Path) -> None:
    path = folder / "utbetaling.csv"
    path.write_bytes(path.read_bytes().replace(b"BELOP", b"BELOEP"))


def with_a_column_twice(folder: Path) -> None:
    path = folder / "utbetaling.csv"
    path.write_bytes(path.read_bytes().replace(b"MELDEKORT_ID", b" belop "))


SKADER: dict[str, tuple[Skade, str]] = {
    "missing": (
        lambda folder: (folder / "utbetaling.csv").unlink(),
        "2015-04/utbetaling.*, rule mangler_fil: the file is missing",
    ),
    "a folder in its place": (
        lambda folder: ((folder / "utbetaling.csv").unlink(), (folder / "utbetaling.csv").mkdir()),
        "2015-04/utbetaling.*, rule mangler_fil: the file is missing",
    ),
    "a link to nowhere": (
        lambda folder: ((folder / "utbetaling.csv").unlink(), (folder / "utbetaling.csv").symlink_to("borte")),
        "2015-04/utbetaling.*, rule mangler_fil: the file is missing",
    ),
    "two files": (
        lambda folder: (folder / "utbetaling.parquet").write_bytes(b"x"),
        "2015-04/utbetaling.parquet, rule flere_filer: the extract is there in several formats; keep one of"
        " utbetaling.parquet, utbetaling.csv",
    ),
    "empty": (
        lambda folder: (folder / "utbetaling.csv").write_bytes(b""),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file is empty",
    ),
    "no parquet": (
        lambda folder: (folder / "utbetaling.csv").rename(folder / "utbetaling.parquet"),
        "2015-04/utbetaling.parquet, rule uleselig_fil: the file cannot be read (ArrowInvalid)",
    ),
    "broken gzip": (broken_gzip, "2015-04/utbetaling.csv.gz, rule uleselig_fil: the file cannot be read"),
    "half a gzip": (half_a_gzip, "2015-04/utbetaling.csv.gz, rule uleselig_fil: the file cannot be read (EOFError)"),
    "no file to read from": (
        lambda folder: ((folder / "utbetaling.csv").unlink(), (folder / "utbetaling.csv").symlink_to("/proc/self/mem")),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file cannot be read (OSError)",
    ),
    "Windows-1252": (
        lambda folder: line_with(folder, "utbetaling", 3, b"\xe6;\x96"),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file is neither UTF-8 nor ISO-8859-1 throughout"
        " (save it as UTF-8)",
    ),
    "UTF-16": (
        lambda folder: (folder / "utbetaling.csv").write_bytes("postering_id;person_id\n".encode("utf-16")),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file is UTF-16 (save it as UTF-8)",
    ),
    "UTF-16 without a mark": (
        lambda folder: (folder / "utbetaling.csv").write_bytes("postering_id;person_id\n".encode("utf-16-le")),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file is UTF-16 (save it as UTF-8)",
    ),
    "a spreadsheet's first line": (
        lambda folder: with_lines(folder, lambda lines: [b"sep=;", *lines]),
        "2015-04/utbetaling.csv, rule uleselig_fil: the first line is «sep=», which spreadsheets write; delete it",
    ),
    "a spreadsheet's first line after a mark": (
        lambda folder: with_lines(folder, lambda lines: [b"\xef\xbb\xbfsep=;", *lines]),
        "2015-04/utbetaling.csv, rule uleselig_fil: the first line is «sep=», which spreadsheets write; delete it",
    ),
    "what SQL*Plus says": (
        lambda folder: with_lines(folder, lambda lines: [*lines, b"", b"3 rows selected.", b""]),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file ends with what SQL*Plus says of the query"
        " (SET FEEDBACK OFF); delete the last lines",
    ),
    "what SQL*Plus says in Norwegian": (
        lambda folder: with_lines(folder, lambda lines: [*lines, b"3 rader er valgt."]),
        "2015-04/utbetaling.csv, rule uleselig_fil: the file ends with what SQL*Plus says of the query",
    ),
    "lines that end twice": (
        lambda folder: with_lines(folder, lambda lines: [line + b"\r\r" for line in lines]),
        "2015-04/utbetaling.csv, rule uleselig_fil: lines end in CR CR LF: the file was turned from one system's text"
        " to another's twice; copy it as it is (binary)",
    ),
    "a quote never closed": (
        lambda folder: line_with(folder, "utbetaling", 3, b'1;2;"3;4;5;6;7'),
        "2015-04/utbetaling.csv, rule uleselig_fil: a quote is never closed, in the row that ends on line",
    ),
    "two quotes never closed": (
        lambda folder: (
            line_with(folder, "utbetaling", 2, b'1;2;"3;4;5;6;7'),
            line_with(folder, "utbetaling", 4, b'1;"2;3;4;5;6;7'),
        ),
        "2015-04/utbetaling.csv, rule uleselig_fil: a quote stands where none can, in the row that ends on line 4",
    ),
    "a short row": (
        lambda folder: line_with(folder, "utbetaling", 3, f"1;{fodselsnummer()};3".encode()),
        "2015-04/utbetaling.csv, rule uleselig_fil, first at line 3: the file cannot be read",
    ),
    "a long row": (
        lambda folder: line_with(folder, "utbetaling", 3, b"1;2;3;4;5;6;7;8;9"),
        "2015-04/utbetaling.csv, rule uleselig_fil, first at line 3: the file cannot be read",
    ),
    "no column": (
        without_a_column,
        "2015-04/utbetaling.csv, column belop, rule mangler_kolonne: the column is not in the file",
    ),
    "a column twice": (
        with_a_column_twice,
        "2015-04/utbetaling.csv, column belop, rule flere_kolonner: the column is there 2 times",
    ),
    "a manifest of another file": (
        lambda folder: (
            skriv_manifest(folder, {f"{navn}.csv": 0 for navn in contracts()} | {"person.csv": 1, "utbetaling.csv": 3}),
            line_with(folder, "utbetaling", 2, b"1;2;3;4;5;6;7"),
        ),
        "2015-04/utbetaling.csv, rule manifest: the file is not the one the manifest lists (sha256)",
    ),
    "a manifest with another count": (
        lambda folder: skriv_manifest(
            folder, {f"{navn}.csv": 0 for navn in contracts()} | {"person.csv": 1, "utbetaling.csv": 4}
        ),
        "2015-04/utbetaling.csv, rule manifest, 3 rows: the file has 3 rows, manifest.json says 4",
    ),
    "a manifest without a file": (
        lambda folder: skriv_manifest(folder, {f"{navn}.csv": 0 for navn in contracts() if navn != "utbetaling"}),
        "2015-04/utbetaling.csv, rule manifest: the manifest does not list the file",
    ),
    "a manifest of a file that is not there": (
        lambda folder: (
            (folder / "tillegg.csv").write_bytes(b""),
            skriv_manifest(
                folder,
                {f"{navn}.csv": 0 for navn in contracts()} | {"person.csv": 1, "utbetaling.csv": 3, "tillegg.csv": 0},
            ),
            (folder / "tillegg.csv").unlink(),
        ),
        "2015-04/manifest.json, rule manifest: 1 of the files it lists are not in the delivery",
    ),
    "a manifest that is none": (
        lambda folder: (folder / "manifest.json").write_text('{"filer": ["person.csv"]}'),
        '2015-04/manifest.json, rule manifest: expected {"filer"',
    ),
    "a manifest that is no text": (
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe"),
        '2015-04/manifest.json, rule manifest: expected {"filer"',
    ),
}


@pytest.mark.parametrize("navn", SKADER)
def test_a_delivery_with_one_fault(dor: Dor, tmp_path: Path, navn: str) -> None:
    skade, melding = SKADER[navn]
    skade(small().skriv(tmp_path))
    assert melding in refusal(dor, tmp_path)


def test_a_good_manifest_and_a_checksum_in_capitals(dor: Dor, tmp_path: Path) -> None:
    folder = small().skriv(tmp_path, manifest=True)
    manifest = folder / "manifest.json"
    manifest.write_text(re.sub("[0-9a-f]{64}", lambda digest: digest[0].upper(), manifest.read_text()))
    dor.slipp_inn(tmp_path)
    assert dor.telling("utbetaling") == Telling(lest=3, lastet=3)


def test_a_missing_column_names_every_one_and_every_delivery(dor: Dor, tmp_path: Path) -> None:
    for maaned in ("2015-04", "2015-05", "2015-06"):
        folder = small(maaned).skriv(tmp_path)
        if maaned != "2015-05":
            without_a_column(folder)
            with_a_column_twice(folder)
        if maaned == "2015-06":
            (folder / "person.csv").write_bytes(b"")
    message = refusal(dor, tmp_path)
    assert [line.strip().partition(":")[0] for line in message.splitlines()] == [
        "2015-04/utbetaling.csv, column meldekort_id, rule mangler_kolonne",
        "2015-06/person.csv, rule uleselig_fil",
        "2015-06/utbetaling.csv, column meldekort_id, rule mangler_kolonne",
    ]
