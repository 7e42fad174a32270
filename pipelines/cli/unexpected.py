"""What a command says of an error nobody foresaw: one sentence, and where its trace is. The trace names nobody.

A message may quote what was being read, and that may be anyone's number. So the trace goes to a file of the home
folder, mode 0600, without what could be a fødselsnummer, a person_id or a pseudonym.
"""

from __future__ import annotations

import os
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path

from pipelines.base.errors import causes, in_plain_words
from pipelines.base.home import Home, made
from pipelines.ingest.identity import NUMBER, REDACTED
from pipelines.warehouse import database
from pipelines.warehouse.snapshot import cannot_be_opened

FOLDER = "logs"
KEPT = 20
IDS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,}|[0-9]{5,}", re.IGNORECASE)
"""Pseudonyms, HMACs and numbers of so many digits that they may be a person_id; lines of code are fewer."""
DAMAGED_FILE = re.compile(r'"([^"\n]+\.(?:duckdb|under_arbeid))"')


def said_of(error: BaseException, home: Home) -> str:
    """The sentence. Writes the trace where the error is one of those that nobody foresaw."""
    return in_plain_words(error) or _said_of_damage(error, home) or _said_of_trace(error, home)


def without_identities(text: str) -> str:
    """The text without what could be a fødselsnummer, a person_id or a pseudonym."""
    return IDS.sub(REDACTED, NUMBER.sub(REDACTED, text))


def _said_of_damage(error: BaseException, home: Home) -> str | None:
    """Of a database that could be opened and is damaged further in."""
    for cause in causes(error):
        text = str(cause)
        if not any(sign in text.lower() for sign in database.DAMAGED):
            continue
        named = DAMAGED_FILE.search(text)
        if named and Path(named[1]) == home.warehouse:
            return str(database.damaged(home.warehouse))
        if named:
            return str(cannot_be_opened(Path(named[1])))
        return (
            f"A database in {home.warehouse.parent} or {home.snapshots} is damaged. `aktivitet query` says whether it"
            " is the snapshot: remove it then, else move the warehouse away; `aktivitet materialize` makes either anew."
        )
    return None


def _said_of_trace(error: BaseException, home: Home) -> str:
    filename = getattr(error, "filename", None)
    where = f", {without_identities(str(filename))}" if filename else ""
    what = f"Something went wrong that nobody foresaw ({type(error).__name__}{where}). What was done before is whole"
    try:
        return f"{what}; the trace, without identities, is in {_write(error, home)}."
    except OSError as cannot:
        return f"{what}; the trace could not be written ({type(cannot).__name__}, {home.root / FOLDER})."


def _write(error: BaseException, home: Home) -> Path:
    folder = made(home.root / FOLDER, mode=0o700)
    for old in sorted(folder.glob("*.log"))[: 1 - KEPT]:
        old.unlink(missing_ok=True)
    path = folder / f"{datetime.now(UTC):%Y-%m-%dT%H%M%S}-{os.getpid()}.log"
    text = without_identities("".join(traceback.format_exception(error)))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path
