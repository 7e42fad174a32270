"""Reading YAML with libyaml: the descriptions and contracts are read by every command, and in Python they take
longer than what the command does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where PyYAML was built with it, as its wheels are."""


def read(path: Path) -> Any:
    """The one document of a file, of plain values only."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
