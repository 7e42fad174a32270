"""Where what the project writes lives, and what libraries write beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.base.home import Home, keep_caches_in

CACHES = ("MPLCONFIGDIR", "XDG_CACHE_HOME")


@pytest.mark.parametrize(("user", "moved"), [("/proc/ingen", True), ("", False)], ids=["no_place", "a_place"])
def test_libraries_keep_their_caches_in_the_home_folder_where_the_user_has_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, moved: bool
) -> None:
    """Matplotlib and Fontconfig would say at length that they cannot write where they usually do."""
    for name in CACHES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", user or str(tmp_path))
    keep_caches_in(Home(tmp_path / "hjem"))
    assert {os.environ.get(name) for name in CACHES} == {str(tmp_path / "hjem" / "cache") if moved else None}
