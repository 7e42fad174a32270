"""Numbers and pseudonyms, in SQL as in plain Python."""

from __future__ import annotations

import hmac
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import identity, sql
from pipelines.errors import AktivitetError
from tests.numre import er_gyldig, fodselsnummer, kontrollsifre, med_galt_siffer

CON = duckdb.connect()
GYLDIGE = [
    fodselsnummer(dag, maaned, pluss_dag=pluss_dag, pluss_maaned=pluss)
    for dag in (1, 9, 10, 31)
    for maaned in (1, 12)
    for pluss_dag in (0, 40)
    for pluss in (0, 40, 80)
]
UGYLDIGE = {
    "npid": fodselsnummer(pluss_maaned=20),
    "synthetic npid": fodselsnummer(pluss_maaned=60),
    "day 0": fodselsnummer(0),
    "day 32": fodselsnummer(32),
    "day 72": fodselsnummer(32, pluss_dag=40),
    "day 81": fodselsnummer(1, pluss_dag=80),
    "month 0": fodselsnummer(maaned=0, pluss_maaned=0),
    "month 13": fodselsnummer(maaned=13, pluss_maaned=0),
    "month 80": fodselsnummer(maaned=0),
    "month 93": fodselsnummer(maaned=13),
    "ten digits, leading zero lost": fodselsnummer()[1:],
    "twelve digits": fodselsnummer() + "0",
    "a space": fodselsnummer()[:6] + " " + fodselsnummer()[6:],
    "a letter": fodselsnummer()[:10] + "O",
    "other digits": fodselsnummer().translate({ord("0") + n: ord("٠") + n for n in range(10)}),
    "a line after": fodselsnummer() + "\n",
    "nothing": "",
    **{f"wrong digit {plass}": med_galt_siffer(fodselsnummer(), plass) for plass in range(11)},
}


def valid(*numbers: str) -> list[bool]:
    found = CON.execute(f"select {identity.is_valid('n')} from (select unnest($1) as n)", [list(numbers)]).fetchall()
    return [row[0] for row in found]


def test_valid_numbers() -> None:
    assert valid(*GYLDIGE) == [True] * len(GYLDIGE)
    assert all(map(er_gyldig, GYLDIGE))


def test_invalid_numbers() -> None:
    assert dict(zip(UGYLDIGE, valid(*UGYLDIGE.values()), strict=True)) == dict.fromkeys(UGYLDIGE, False)
    assert not any(map(er_gyldig, UGYLDIGE.values()))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 10**9 - 1), min_size=50, max_size=200))
def test_any_nine_digits_with_their_check_digits(numbers: list[int]) -> None:
    """Whatever the first nine are, SQL and Python agree; with right check digits, day and month decide."""
    whole = [f"{n:09}{kontrollsifre(f'{n:09}') or '00'}" for n in numbers]
    assert valid(*whole) == [er_gyldig(number) for number in whole]


@pytest.mark.parametrize("key", [b"", b"k", "nøkkel æøå".encode(), b"x" * 63, b"x" * 64, b"x" * 65, bytes(range(256))])
def test_the_pseudonym_is_python_s_hmac(key: bytes) -> None:
    number = GYLDIGE[0]
    found = sql.execute(
        CON, f"select {identity.hmac('$n')}, {identity.person_key('$n')}", n=number, **identity.hmac_pads(key)
    ).fetchone()
    expected = hmac.digest(key, number.encode("ascii"), "sha256")
    assert found is not None
    assert found[0] == expected.hex()
    assert found[1].bytes == expected[:16]


def test_the_ten_percent_sample() -> None:
    days = {day: fodselsnummer(day) for day in range(1, 32)} | {day + 40: fodselsnummer(day + 40) for day in (5, 6)}
    inside = CON.execute(
        f"select {identity.in_ten_percent_sample('n')} from (select unnest($1) as n)", [list(days.values())]
    ).fetchall()
    assert {day for day, (found,) in zip(days, inside, strict=True) if found} == {5, 15, 25, 45}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Rehabilitering", "Rehabilitering"),
        ("se {n}", "se [fjernet]"),
        ("{n}{n}", "[fjernet][fjernet]"),
        ("a{a} {b}b", "a[fjernet]b"),
        ("{a}-{b}", "[fjernet]"),
        ("{a}.{b}", "[fjernet]"),
        ("{a}\u00a0{b}", "[fjernet]"),
        ("{a}\n{b}", "[fjernet]"),
        ("1234567890", "1234567890"),
        ("123456  78901", "123456  78901"),
        ("2015-04-30 12345", "2015-04-30 12345"),
    ],
)
def test_free_text_loses_what_could_be_a_number(text: str, left: str) -> None:
    number = fodselsnummer()
    whole = text.format(n=number, a=number[:6], b=number[6:])
    assert CON.execute(f"select {identity.redact('$1')}", [whole]).fetchone() == (left,)


def test_the_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTIVITET_KEY", "nøkkel")
    assert identity.pseudonym_key(tmp_path) == "nøkkel".encode()
    assert not list(tmp_path.iterdir())


def test_a_key_that_is_not_utf_8_is_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTIVITET_KEY", b"n\xf8kkel".decode("utf-8", "surrogateescape"))
    assert identity.pseudonym_key(tmp_path) == b"n\xf8kkel"


def test_the_key_of_the_home_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty AKTIVITET_KEY is none."""
    monkeypatch.setenv("AKTIVITET_KEY", "")
    key = identity.pseudonym_key(tmp_path)
    assert len(key) == 64
    assert identity.pseudonym_key(tmp_path) == key
    (made,) = tmp_path.iterdir()
    assert made.name == "pseudonym.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_an_empty_key_file_is_not_guessed_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKTIVITET_KEY", raising=False)
    (tmp_path / "pseudonym.key").write_bytes(b"\n")
    with pytest.raises(AktivitetError, match="empty"):
        identity.pseudonym_key(tmp_path)
