"""What stands in the folder of a report, by name: one list for those that write it and for what clears it.

`aktivitet report` writes all of it. A run that builds a month draws its figures and the reconciliation anew
(`assets/utdata.py`), and clears the folder first.
"""

from __future__ import annotations

import shutil
from pathlib import Path

PAGE = "index.html"
PRINTED = "rapport.pdf"
WORKBOOK = "tabeller.xlsx"
TABLES = "tabeller"
FIGURES = "figurer"
RECONCILIATION = "avstemming.html"
RECONCILIATION_ROWS = "avstemming.csv"
WRITTEN = (PAGE, PRINTED, WORKBOOK, TABLES, FIGURES, RECONCILIATION, RECONCILIATION_ROWS)


def clear(folder: Path) -> None:
    """Remove everything of `WRITTEN`, so that nothing of two runs ever stands side by side; what else is there stays.

    Raises OSError when it cannot be removed.
    """
    for name in WRITTEN:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
