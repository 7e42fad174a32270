"""What a rename makes current is on the disk before it, and the folder after it: seen in the calls that are made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.base import durable, files
from pipelines.ingest import identity
from pipelines.warehouse import snapshot


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """For each fsync: the name of what it is of, and what the folder held by then."""
    seen: list[tuple[str, list[str]]] = []
    fsync = os.fsync

    def seeing(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").readlink()
        folder = path if path.is_dir() else path.parent
        seen.append(("folder" if path.is_dir() else "file", sorted(found.name for found in folder.iterdir())))
        fsync(handle)

    monkeypatch.setattr(durable.os, "fsync", seeing)
    return seen


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (lambda folder: files.write_private(folder / "figur.svg", b"ny"), "figur.svg"),
        (lambda folder: snapshot._point(folder, "000001-a"), snapshot.POINTER),
        (identity.pseudonym_key, "pseudonym.key"),
    ],
    ids=["a_file_of_a_report", "the_pointer", "the_key"],
)
def test_a_file_is_on_the_disk_before_its_name_and_its_name_before_anybody_goes_on(
    tmp_path: Path, synced: list[tuple[str, list[str]]], write: Callable[[Path], object], name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.delenv("AKTIVITET_KEY", raising=False)
    write(tmp_path)
    (first, before), (second, after) = synced
    assert (first, name in before) == ("file", False)
    assert (second, name in after) == ("folder", True)
