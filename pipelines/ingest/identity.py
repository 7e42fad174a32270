"""Who a row is about, and how that is forgotten: fødselsnummer in, pseudonym out.

Everything here is an SQL expression or the key it needs, so that identities live only inside the one statement
that reads a file: what it writes carries pseudonyms (contracts.md, «Identity»).
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from hmac import compare_digest, digest
from pathlib import Path

from pipelines.base.errors import AktivitetError

BLOCK_SIZE = 64
KEY_FILE = "pseudonym.key"
LEAST_KEY = 32
"""Bytes. Every number there is can be tried with a key in minutes, so it is the key that may not be tried out."""
SCRYPT: dict[str, int] = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0)
WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_BREAK = "[^0-9A-Za-z]{0,3}"
NUMBER_IN_TEXT = _BREAK.join(f"[0-9]{{{n}}}" for n in (2, 2, 2, 3, 2)) + f"({_BREAK}[0-9])*"
"""What could be a fødselsnummer in free text, to Python and to DuckDB: eleven digits in one, or broken up as people
break them up (day, month, year, and five that are read as three and two), and every digit that follows as closely.
A date before a number may be read as its beginning, and no tail of the number shall stand then.
"""
NUMBER = re.compile(NUMBER_IN_TEXT)
REDACTED = "[fjernet]"
ELEVEN_DIGITS = (10**10, 10**11 - 1)


def pseudonym_key(secrets_folder: Path) -> bytes:
    """`AKTIVITET_KEY` as UTF-8, else the key of the home, made at first use (mode 0600).

    Raises AktivitetError when the key is shorter than `LEAST_KEY`, also when its file is there but empty: a guess would
    break every pseudonym, and a short key can be guessed by whoever has a pseudonym of a number they know.
    """
    given = os.environ.get("AKTIVITET_KEY")
    if given:
        return strong(given.encode("utf-8", "surrogateescape"), "AKTIVITET_KEY")
    path = secrets_folder / KEY_FILE
    if not path.exists():
        write_once(path, new_key())
    return key_in(path)


def key_in(path: Path) -> bytes:
    """The key a file holds. Raises AktivitetError when it is too short."""
    return strong(path.read_bytes().strip(), f"The pseudonym key of {path.name}")


def new_key() -> bytes:
    """32 random bytes, written as text."""
    return secrets.token_hex(LEAST_KEY).encode()


def strong(key: bytes, name: str) -> bytes:
    """The key itself. Raises AktivitetError, with its `name` and never with the key, when it is too short."""
    if len(key) < LEAST_KEY:
        length = f"{len(key)} bytes long" if key else "empty"
        raise AktivitetError(
            f"{name} is {length}; at least {LEAST_KEY} bytes are asked for, drawn at random (`openssl rand -hex 32`)."
            " Nothing was changed. If it is cut off, put it back whole. What was loaded by a short key is loaded again"
            " by a new one with `aktivitet key rotate`."
        )
    return key


def fingerprint(key: bytes, salt: bytes) -> str:
    """What tells one key from another without telling the key: scrypt of it, 64 hexadecimal digits.

    Slow (some 50 ms and 16 MB a try), so that whoever has the fingerprint cannot try many keys against it.
    """
    return hashlib.scrypt(key, salt=salt, **SCRYPT).hex()


def new_salt() -> bytes:
    """16 random bytes."""
    return secrets.token_bytes(16)


def is_of(key: bytes, known: str, salt: bytes | None) -> bool:
    """Whether `known` is the fingerprint of `key`; without a salt it is of the fast kind that warehouses had first."""
    found = fingerprint(key, salt) if salt else digest(key, b"aktivitet", "sha256").hex()[:16]
    return compare_digest(found, known)


def write_once(path: Path, content: bytes) -> None:
    """Written beside and linked into place, so that of two processes at once both end with the same key."""
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_bytes(content)
    beside.chmod(0o600)
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def hmac_pads(key: bytes) -> dict[str, bytes]:
    """The two blocks of HMAC (RFC 2104) as the parameters `$indre` and `$ytre` of `hmac`."""
    block = (hashlib.sha256(key).digest() if len(key) > BLOCK_SIZE else key).ljust(BLOCK_SIZE, b"\0")
    return {"indre": bytes(b ^ 0x36 for b in block), "ytre": bytes(b ^ 0x5C for b in block)}


def hmac(text: str) -> str:
    """SQL: HMAC-SHA256 of a text expression, 64 hexadecimal digits."""
    return f"sha256($ytre::blob || unhex(sha256($indre::blob || encode({text}))))"


def person_key(fodselsnr: str) -> str:
    """SQL: the pseudonym, the first 16 bytes of the HMAC as a UUID."""
    return f"substr({hmac(fodselsnr)}, 1, 32)::uuid"


def is_valid(fodselsnr: str) -> str:
    """SQL: eleven digits, a day and a month that some kind of number can have, and both check digits.

    Kinds: ordinary, D-number (day + 40), synthetic (month + 40 or + 80), and D together with synthetic
    (arena-schemas.md §8). Check digits are taken over the number as it stands.
    """
    digits = f"regexp_full_match({fodselsnr}, '[0-9]{{11}}')"
    day = f"(substr({fodselsnr}, 1, 2)::int % 40) between 1 and 31 and substr({fodselsnr}, 1, 2)::int < 72"
    month = f"(substr({fodselsnr}, 3, 2)::int % 40) between 1 and 12 and substr({fodselsnr}, 3, 2)::int < 93"
    return f"(case when {digits} then {day} and {month} and {_mod11(fodselsnr)} else false end)"


def _mod11(fodselsnr: str) -> str:
    """A short expression: DuckDB spends longer on planning eleven products than on computing them."""
    digits = f"list_transform(string_split({fodselsnr}, ''), lambda digit: ascii(digit) - 48)::double[]"
    sums = (f"list_inner_product({digits}, {list(weights)}::double[])" for weights in (WEIGHTS_1, WEIGHTS_2))
    return " and ".join(f"{total} % 11 = 0" for total in sums)


def in_ten_percent_sample(fodselsnr: str) -> str:
    """SQL: day of birth 05, 15 or 25, after taking 40 off a D-number's (2017:1 ch. 3)."""
    return f"(substr({fodselsnr}, 1, 2)::int % 40) in (5, 15, 25)"


def redact(text: str) -> str:
    """SQL: free text without what could be a fødselsnummer."""
    return f"regexp_replace({text}, '{NUMBER_IN_TEXT}', '{REDACTED}', 'g')"


def heading(name: str) -> str:
    """What may be said of the heading of a column nobody asked for: it may be a row that stands where the headings
    should, and a number of its own (`17`, `17.0`) a person_id."""
    return NUMBER.sub(REDACTED, name) if any(map(str.isalpha, name)) else REDACTED


def conceal(number: str) -> str:
    """SQL: an id as it is, but one of eleven digits, which may be a fødselsnummer, as a number drawn from its HMAC:
    below zero, as no id is, and the same wherever the id stands. Arena's ids have ten digits at most.
    """
    drawn = f"-('0x' || substr({hmac(f'{number}::varchar')}, 50, 15))::bigint"
    least, greatest = ELEVEN_DIGITS
    eleven = f"{number} between {least} and {greatest} or {number} between -{greatest} and -{least}"
    return f"case when {eleven} then {drawn} else {number} end"
