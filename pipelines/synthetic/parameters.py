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

FILE = Path(__file__).with_name("parameters.yaml")


@dataclass(frozen=True)
class Parameters:
    """Values by name. `fit` holds the bounds of those that the fit may move (one pair a parameter)."""

    entries: Mapping[str, Mapping[str, Any]]

    @classmethod
    def load(cls, path: Path = FILE) -> Parameters:
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def number(self, name: str) -> float:
        return float(self.entries[name]["verdi"])

    def numbers(self, name: str) -> Floats:
        return np.asarray(self.entries[name]["verdi"], dtype=np.float64)

    def has(self, name: str) -> bool:
        return name in self.entries

    def table(self, name: str) -> dict[Any, Any]:
        """A parameter whose value is a mapping (an effect by group, a share by code)."""
        return dict(self.entries[name]["verdi"])

    def replaced(self, values: Mapping[str, Any]) -> Parameters:
        """The same with other values for some names."""
        entries = dict(self.entries)
        for name, value in values.items():
            entries[name] = {**entries[name], "verdi": value}
        return Parameters(entries)

    @cached_property
    def free(self) -> dict[str, tuple[float, float]]:
        """Name → bounds, of the parameters that the fit may move."""
        return {n: (e["fit"][0], e["fit"][1]) for n, e in self.entries.items() if "fit" in e}
