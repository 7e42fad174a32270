"""What users of the pipeline are told when something cannot be done."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FULL = ("no space left on device", "disk is full", "disk quota exceeded")
LOCKED = ("read-only file system", "readonly database", "permission denied", "operation not permitted")
"""What libraries that are not Python's own say of a disk."""
NO_FOLDER = {
    errno.ENOTDIR: "There is a file where a folder should be",
    errno.EEXIST: "There is a file where a folder should be",
    errno.ENAMETOOLONG: "The name of a file or folder is too long",
}
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


class Busy(AktivitetError):
    """Another process is writing to the warehouse."""


def in_plain_words(error: BaseException) -> str | None:
    """What to say of an error that the disk, the memory or the user made, wherever it was met; None of any other.

    Every change is a transaction or a new file, so nothing is half done.
    """
    for cause in _causes(error):
        text = str(cause).lower()
        if type(cause).__name__ in INTERRUPTED or text == "query interrupted":
            return STOPPED
        if text.startswith("out of memory error"):
            return "There was not memory enough. What was done before is whole; build fewer months at once."
        number = cause.errno if isinstance(cause, OSError) else None
        if number in {errno.ENOSPC, errno.EDQUOT} or any(sign in text for sign in FULL):
            return "The disk is full. What was done before is whole; make room and run again."
        if number in {errno.EROFS, errno.EACCES, errno.EPERM} or any(sign in text for sign in LOCKED):
            place = f" ({cause.filename})" if isinstance(cause, OSError) and cause.filename else ""
            return f"A file or folder may not be written or read{place}. What was done before is whole."
        if number in NO_FOLDER and isinstance(cause, OSError):
            return f"{NO_FOLDER[number]} ({cause.filename})."
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it came of."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
