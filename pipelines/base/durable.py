"""What a rename makes current is on the disk before it, and the rename after it: a machine may stop at any time."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace(written: Path, path: Path) -> None:
    """Put a file that is written in the place of `path` of the same folder, so that no stop of the machine leaves an
    empty one there. Raises OSError."""
    sync(written)
    written.replace(path)
    sync(path.parent)
