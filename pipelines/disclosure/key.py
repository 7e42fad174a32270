"""The key counts are rounded with: made once, never changed within a published series, told only by its fingerprint.

Whoever has it can undo the rounding of a count whose block of five is known, so it is kept apart from the pseudonym
key and from what is published.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cache
from pathlib import Path

from pipelines.base.errors import AktivitetError

NAME = "sdc.key"
LENGTH = 32
SALT = b"aktivitet: avrunding"
COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt: 16 MB and some hundredths of a second for every guess."""


def sdc_key(secrets_folder: Path) -> bytes:
    """The 32 random bytes of `sdc.key` in the folder, made at first use (mode 0600).

    Raises AktivitetError when the file is there and holds less: a key that can be guessed rounds nothing.
    """
    path = secrets_folder / NAME
    if not path.exists():
        _write_once(path, secrets.token_bytes(LENGTH))
    key = path.read_bytes()
    if len(key) < LENGTH:
        raise AktivitetError(
            f"The rounding key {path.name} has {len(key)} bytes and must have {LENGTH}; restore it, or remove it to"
            " begin a new series."
        )
    return key


@cache
def fingerprint(key: bytes) -> str:
    """What tells one key from another without telling the key: 16 hexadecimal digits of its scrypt (RFC 7914)."""
    return hashlib.scrypt(key, salt=SALT, dklen=8, **COST).hex()


def _write_once(path: Path, content: bytes) -> None:
    """Written beside and linked into place, so that of two processes at once both end with the same key."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink(missing_ok=True)
