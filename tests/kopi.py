"""A copy of all that decides what is built, for tests to edit as a user edits the checkout."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.base.home import ROOT
from pipelines.model import contracts, derived, descriptions, sql, study
from pipelines.warehouse import fingerprints

COPIED = ("sql", "data_contracts", "pipelines/studies", "pipelines/reconciliation", "reports/published")


@contextmanager
def copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within it, what is read of SQL, YAML and code lists is read from the copy in `folder`."""
    for part in COPIED:
        shutil.copytree(ROOT / part, folder / part)
    monkeypatch.setattr(sql, "SQL", folder / "sql")
    monkeypatch.setattr(sql, "ROOT", folder)
    monkeypatch.setattr(derived, "ROOT", folder)
    monkeypatch.setattr(contracts, "KODEVERK", folder / "data_contracts" / "kodeverk")
    copies = [folder / "pipelines" / "studies" / original.name for original in study.folders()]
    monkeypatch.setattr(study, "folders", lambda: copies)
    again()
    yield
    monkeypatch.undo()
    again()


def again() -> None:
    """As a new process, which has read nothing."""
    for kept in (
        *(sql.read, sql.tables_read, sql.all_thresholds, sql._files),
        *(derived.tables, descriptions.descriptions, fingerprints._fingerprints),
    ):
        kept.cache_clear()
