"""What makes a delivery refused once its rows are judged (contracts.md, «At the door»).

Plain arithmetic on counts: nothing here has seen a row.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.base.errors import Refusal
from pipelines.ingest.deliveries import DeliveredFile, Delivery
from pipelines.model.contracts import Contract

LEAST_TO_REFUSE_A_COLUMN = 5
"""A column is refused when most of its values, and at least so many, do not parse; fewer are quarantined."""
LEAST_TO_BE_A_SPELLING = 5
"""So many rows whose values break one rule of a column in one way are no slips: whoever is written so would be lost."""
CAUSES = {
    "klokkeslett": "these days have a time of day, and one cut off in another zone is another day: deliver days alone,"
    " or moments with their zone",
    "utenfor_grense": "that day cannot be, and so many have it; if it means that there is none, let the contract say so"
    " (ingenDato, aapenSlutt)",
    "ukjent_kode": "the code is in the list, but written otherwise; deliver it as the list has it",
    "feil_form": "the code is not written as the contract has it",
}
FOLLOWS_FROM = {"ukjent_person": {"person"}, "mangler_meldekort": {"person", "meldekort"}}
"""Rules that say nothing new of a delivery whose persons or cards are refused already."""


@dataclass(frozen=True)
class Deviation:
    """Rows that are not loaded, counted by where they end and why."""

    outcome: str
    rule: str | None
    column: str | None
    number: int
    first: int
    """The first such row, from 1."""


@dataclass
class Tally:
    """Where the rows of one file ended."""

    read: int = 0
    deviations: list[Deviation] = field(default_factory=list)

    def ended(self, outcome: str) -> int:
        return sum(deviation.number for deviation in self.deviations if deviation.outcome == outcome)

    @property
    def loaded(self) -> int:
        return self.read - sum(deviation.number for deviation in self.deviations)


def not_as_verified(delivery: Delivery, file: DeliveredFile, read: int) -> list[Refusal]:
    """The file is another than the one that was verified, or not all of it could be read."""
    if file.has_changed():
        text = "the file was changed while it was read; deliver it again"
        return [Refusal(delivery.name, file.path.name, None, "endret_fil", None, None, text)]
    if read != file.rows:
        text = f"the file has {file.rows} rows, but {read} of them could be read"
        return [Refusal(delivery.name, file.path.name, None, "uleselig_fil", abs(file.rows - read), None, text)]
    return []


def too_many_broken(
    contract: Contract, delivery: Delivery, file: DeliveredFile, tally: Tally, refused: Set[str]
) -> list[Refusal]:
    """More rows quarantined than the contract allows; `refused` are the delivery's extracts refused so far."""
    broken = [
        deviation
        for deviation in tally.deviations
        if deviation.outcome == "karantene" and not FOLLOWS_FROM.get(str(deviation.rule), set()) & refused
    ]
    number = sum(deviation.number for deviation in broken)
    if number <= contract.refuse_count or number <= Decimal(str(contract.refuse_share)) * tally.read:
        return []
    text = f"more rows are broken than the contract allows ({contract.refuse_count} and {contract.refuse_share:.0%})"
    return [
        Refusal(delivery.name, file.path.name, d.column, str(d.rule), d.number, file.line(d.first), text)
        for d in broken
    ]


def mostly_unparsable(
    delivery: Delivery, file: DeliveredFile, column: str, broken: int, parsed: int, first: int
) -> list[Refusal]:
    """Most values of a column do not parse: it is another format, not bad rows."""
    if broken < LEAST_TO_REFUSE_A_COLUMN or broken <= parsed:
        return []
    text = "most values of the column do not parse"
    return [Refusal(delivery.name, file.path.name, column, "ugyldig_verdi", broken, file.line(first), text)]


def spelt_otherwise(
    delivery: Delivery, file: DeliveredFile, column: str, rule: str, form: str, number: int, first: int
) -> list[Refusal]:
    """Values written in one way that nobody promised: they are lost together, and never by chance. `form` is how they
    are written (staging.py, `shape`)."""
    cause = CAUSES.get(rule, "no form of the contract is written so")
    text = f"{number} values are written «{form}»: {cause}"
    return [Refusal(delivery.name, file.path.name, column, rule, number, file.line(first), text)]


def too_many_sheltered(
    contract: Contract, delivery: Delivery, file: DeliveredFile, forms: list[tuple[str, str, int, int]]
) -> list[Refusal]:
    """Values of a protecting column that no list knows shelter the person; with so many of them it is the column that
    is misread. `forms`: column, how it is written, how many, the first."""
    number = sum(number for *_, number, _ in forms)
    if number <= contract.refuse_count or number <= Decimal(str(contract.refuse_share)) * file.rows:
        return []
    return [
        Refusal(
            delivery.name, file.path.name, column, "ukjent_skjerming", number, file.line(first),
            f"values written «{form}» are on no list, so they shelter the person, and they are more than the contract"
            f" allows ({contract.refuse_count} and {contract.refuse_share:.0%})",
        )
        for column, form, number, first in forms
    ]  # fmt: skip
