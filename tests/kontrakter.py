"""The project's contracts with something more in them, in a folder of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.model.contracts import CONTRACTS

Node = dict[str, Any]


def egenskaper(**verdier: Any) -> list[Node]:
    """ODCS customProperties; those that are None are left out."""
    return [{"property": navn, "value": verdi} for navn, verdi in verdier.items() if verdi is not None]


def kolonne(navn: str, type_: str = "VARCHAR", *, required: bool = False, key: bool = False, **egne: Any) -> Node:
    """A column as a contract says it; `egne` are customProperties (`gyldigFra="2015-05"`)."""
    return {
        "name": navn,
        "logicalType": "string",
        "physicalType": type_,
        "required": required,
        "primaryKey": key,
        "description": f"Kolonnen {navn}.",
        "customProperties": egenskaper(descriptionEn=f"The column {navn}.", **egne),
    }


def uttrekk(navn: str, kolonner: Sequence[Node], **egne: Any) -> Node:
    """The contract of one more extract."""
    grenser = {"karantenegrenseAntall": 20, "karantenegrenseAndel": 0.01}
    table = {"name": navn, "description": f"Uttrekket {navn}.", "properties": list(kolonner)}
    return {
        "name": navn,
        "version": "1.0.0",
        "schema": [table | {"customProperties": egenskaper(**grenser, **egne)}],
    }


class Kontrakter:
    """A copy of the contracts that a test changes. Used from `bruk()` on, as it then is."""

    def __init__(self, mappe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._mappe, self._monkeypatch, self._nummer = mappe, monkeypatch, 0
        self.filer: dict[str, Node] = {
            path.name.partition(".")[0]: yaml.safe_load(path.read_text(encoding="utf-8"))
            for path in sorted(CONTRACTS.glob("*.odcs.yaml"))
        }

    def kolonner(self, uttrekk: str) -> list[Node]:
        """The columns of an extract, to be changed where they stand."""
        found: list[Node] = self.filer[uttrekk]["schema"][0]["properties"]
        return found

    def bruk(self) -> Path:
        """Write them to a new folder and let the pipeline read them there."""
        self._nummer += 1
        folder = self._mappe / f"kontrakter_{self._nummer}"
        folder.mkdir(parents=True)
        for navn, node in self.filer.items():
            (folder / f"{navn}.odcs.yaml").write_text(yaml.safe_dump(node, allow_unicode=True), encoding="utf-8")
        self._monkeypatch.setenv("AKTIVITET_CONTRACTS", str(folder))
        return folder
