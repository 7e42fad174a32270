"""The parameters of the synthetic register: `parameters.yaml`, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipelines.synthetic.noise import Floats

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
FILE = Path(__file__).with_name("parameters.yaml")


@dataclass(frozen=True)
class Parameters:
    """Values by name. `fit` holds the bounds of those that the fit may move (one pair a parameter)."""

    entries: Mapping[str, Mapping[str, Any]]

    @classmethod
    def load(cls, path: Path = FILE) -> Parameters:
        return cls(yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader))

    def number(self, name: str) -> float:
        return float(self.entries[name]["verdi"])

    def numbers(self, name: str) -> Floats:
        return np.asarray(self.entries[name]["verdi"], dtype=np.float64)

    def has(self, name: str) -> bool:
        return name in self.entries

    def table(self, name: str) -> dict[Any, Any]:
        """A parameter whose value is a mapping (an effect by group, a share by code)."""
        return dict(self.entries[name]["verdi"])

    @cached_property
    def free(self) -> dict[str, tuple[float, float]]:
        """What a fit may move: `name`, or `name[key]` for one value of a list or mapping → its bounds."""
        found: dict[str, tuple[float, float]] = {}
        for name, entry in self.entries.items():
            bounds = entry.get("fit", {})
            if isinstance(bounds, list):
                found[name] = (bounds[0], bounds[1])
            else:
                found |= {f"{name}[{key}]": (low, high) for key, (low, high) in bounds.items()}
        return found

    def value(self, address: str) -> float:
        """The number at `name` or `name[key]`."""
        name, key = _parts(address)
        held = self.entries[name]["verdi"]
        return float(held if key is None else held[key])

    def replaced(self, values: Mapping[str, float]) -> Parameters:
        """The same with other numbers at some addresses."""
        entries = {name: dict(entry) for name, entry in self.entries.items()}
        for address, value in values.items():
            name, key = _parts(address)
            if key is None:
                entries[name]["verdi"] = value
            else:
                held = entries[name]["verdi"].copy()
                held[key] = value
                entries[name]["verdi"] = held
        return Parameters(entries)


def _parts(address: str) -> tuple[str, int | None]:
    name, _, key = address.rstrip("]").partition("[")
    return name, int(key) if key else None
