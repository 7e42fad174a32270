"""What users of the pipeline are told when something cannot be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


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
