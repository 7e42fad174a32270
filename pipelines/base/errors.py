"""What users of the pipeline are told when something cannot be done."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ROOM = "The disk is full. What was done before is whole; make room and run again."
TOO_LARGE = (
    "A file may not become as large as it has to (`ulimit -f`){place}. What was done before is whole; raise the limit"
    " and run again."
)
NOT_TAKEN = (
    "The disk, or a limit on the size of files (`ulimit -f`), did not take what was written. What was done before is"
    " whole; make room and run again."
)
TOO_MANY = (
    "Too many files are open at once (`ulimit -n`). What was done before is whole; raise the limit and run again."
)
MAY_NOT = "A file or folder may not be written or read{place}. What was done before is whole."
NO_FOLDER = "There is a file where a folder should be{place}."
MEMORY = "There was not memory enough. What was done before is whole; build fewer months at once."
BY_NUMBER = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EFBIG: TOO_LARGE,
    errno.EMFILE: TOO_MANY,
    errno.EROFS: MAY_NOT,
    errno.EACCES: MAY_NOT,
    errno.EPERM: MAY_NOT,
    errno.ENOTDIR: NO_FOLDER,
    errno.EEXIST: NO_FOLDER,
    errno.EISDIR: "There is a folder where a file should be{place}.",
    errno.ENAMETOOLONG: "The name of a file or folder is too long{place}.",
}
BY_TEXT = {
    "no space left on device": ROOM,
    "disk is full": ROOM,
    "disk quota exceeded": ROOM,
    "file too large": TOO_LARGE,
    "disk i/o error": NOT_TAKEN,
    "too many open files": TOO_MANY,
    "read-only file system": MAY_NOT,
    "readonly database": MAY_NOT,
    "permission denied": MAY_NOT,
    "operation not permitted": MAY_NOT,
}
"""What libraries that are not Python's own say of a disk."""
STOPPED = "Stopped. What was done before is whole; run again to go on."
INTERRUPTED = ("KeyboardInterrupt", "DagsterExecutionInterruptedError")
"""What somebody's Ctrl-C or `kill` is called on its way up; DuckDB has no name for it, and says «Query interrupted»."""


class AktivitetError(Exception):
    """Something the user can act on; the command line prints the message and exits with status 1."""


@dataclass(frozen=True, order=True)
class Refusal:
    """Why one file of a delivery cannot be taken in. Never carries a value from the file."""

    leveranse: str
    fil: str
    kolonne: str | None
    regel: str
    antall: int | None
    linje: int | None
    forklaring: str

    def __str__(self) -> str:
        parts = [f"{self.leveranse}/{self.fil}"]
        parts += [f"column {self.kolonne}"] if self.kolonne else []
        parts += [f"rule {self.regel}"]
        parts += [f"{self.antall} rows"] if self.antall is not None else []
        parts += [f"first at line {self.linje}"] if self.linje is not None else []
        return ", ".join(parts) + f": {self.forklaring}"


class DeliveryRefused(AktivitetError):
    """One or more deliveries were refused; nothing was changed."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = sorted(
            set(refusals), key=lambda r: (r.leveranse, r.fil, r.regel, r.kolonne or "", r.forklaring)
        )
        lines = "\n".join(f"  {refusal}" for refusal in self.refusals)
        super().__init__(f"The delivery was refused and nothing was changed:\n{lines}")


class MissingMonths(AktivitetError):
    """Months inside the requested range have neither a delivery nor loaded rows."""

    def __init__(self, months: Iterable[str]) -> None:
        super().__init__("No delivery for " + ", ".join(sorted(months)) + "; nothing was changed.")


class Damaged(AktivitetError):
    """A file of the home folder is not what was written there."""

    def __init__(self, what: str, path: object, remedy: str) -> None:
        super().__init__(f"{what} {path} is damaged, or is no such file. {remedy}")


class Busy(AktivitetError):
    """Another process is writing to the warehouse."""


def in_plain_words(error: BaseException) -> str | None:
    """What to say of an error that the disk, the memory or the user made, wherever it was met; None of any other.

    Every change is a transaction or a new file, so nothing is half done.
    """
    for cause in causes(error):
        text = str(cause).lower()
        if type(cause).__name__ in INTERRUPTED or text == "query interrupted":
            return STOPPED
        number = cause.errno if isinstance(cause, OSError) else None
        found = BY_NUMBER.get(number or 0) or next((said for sign, said in BY_TEXT.items() if sign in text), None)
        if isinstance(cause, MemoryError) or text.startswith("out of memory error"):
            return MEMORY
        if found:
            return found.format(place=f" ({filename})" if (filename := getattr(cause, "filename", None)) else "")
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came of, nearest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
