"""Where everything the project writes lives: one home folder, private to its owner.

`AKTIVITET_HOME` names the home (default `.aktivitet/` in the checkout), `AKTIVITET_LANDING` the folder
deliveries arrive in. Folders are made with mode 0700 and files with 0600, because register data is personal
even after pseudonymisation (design.md, «Public interface»).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.base.errors import AktivitetError

ROOT = Path(__file__).resolve().parents[2]
PRIVATE_UMASK = 0o077


@dataclass(frozen=True)
class Home:
    """The folders of one installation. Asking for a folder makes it; AktivitetError where none can be made."""

    root: Path
    landing_folder: Path | None = None

    @classmethod
    def from_environment(cls) -> Home:
        """The home that `AKTIVITET_HOME` and `AKTIVITET_LANDING` name."""
        landing = os.environ.get("AKTIVITET_LANDING")
        return cls(
            root=Path(os.environ.get("AKTIVITET_HOME") or ROOT / ".aktivitet").absolute(),
            landing_folder=Path(landing).absolute() if landing else None,
        )

    @property
    def landing(self) -> Path:
        """Monthly deliveries, one folder `YYYY-MM` each. An overridden landing folder is never made by us."""
        return self.landing_folder or self._folder("landing")

    @property
    def warehouse(self) -> Path:
        """The one DuckDB file that one writer at a time changes."""
        return self._folder("warehouse") / "aktivitet.duckdb"

    @property
    def snapshots(self) -> Path:
        return self._folder("snapshots")

    @property
    def reports(self) -> Path:
        return self._folder("reports")

    @property
    def inside(self) -> Path:
        """Reports with exact numbers, which are not for others."""
        return self._folder("internt")

    @property
    def dagster(self) -> Path:
        return self._folder("dagster")

    @property
    def secrets(self) -> Path:
        return self._folder("secrets")

    def _folder(self, name: str) -> Path:
        os.umask(PRIVATE_UMASK)
        return made(self.root / name, mode=0o700)


def made(folder: Path, mode: int = 0o777) -> Path:
    """The folder, made with those above it where they were not there. Raises AktivitetError where none can be made."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except FileNotFoundError:  # /proc and its like have no room for folders of ours.
        raise AktivitetError(f"The folder {folder} cannot be made there.") from None
    return folder
