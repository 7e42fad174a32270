"""Where everything the project writes lives: one home folder, private to its owner.

`AKTIVITET_HOME` names the home (default `.aktivitet/` in the checkout), `AKTIVITET_LANDING` the folder deliveries
arrive in, `AKTIVITET_SECRETS` the one of the keys and `AKTIVITET_SNAPSHOTS` the one of the snapshots, where they stand
apart. Folders are made with mode 0700 and files with 0600, because register data is personal even after
pseudonymisation (design.md, «Public interface»); `sharing` opens reports and analyse snapshots to a group.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.base import sharing
from pipelines.base.errors import AktivitetError

ROOT = Path(__file__).resolve().parents[2]
PRIVATE_UMASK = 0o077


@dataclass(frozen=True)
class Home:
    """The folders of one installation. Asking for a folder makes it; AktivitetError where none can be made."""

    root: Path
    landing_folder: Path | None = None
    secrets_folder: Path | None = None
    snapshots_folder: Path | None = None

    @classmethod
    def from_environment(cls) -> Home:
        """The home that `AKTIVITET_HOME`, `AKTIVITET_LANDING`, `AKTIVITET_SECRETS` and `AKTIVITET_SNAPSHOTS` name."""
        return cls(
            root=Path(os.environ.get("AKTIVITET_HOME") or ROOT / ".aktivitet").absolute(),
            landing_folder=_named("AKTIVITET_LANDING"),
            secrets_folder=_named("AKTIVITET_SECRETS"),
            snapshots_folder=_named("AKTIVITET_SNAPSHOTS"),
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
        """The full snapshots, their owner's alone, with the folder `analyse` beside them."""
        folder = self._folder("snapshots", self.snapshots_folder)
        sharing.let_pass(folder)
        return folder

    @property
    def analyse(self) -> Path:
        """The snapshots for analysis, which the group of `AKTIVITET_GROUP` may read."""
        folder = made(self.snapshots / "analyse", mode=0o700)
        sharing.share_one(folder)
        return folder

    @property
    def reports(self) -> Path:
        """The reports, which the group of `AKTIVITET_GROUP` may read."""
        folder = self._folder("reports")
        sharing.share_one(folder)
        return folder

    @property
    def dagster(self) -> Path:
        return self._folder("dagster")

    @property
    def secrets(self) -> Path:
        """The keys."""
        return self._folder("secrets", self.secrets_folder)

    def _folder(self, name: str, elsewhere: Path | None = None) -> Path:
        os.umask(PRIVATE_UMASK)
        folder = made(elsewhere or self.root / name, mode=0o700)
        if elsewhere is None:
            sharing.let_pass(self.root)
        return folder


def _named(variable: str) -> Path | None:
    folder = os.environ.get(variable)
    return Path(folder).absolute() if folder else None


def made(folder: Path, mode: int = 0o777) -> Path:
    """The folder, made with those above it where they were not there. Raises AktivitetError where none can be made."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except FileNotFoundError:  # /proc and its like have no room for folders of ours.
        raise AktivitetError(f"The folder {folder} cannot be made there.") from None
    return folder
