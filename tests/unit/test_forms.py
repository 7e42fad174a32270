"""The form of a file, and its number of rows counted by other means than the reader's."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipelines.ingest import forms
from pipelines.ingest.forms import Unreadable, describe, line_of

KNOWN = ("a", "b", "c")


def described(folder: Path, content: bytes, name: str = "fil.csv") -> tuple[str, str, tuple[str, ...], int]:
    path = folder / name
    path.write_bytes(content)
    form, rows = describe(path, KNOWN)
    return form.encoding, form.separator, tuple(column for column, _ in form.columns), rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a;b;c\n1;2;3\n4;5;6\n", ("utf-8", ";", ("a", "b", "c"), 2)),
        (b"a;b;c\n1;2;3\n4;5;6", ("utf-8", ";", ("a", "b", "c"), 2)),
        (b"a;b;c\r\n1;2;3\r\n", ("utf-8", ";", ("a", "b", "c"), 1)),
        (b"a,b,c\n1,2,3\n", ("utf-8", ",", ("a", "b", "c"), 1)),
        (b"\xef\xbb\xbfa;b;c\n1;2;3\n", ("utf-8", ";", ("a", "b", "c"), 1)),
        (b"\xef\xbb\xbf\"a\";\"b\";c\n", ("utf-8", ";", ("a", "b", "c"), 0)),
        (b"a;b;c", ("utf-8", ";", ("a", "b", "c"), 0)),
        (b"a;b;c\r\n", ("utf-8", ";", ("a", "b", "c"), 0)),
        ("a;b;c;ø\n1;2;3;æ\n".encode(), ("utf-8", ";", ("a", "b", "c", "ø"), 1)),
        ("a;b;c;ø\n1;2;3;æ\n".encode("latin-1"), ("latin-1", ";", ("a", "b", "c", "ø"), 1)),
        (b"a;b;c\n1;2;3\n\n\n4;5;6\n\n", ("utf-8", ";", ("a", "b", "c"), 2)),
        (b"a;b;c\r\n1;2;3\r\n\r\n4;5;6\r\n\r\n", ("utf-8", ";", ("a", "b", "c"), 2)),
        (b'a;b;c\n1;"2\n3";4\n', ("utf-8", ";", ("a", "b", "c"), 1)),
        (b'a;b;c\n1;"2;""\r\n";4\n5;6;7\n', ("utf-8", ";", ("a", "b", "c"), 2)),
        (b'a;b;c\n1;2" rom;4\n5;6;7\n', ("utf-8", ";", ("a", "b", "c"), 2)),
        (b'a;b;c;"x, y; z"\n', ("utf-8", ";", ("a", "b", "c", "x, y; z"), 0)),
        (b'a,b,c,"x; y; z; w; v"\n', ("utf-8", ",", ("a", "b", "c", "x; y; z; w; v"), 0)),
        (b'a;b;c;"to\nlinjer"\n1;2;3;4\n', ("utf-8", ";", ("a", "b", "c", "to\nlinjer"), 1)),
        (b"a;b;c\r1;2;3\r", ("utf-8", ";", ("a", "b", "c"), 1)),
        (b"a;b;c\n1;\0;3\n", ("utf-8", ";", ("a", "b", "c"), 1)),
    ],
)  # fmt: skip
def test_text(tmp_path: Path, content: bytes, expected: tuple[str, str, tuple[str, ...], int]) -> None:
    assert described(tmp_path, content) == expected
    assert described(tmp_path, gzip.compress(content), "fil.csv.gz") == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b'a;b;c\n1;"2;3\n4;5;6\n', "a quote is never closed, in the row that ends on line 3"),
        (b'a;b;c\n1;"2"x;3\n', "a quote stands where none can, in the row that ends on line 2"),
        (b"a;b;c\n1;\xe6;\x96\n", "neither UTF-8 nor ISO-8859-1"),
        ("a;b;c\n1;Ø;\n".encode() + b"1;\xe6;\n", "neither UTF-8 nor ISO-8859-1"),
        (
            b"a;b;c\n1;" + b'"' + b"x" * 200_000 + b'";3\n',
            "a value has no end; perhaps a quote is never closed, in the row that ends on line 2",
        ),
    ],
)
def test_text_that_cannot_be_read(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        described(tmp_path, content)
    assert reason in str(unreadable.value)


def test_blocks_may_break_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a character, a line break or an empty line."""
    content = "a;b;c\r\n1;æ;3\r\n\r\n4;€;6\r\n\r\n7;8;9".encode()
    for block in range(1, len(content) + 1):
        monkeypatch.setattr(forms, "BLOCK", block)
        assert described(tmp_path, content) == ("utf-8", ";", ("a", "b", "c"), 3), block


CELLS = st.text(alphabet='ab;,"\n\r \x00ø€', max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8),
    separator=st.sampled_from(";,"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[["", "", ""]], separator=";", line_end="\n")
def test_the_reader_reads_as_many_rows_as_are_counted(
    tmp_path: Path, rows: list[list[str]], separator: str, line_end: str
) -> None:
    """Whatever is in the values, as long as the file is CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([KNOWN, *rows])
    assert described(tmp_path, text.getvalue().encode()) == ("utf-8", separator, KNOWN, len(rows))
    found = duckdb.execute(
        "select count(*) from read_csv($1, header = true, auto_detect = false, delim = $2, quote = '\"', escape = '\"',"
        " columns = {a: 'varchar', b: 'varchar', c: 'varchar'}, strict_mode = true)",
        [str(tmp_path / "fil.csv"), separator],
    ).fetchall()
    assert found == [(len(rows),)]


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "fil.parquet"
    columns = {"A": pa.array([1, 2]), "b": pa.array(["x", "y"]).dictionary_encode(), "c": pa.array([None, None])}
    pq.write_table(pa.table(columns), path)
    form, rows = describe(path, KNOWN)
    assert rows == 2
    assert form.columns == (("A", "int64"), ("b", "string"), ("c", "null"))
    assert [form.place(name) for name in ("a", "b", "c")] == [0, 1, 2]
    with pytest.raises(KeyError):
        form.place("d")


def test_the_line_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "fil.csv"
    path.write_bytes(b'a;b;c\n1;"x\ny";3\n\n4;5;6\n7;8;"\r\n"\n9;9;9')
    form, rows = describe(path, KNOWN)
    assert [line_of(path, form, row) for row in range(1, rows + 1)] == [2, 5, 6, 8]
