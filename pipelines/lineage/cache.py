"""Lineage worked out once and kept beside Dagster's files until the code is another: parsing all SQL takes seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from pipelines.base.files import write_private
from pipelines.lineage.scopes import Column
from pipelines.warehouse.record import code_version

Columns = dict[str, frozenset[Column]]
"""A column → the columns it follows from."""
FILE = "opphav.json"


class Keeper:
    """Remembers what functions of a SQL file's name have returned; in a folder too, when it is given one."""

    def __init__(self) -> None:
        self._known: dict[str, Columns] = {}
        self._file: Path | None = None

    def keep_in(self, folder: Path) -> None:
        """Take over what `folder` holds, if it is of this very code, and keep there what is worked out from now on."""
        self._file = folder / FILE
        try:
            kept = json.loads(self._file.read_bytes())
            if kept["kode"] == code_version():
                self._known |= {name: _of_json(columns) for name, columns in kept["opphav"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            pass  # Not there yet, or not what was written: it is worked out again.

    def keeps(self, work_out: Callable[[str], Columns]) -> Callable[[str], Columns]:
        """The function, asked once for each name."""

        @wraps(work_out)
        def known(name: str) -> Columns:
            key = f"{work_out.__name__}({name})"
            if key not in self._known:
                self._known[key] = work_out(name)
                self._write()
            return self._known[key]

        return known

    def _write(self) -> None:
        if self._file is None:
            return
        known = {name: _to_json(columns) for name, columns in sorted(self._known.items())}
        write_private(self._file, json.dumps({"kode": code_version(), "opphav": known}).encode())


def _to_json(columns: Columns) -> dict[str, list[tuple[str, str]]]:
    return {name: sorted((column.table, column.name) for column in of) for name, of in columns.items()}


def _of_json(columns: dict[str, list[tuple[str, str]]]) -> Columns:
    return {name: frozenset(Column(table, column) for table, column in of) for name, of in columns.items()}


keeper = Keeper()
