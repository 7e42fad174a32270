"""Numbers and pseudonyms, in SQL as in plain Python."""

from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.base.errors import AktivitetError
from pipelines.ingest import identity
from pipelines.model import sql
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
        ("{n}{n}", "[fjernet]"),
        ("Møte 01.04.2015 {n}", "Møte 01.[fjernet]"),
        ("orgnr 987654321/{n}", "orgnr [fjernet]"),
        ("uke 14-15 {n}.", "uke [fjernet]."),
        ("Org 987654321 {n}", "Org [fjernet]"),
        ("a{a} {b}b", "a[fjernet]b"),
        ("{a}-{b}", "[fjernet]"),
        ("{a}.{b}", "[fjernet]"),
        ("{a}\u00a0{b}", "[fjernet]"),
        ("{a}\n{b}", "[fjernet]"),
        ("1234567890", "1234567890"),
        ("{a}  {b}", "[fjernet]"),
        ("se {d} {m} {y} {b}", "se [fjernet]"),
        ("{d}.{m}.{y}-{b}", "[fjernet]"),
        ("{a} {t} {l}", "[fjernet]"),
        ("{d}/{m}/{y} – {t}{l}.", "[fjernet]."),
        ("{d}.{m}. {y} ({b})", "[fjernet])"),
        ("{a}\u2011{b}, {a}\u202f{t}\v{l} og {a}:{b}", "[fjernet] og [fjernet]"),
        ("nr_{d} {m} {y} {b}", "nr_[fjernet]"),
        ("2015-04-30 {a} {b} tlf 22 33 44 55", "20[fjernet] tlf 22 33 44 55"),
        ("{a}, rom {b}", "{a}, rom {b}"),
        ("på{d} {m} {y} {b}", "på[fjernet]"),
        ("2015-04-30 10:15, 30 pst av 1 200", "2015-04-30 10:15, 30 pst av 1 200"),
    ],
)
def test_free_text_loses_what_could_be_a_number(text: str, left: str) -> None:
    number = fodselsnummer()
    parts = {"d": slice(2), "m": slice(2, 4), "y": slice(4, 6), "a": slice(6), "b": slice(6, 11), "t": slice(6, 9)}
    said = {"n": number, "l": number[9:], **{name: number[part] for name, part in parts.items()}}
    whole, kept = text.format(**said), left.format(**said)
    assert CON.execute(f"select {identity.redact('$1')}", [whole]).fetchone() == (kept,)
    assert identity.NUMBER.sub(identity.REDACTED, whole) == kept


IDER = {
    "an id": (17, 17),
    "ten digits": (9_999_999_999, 9_999_999_999),
    "twelve digits": (100_000_000_000, 100_000_000_000),
    "below zero": (-9_999_999_999, -9_999_999_999),
    "missing": (None, None),
}


def concealed(number: int | None) -> int | None:
    pads = identity.hmac_pads(b"k")
    (found,) = sql.execute(
        CON, f"select {identity.conceal('n')} from (select $n::bigint as n)", n=number, **pads
    ).fetchone()
    return found


@pytest.mark.parametrize(("number", "kept"), IDER.values(), ids=IDER)
def test_an_id_is_kept(number: int | None, kept: int | None) -> None:
    assert concealed(number) == kept


@pytest.mark.parametrize("number", [fodselsnummer(31), f"-{fodselsnummer(31)}", "10000000000", "99999999999"])
def test_an_id_that_could_be_someones_number_is_another(number: str) -> None:
    """No id has eleven digits; the same number is the same id, so what refers to it still does."""
    found = concealed(int(number))
    assert found is not None
    assert found < 0
    assert found == concealed(int(number))
    assert fodselsnummer(31) not in str(found)


LONG = "en nøkkel som er lang nok for en test"


def test_the_key_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKTIVITET_KEY", LONG)
    assert identity.pseudonym_key(tmp_path) == LONG.encode()
    assert not list(tmp_path.iterdir())


def test_a_key_that_is_not_utf_8_is_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = b"n\xf8kkel" * 6
    monkeypatch.setenv("AKTIVITET_KEY", key.decode("utf-8", "surrogateescape"))
    assert identity.pseudonym_key(tmp_path) == key


@pytest.mark.parametrize(("key", "length"), [("a", 1), ("ø" * 15, 30), ("a" * 31, 31), ("a" * 32, None)])
def test_a_key_is_32_bytes_at_least(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, length: int | None
) -> None:
    """Of the environment and of the file alike; the message says how long it is, and never what it is."""
    path = tmp_path / "pseudonym.key"
    path.write_text(key, encoding="utf-8")
    for variable, name in ((key, "AKTIVITET_KEY"), ("", "The pseudonym key of pseudonym.key")):
        monkeypatch.setenv("AKTIVITET_KEY", variable)
        if length is None:
            assert identity.pseudonym_key(tmp_path) == key.encode()
            continue
        with pytest.raises(AktivitetError, match=f"^{name} is {length} bytes long; at least 32") as refused:
            identity.pseudonym_key(tmp_path)
        assert len(key) == 1 or key not in str(refused.value)
    assert path.read_text(encoding="utf-8") == key


def test_a_fingerprint_is_of_its_key_and_salt() -> None:
    """And of scrypt with parameters that cost memory: a stored one tells which key it is of, and a wrong key is not."""
    key, salt = LONG.encode(), identity.new_salt()
    known = identity.fingerprint(key, salt)
    assert known == hashlib.scrypt(key, salt=salt, n=16384, r=8, p=1, dklen=32).hex()
    assert identity.is_of(key, known, salt)
    assert not identity.is_of(key + b"!", known, salt)
    assert not identity.is_of(key, known, identity.new_salt())
    fast = hmac.digest(key, b"aktivitet", "sha256").hex()[:16]
    assert identity.is_of(key, fast, None)
    assert not identity.is_of(key + b"!", fast, None)


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
