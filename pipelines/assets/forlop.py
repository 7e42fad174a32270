"""The courses (2017:2): spells, their months and sequences, and the results, replaced whole in every run."""

from __future__ import annotations

from pipelines.assets.tabell import SENSITIVE, whole_tables
from pipelines.forlop import build

forlop = whole_tables("forlop", build.TABLES, build.build, tags=SENSITIVE)
