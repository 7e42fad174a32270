"""`klargjort`: one row per person and month, everything the studies ask of it (rules.md §1)."""

from __future__ import annotations

from pipelines.assets.tabell import SENSITIVE, month_table
from pipelines.contracts import contracts

EXTRACTS = [f"kilde.{name}" for name in contracts()]

meldekort_maaned = month_table(
    "klargjort.meldekort_maaned",
    "klargjort/meldekort_maaned",
    ["kilde.meldekort", "kilde.meldekort_dag"],
    tags=SENSITIVE,
)
