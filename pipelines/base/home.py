"""Where everything the project writes lives: one home folder, private to its owner.

`AKTIVITET_HOME` names the home (default `.aktivitet/` in the checkout), `AKTIVITET_LANDING` the folder
deliveries arrive in. Folders are made with mode 0700 and files with 0600, because register data is personal
even after pseudonymisation (design.md, «Public interface»).
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines.base.errors import AktivitetError

ROOT = Path(__file__).resolve().parents[2]
PRIVATE_UMASK = 0o077
MISREAD = "?*[%"
"""What DuckDB, Dagster's search for its settings, or the address of a SQLite file take for more than a name."""


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
    def dagster(self) -> Path:
        return self._folder("dagster")

    @property
    def secrets(self) -> Path:
        return self._folder("secrets")

    def _folder(self, name: str) -> Path:
        misread = [sign for sign in MISREAD if sign in str(self.root)]
        if misread:
            raise AktivitetError(
                f"The home folder {self.root} has a «{misread[0]}» in its path, which DuckDB or Dagster reads as more"
                " than a name. Choose another (AKTIVITET_HOME)."
            )
        os.umask(PRIVATE_UMASK)
        return made(self.root / name, mode=0o700)


def keep_caches_in(home: Home) -> None:
    """Let matplotlib and Fontconfig keep what they know of fonts in the home folder, where the user has no place they
    may write to: each says so at length on stderr otherwise."""
    for name, usual in {"MPLCONFIGDIR": "~/.config", "XDG_CACHE_HOME": "~/.cache"}.items():
        place = Path(os.path.expanduser(usual))  # noqa: PTH111  (which raises nothing where there is no user)
        with suppress(OSError):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(place, os.W_OK):
            os.environ.setdefault(name, str(home.root / "cache"))


def made(folder: Path, mode: int = 0o777) -> Path:
    """The folder, made with those above it where they were not there. Raises AktivitetError where none can be made."""
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except FileNotFoundError:  # /proc and its like have no room for folders of ours.
        raise AktivitetError(f"The folder {folder} cannot be made there.") from None
    return folder
