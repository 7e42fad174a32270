"""The machine's memory, and how much of it a database may count on."""

from __future__ import annotations

import os

MEMORY_GB = 2


def machine_memory() -> int:
    """Bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
