"""contracts.md, «Refused delivery»: nothing is changed, and the message names file, column, rule, count and line."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import deliveries, door, warehouse
from pipelines.contracts import contracts
from pipelines.errors import DeliveryRefused
from tests.leveranser import NOKKEL, Csv, Dor, Leveranse, Parquet, Telling, skriv_manifest
from tests.numre import fodselsnumre, med_galt_siffer

Skade = Callable[[Path], object]


def small(maaned: str = "2015-04") -> Leveranse:
    dag = f"{maaned}-15"
    return Leveranse(maaned, person=[{"person": "ola"}], utbetaling=[{"person": "ola", "dato_postert": dag}] * 3)


def refusal(dor: Dor, landing: Path) -> str:
    """The message; nothing may have changed, and no identity may be in it."""
    before = dor.alt_som_er_skrevet()
    with pytest.raises(DeliveryRefused) as refused:
        dor.slipp_inn(landing)
    assert dor.alt_som_er_skrevet() == before
    message = str(refused.value)
    assert not re.search(r"\d{9}", message), "an identity is in the message"
    assert message.startswith("The delivery was refused and nothing was changed:\n")
    return message.partition("\n")[2]


def line_with(folder: Path, extract: str, number: int, new: bytes) -> None:
    """Replace one line of a CSV file."""
    path = folder / f"{extract}.csv"
    lines = path.read_bytes().split(b"\n")
    lines[number - 1] = new
    path.write_bytes(b"\n".join(lines))


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
        "2015-04/utbetaling.csv, rule uleselig_fil: the file is neither UTF-8 nor ISO-8859-1 throughout",
    ),
    "UTF-16": (
        lambda folder: (folder / "utbetaling.csv").write_bytes("postering_id;person_id\n".encode("utf-16")),
        "2015-04/utbetaling.csv, column postering_id, rule mangler_kolonne: the column is not in the file",
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
        lambda folder: line_with(folder, "utbetaling", 3, b"1;2;3"),
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


@pytest.mark.parametrize(
    ("antall", "brutt", "nektes"),
    [
        (25, 20, False),  # not more than twenty, though eighty percent
        (25, 21, True),
        (2100, 21, False),  # exactly one percent
        (2099, 21, True),
        (5700, 57, False),  # where 0.01 * 5700 is not 57 in floating point
        (5700, 58, True),
    ],
)
def test_the_limits_are_twenty_rows_and_one_percent(
    dor: Dor, tmp_path: Path, antall: int, brutt: int, nektes: bool
) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(diagnose=[{"person": "ola", "diagnosekode": n} for n in range(antall - brutt)])
    leveranse.fyll(diagnose=[{"person": "ola", "diagnosekode": f"x{n}", "diagnose_type": "X"} for n in range(brutt)])
    leveranse.skriv(tmp_path)
    if nektes:
        assert refusal(dor, tmp_path).strip() == (
            f"2015-04/diagnose.csv, column diagnose_type, rule ukjent_kode, {brutt} rows, first at line"
            f" {antall - brutt + 2}: more rows are broken than the contract allows (20 and 1%)"
        )
    else:
        dor.slipp_inn(tmp_path)
        assert dor.telling("diagnose") == Telling(lest=antall, lastet=antall - brutt, karantene=brutt)


def test_rules_are_counted_together_and_named_one_by_one(dor: Dor, tmp_path: Path) -> None:
    """Of two deliveries at once, too; what is sheltered or a duplicate is not broken."""
    for maaned, brutt in (("2015-04", 11), ("2015-05", 10)):
        leveranse = Leveranse(maaned, person=[{"person": "ola"}, {"person": "kari", "fr_kode": "6"}])
        leveranse.fyll(diagnose=[{"person": "ola", "diagnosekode": f"a{n}", "diagnose_type": "X"} for n in range(10)])
        leveranse.fyll(diagnose=[{"person": "per", "diagnosekode": f"b{n}"} for n in range(brutt)])
        leveranse.fyll(diagnose=[{"person": "kari", "diagnosekode": f"c{n}", "diagnose_type": "X"} for n in range(30)])
        leveranse.fyll(diagnose=[{"person": "ola"}] * 30)
        leveranse.skriv(tmp_path)
    assert [line.strip().partition(": ")[0] for line in refusal(dor, tmp_path).splitlines()] == [
        "2015-04/diagnose.csv, column diagnose_type, rule ukjent_kode, 10 rows, first at line 2",
        "2015-04/diagnose.csv, column person_id, rule ukjent_person, 11 rows, first at line 12",
    ]


def test_what_follows_from_refused_persons_and_cards_is_not_told_again(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(
        person=[{"person": f"p{n}", "kjonn": "X"} for n in range(25)],
        utbetaling=[{"person": f"p{n}"} for n in range(25)],
        meldekort=[{"person": f"p{n}", "meldekort_id": n} for n in range(25)],
        meldekort_dag=[{"meldekort_id": n} for n in range(25)],
    )
    leveranse.skriv(tmp_path)
    assert [line.strip().partition(": ")[0] for line in refusal(dor, tmp_path).splitlines()] == [
        "2015-04/person.csv, column kjonn, rule ukjent_kode, 25 rows, first at line 2"
    ]


def test_a_column_that_mostly_does_not_parse(dor: Dor, tmp_path: Path) -> None:
    """Refused below the limits too, for then it is another format; five values at least, since one is only a slip."""

    def aktiviteter(fra: str, antall: int, sunne: int) -> Leveranse:
        leveranse = Leveranse(person=[{"person": "ola"}])
        rader = [{"person": "ola", "dato_fra": fra}] * antall + [{"person": "ola", "dato_fra": "2015-01-01"}] * sunne
        leveranse.fyll(aktivitet=rader)
        return leveranse.fyll(aktivitet=[{"person": "ola", "dato_fra": None}] * 20)

    aktiviteter("30-APR-15", 4, 0).skriv(tmp_path / "a")
    dor.slipp_inn(tmp_path / "a")
    aktiviteter("30-APR-15", 5, 5).skriv(tmp_path / "b")
    dor.slipp_inn(tmp_path / "b")
    assert dor.telling("aktivitet") == Telling(lest=30, lastet=25, karantene=5)
    aktiviteter("30-APR-15", 6, 5).skriv(tmp_path / "c")
    assert refusal(dor, tmp_path / "c").strip() == (
        "2015-04/aktivitet.csv, column dato_fra, rule ugyldig_verdi, 6 rows, first at line 2:"
        " most values of the column do not parse"
    )


def test_open_ends_parse(dor: Dor, tmp_path: Path) -> None:
    """They become null, but a column of them is not one that does not parse."""
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitetsplan=[{"person": "ola", "dato_til": "9999-12-31"}] * 6)
    leveranse.fyll(aktivitetsplan=[{"person": "ola", "dato_til": "uendelig"}] * 5)
    leveranse.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    assert dor.telling("aktivitetsplan") == Telling(lest=11, lastet=6, karantene=5)


def test_the_line_of_a_row_counts_the_lines_inside_values(dor: Dor, tmp_path: Path) -> None:
    leveranse = Leveranse(person=[{"person": "ola"}])
    leveranse.fyll(aktivitet=[{"person": "ola", "aktivitettypenavn": "en\nto\r\ntre"}] * 30)
    leveranse.fyll(aktivitet=[{"person": "ola", "aktivitetstatuskode": "X"}] * 30)
    leveranse.skriv(tmp_path)
    assert "30 rows, first at line 92:" in refusal(dor, tmp_path)


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
    with pytest.raises(DeliveryRefused, match=expected), warehouse.transaction(dor.con):
        door.load(dor.con, opened, NOKKEL, interfere)


def test_a_file_that_disappears(dor: Dor, tmp_path: Path) -> None:
    folder = small().skriv(tmp_path)
    opened = deliveries.open_all(tmp_path, deliveries.months_in(tmp_path))
    (folder / "utbetaling.csv").unlink()
    expected = "2015-04/utbetaling.csv, rule uleselig_fil"
    with pytest.raises(DeliveryRefused, match=expected), warehouse.transaction(dor.con):
        door.load(dor.con, opened, NOKKEL)


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
