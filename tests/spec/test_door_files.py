"""Files as they are found in a landing folder: cut off, changed or moved under way, linked, and oddly written."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.base.errors import DeliveryRefused
from pipelines.ingest import deliveries, loading
from pipelines.warehouse import database
from tests.dor import Dor, Telling
from tests.former import Csv, Parquet
from tests.leveranser import NOKKEL, Leveranse
from tests.numre import fodselsnumre, med_galt_siffer
from tests.spec.nektelser import refusal, small


def test_a_file_that_changes_while_it_is_read(dor: Dor, tmp_path: Path) -> None:
    """Between the checksum and the last row: what is on record would not be what was loaded."""
    folder = small().skriv(tmp_path)
    opened = deliveries.open_all(tmp_path, deliveries.months_in(tmp_path))

    def interfere(extract: str, *_: int) -> None:
        path = folder / "utbetaling.csv"
        if extract == "utbetaling":
            stat = path.stat()
            path.write_bytes(path.read_bytes().replace(b"8000", b"9000"))
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    expected = "2015-04/utbetaling.csv, rule endret_fil: the file was changed"
    with pytest.raises(DeliveryRefused, match=expected), database.transaction(dor.con):
        loading.load(dor.con, opened, NOKKEL, interfere)


def test_a_file_that_disappears(dor: Dor, tmp_path: Path) -> None:
    folder = small().skriv(tmp_path)
    opened = deliveries.open_all(tmp_path, deliveries.months_in(tmp_path))
    (folder / "utbetaling.csv").unlink()
    expected = "2015-04/utbetaling.csv, rule uleselig_fil"
    with pytest.raises(DeliveryRefused, match=expected), database.transaction(dor.con):
        loading.load(dor.con, opened, NOKKEL)


@pytest.mark.parametrize("talt", [2, 4])
def test_a_file_that_is_read_as_more_or_fewer_rows_than_were_counted(dor: Dor, tmp_path: Path, talt: int) -> None:
    """Rows are counted by other means than the reader's, which may drop some without a word (pipelines/forms.py)."""
    small().skriv(tmp_path)
    (opened,) = deliveries.open_all(tmp_path, deliveries.months_in(tmp_path))
    files = tuple(replace(file, rows=talt) if file.extract == "utbetaling" else file for file in opened.files)
    expected = f"2015-04/utbetaling.csv, rule uleselig_fil, 1 rows: the file has {talt} rows, but 3 of them could be"
    with pytest.raises(DeliveryRefused, match=expected), database.transaction(dor.con):
        loading.load(dor.con, [replace(opened, files=files)], NOKKEL)


def test_parquet_that_breaks_off_inside(dor: Dor, tmp_path: Path) -> None:
    """Its footer promises what its pages do not hold; two months are both named."""
    for maaned in ("2015-04", "2015-05"):
        folder = small(maaned).skriv(tmp_path, Parquet())
        path = folder / "utbetaling.parquet"
        innhold = bytearray(path.read_bytes())
        innhold[4:120] = b"\0" * 116
        path.write_bytes(innhold)
    lines = [line.strip().partition(":")[0] for line in refusal(dor, tmp_path).splitlines()]
    assert lines == [f"2015-{maaned}/utbetaling.parquet, rule uleselig_fil" for maaned in ("04", "05")]


def test_text_in_parquet_that_is_not_utf_8(dor: Dor, tmp_path: Path) -> None:
    nummer = med_galt_siffer(next(fodselsnumre()))
    folder = small().skriv(tmp_path, Parquet())
    path = folder / "aktivitet.parquet"
    table = pq.read_table(path)
    bad = pa.array([f"{nummer} ".encode() + b"\xe6"]).view(pa.string())
    full = {field.name: pa.nulls(1, field.type) for field in table.schema} | {"aktivitettypenavn": bad}
    pq.write_table(pa.table(full), path)
    assert "2015-04/aktivitet.parquet, rule uleselig_fil" in refusal(dor, tmp_path)


def test_the_landing_path_is_not_a_pattern(dor: Dor, tmp_path: Path) -> None:
    """Nor part of a statement: quotes, brackets, asterisks, spaces and æøå are characters of a name."""
    landing = tmp_path / "mine 'filer' [æøå] *; drop table kilde.person; -- ?{a,b}"
    annen = tmp_path / "mine 'filer' [æøå] noe; drop table kilde.person; -- x{a,b}"
    small().skriv(annen)
    for form in (Csv(), Parquet()):
        for maaned in ("2015-04", "2015-05"):
            small(maaned).skriv(landing / form.__class__.__name__, form)
        dor.slipp_inn(landing / form.__class__.__name__)
        assert dor.telling("utbetaling", "2015-05") == Telling(lest=3, lastet=3)


def test_a_folder_and_its_files_may_be_links(dor: Dor, tmp_path: Path) -> None:
    folder = small().skriv(tmp_path / "annetsteds")
    (folder / "utbetaling.csv").rename(tmp_path / "utbetaling-kopi")
    (folder / "utbetaling.csv").symlink_to(tmp_path / "utbetaling-kopi")
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "2015-04").symlink_to(folder)
    dor.slipp_inn(tmp_path / "landing")
    assert dor.telling("utbetaling") == Telling(lest=3, lastet=3)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("hva", ["2015-04/utbetaling.csv", "2015-04"])
def test_what_may_not_be_read(dor: Dor, tmp_path: Path, hva: str) -> None:
    small().skriv(tmp_path)
    (tmp_path / hva).chmod(0o000)
    try:
        assert "cannot be read (PermissionError)" in refusal(dor, tmp_path)
        with pytest.raises(DeliveryRefused):
            deliveries.read_checksums(tmp_path, deliveries.months_in(tmp_path)[0])
    finally:
        (tmp_path / hva).chmod(0o700)


def test_empty_lines_are_no_rows(dor: Dor, tmp_path: Path) -> None:
    for maaned, linjeskift in (("2015-04", "\n"), ("2015-05", "\r\n")):
        path = small(maaned).skriv(tmp_path, Csv(linjeskift=linjeskift)) / "utbetaling.csv"
        skift = linjeskift.encode()
        path.write_bytes(path.read_bytes().replace(skift, skift * 2) + skift * 3)
    dor.slipp_inn(tmp_path)
    assert dor.telling("utbetaling") == dor.telling("utbetaling", "2015-05") == Telling(lest=3, lastet=3)


def test_a_file_without_a_last_line_break_and_quotes_inside_values(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    navn = ['5" rør', 'en "to" tre', '"', 'a"b"c', "a;b", "linje\nskift", ""]
    leveranse.fyll(aktivitet=[{"person": "ola", "aktivitettypenavn": n or None} for n in navn])
    path = leveranse.skriv(tmp_path) / "aktivitet.csv"
    # Unquoted, as exports without any care write them; a quote inside a value is only a character.
    innhold = path.read_text().replace('"5"" rør"', '5" rør').replace('"a""b""c"', 'a"b"c')
    path.write_text(innhold.rstrip("\n"))
    dor.slipp_inn(tmp_path)
    assert {rad["aktivitettypenavn"] for rad in dor.lastet(leveranse, "aktivitet")} == set(navn) - {""}
    assert dor.telling("aktivitet") == Telling(lest=7, lastet=6, karantene=1)
