"""A notebook run from top to bottom in the process of the tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def run(notebook: Path) -> tuple[list[object], dict[str, object]]:
    """What each cell shows, and what the notebook defines."""
    spec = importlib.util.spec_from_file_location("notatbok", notebook)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    outputs, defined = module.app.run()
    return list(outputs), dict(defined)
