"""Opening folders and files to a group of readers: `AKTIVITET_GROUP`.

Everything of a home is its owner's alone (home.py). With a group named, its members may read what is made for them,
the analyse snapshots and the reports, and pass through the folders these stand in; nothing else is theirs to see.
"""

from __future__ import annotations

import grp
import os
from pathlib import Path

from pipelines.base.errors import AktivitetError

READ_FOLDER, READ_FILE = 0o750, 0o640
PASS = 0o710
"""A folder that may be passed through, by whoever knows the way, and not listed."""


def group() -> int | None:
    """The number of the group that `AKTIVITET_GROUP` names, by name or number; None when it names none.

    Raises AktivitetError when there is no such group.
    """
    name = os.environ.get("AKTIVITET_GROUP")
    if not name:
        return None
    if name.isdecimal():
        return int(name)
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise AktivitetError(f"AKTIVITET_GROUP is {name}, and this machine has no such group.") from None


def let_pass(folder: Path) -> None:
    """Let the group, where there is one, through a folder of ours."""
    _give(folder, PASS)


def share(path: Path) -> None:
    """Let the group, where there is one, read a file or a folder of ours, with everything in it."""
    if group() is None:
        return
    if path.is_dir():
        for inside in path.iterdir():
            share(inside)
    share_one(path)


def share_one(path: Path) -> None:
    """As `share`, of a folder alone: what is in it is as it was."""
    _give(path, READ_FOLDER if path.is_dir() else READ_FILE)


def _give(path: Path, mode: int) -> None:
    number, stat = group(), path.stat()
    if number is None or stat.st_uid != os.geteuid():
        return  # Readers pass here too, and what is another's is not theirs to open.
    if stat.st_gid == number and stat.st_mode & 0o777 == mode:
        return
    try:
        os.chown(path, -1, number)
    except PermissionError:
        raise AktivitetError(
            f"{path.name} cannot be given to the group of AKTIVITET_GROUP: this account is no member of it."
        ) from None
    path.chmod(mode)
