"""Some files of one extract, whatever their forms, as SQL that can be asked for as often as it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from glob import escape
from itertools import accumulate
from typing import Any

from pipelines.ingest.deliveries import DeliveredFile, Delivery
from pipelines.ingest.forms import Form
from pipelines.ingest.profiles import NOT_READ, UNKNOWN, Profile, question
from pipelines.ingest.reading import scan, source, typed
from pipelines.ingest.staging import select_rows
from pipelines.model.contracts import Column, Contract


@dataclass(frozen=True)
class Batch:
    """Files that are judged together, in order of month; those of one form are read in one statement."""

    contract: Contract
    members: tuple[tuple[Delivery, DeliveredFile], ...]

    @property
    def row_count(self) -> int:
        return sum(file.rows for _, file in self.members)

    @property
    def is_parquet(self) -> bool:
        return all(form.kind == "parquet" for form in self._forms)

    @cached_property
    def _forms(self) -> dict[Form, list[tuple[Delivery, DeliveredFile]]]:
        found: dict[Form, list[tuple[Delivery, DeliveredFile]]] = {}
        for delivery, file in self.members:
            found.setdefault(file.form, []).append((delivery, file))
        return found

    @property
    def parameters(self) -> dict[str, Any]:
        """What the SQL below names: the files, their months and where their rows begin (reading.py, `scan`)."""
        named: dict[str, Any] = {"fra": self.members[0][0].month, "til": self.members[-1][0].month}
        before = 0
        for number, members in enumerate(self._forms.values()):
            named[f"filer{number}"] = [escape(str(file.path)) for _, file in members]
            named[f"maaneder{number}"] = [delivery.month for delivery, _ in members]
            named[f"tidligere{number}"] = [0, *accumulate(file.rows for _, file in members)]
            named[f"forste{number}"] = before
            before += len(members)
        return named

    def questions(self) -> dict[Form, tuple[str, list[Column]]]:
        """For each form of parquet a SELECT of one row, and the columns it says something of (profiles.py)."""
        # Of a number nothing is certain: each must be tested.
        columns = [column for column in self.contract.columns if column.name != "fodselsnr"]
        read = {form: [c for c in columns if c.name not in form.unread] for form in self._forms}
        return {
            form: (
                f"select {', '.join(question(f'k{form.place(c.name)}', form.type(c.name)) for c in read[form])}"
                f" from {source(form, number)}",
                read[form],
            )
            for number, form in enumerate(self._forms)
            if form.kind == "parquet"
        }

    def numbers(self) -> str:
        """SELECT of every distinct text in the column fodselsnr."""
        column = next(column for column in self.contract.columns if column.name == "fodselsnr")
        return " union ".join(
            f"select {typed(column, form, UNKNOWN)}"
            f" from ({scan(self.contract, form, number, unknown(self.contract, form))})"
            for number, form in enumerate(self._forms)
        )

    def rows(self, codes: dict[str, list[str]], known: dict[Form, dict[str, Profile]]) -> str:
        """Subquery of the rows, typed and with what is wrong with each (staging.py)."""
        selects = (
            f"({select_rows(self.contract, form, codes, number, unknown(self.contract, form) | known.get(form, {}))})"
            for number, form in enumerate(self._forms)
        )
        return f"({' union all by name '.join(selects)})"


def unknown(contract: Contract, form: Form) -> dict[str, Profile]:
    """Nothing is certain of any column that is read."""
    return {c.name: NOT_READ if c.name in form.unread else UNKNOWN for c in contract.columns}
