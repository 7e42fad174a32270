"""What a study says in reports: `chapter.py` in its folder has a `CHAPTER`, and a report goes through them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from pipelines.disclosure import Results
from pipelines.document.blocks import Picture, Section
from pipelines.drawing.rendering import Drawing

Read = TypeVar("Read")


@dataclass(frozen=True)
class Scope:
    """What a report is of: a month, or the months of a tertial, held against others."""

    words: str
    """In running text: «april 2015», «1. tertial 2015»."""
    months: tuple[date, ...]
    """Those there are results of, in order."""
    pairs: tuple[tuple[date, date], ...]
    """(month, the month it is held against), where there are results of both."""
    before: str
    """What they are held against, in running text."""
    tertial: bool = False

    @property
    def month(self) -> date:
        """The last month: what is shown of one month is shown of it."""
        return self.months[-1]


@dataclass(frozen=True)
class Chapter(Generic[Read]):
    """The parts of a report that are a study's own. `Read` is what the study has read of the published results."""

    read: Callable[[Results, Scope], Read]
    """All that the chapter says, out of the report's results. Raises AktivitetError when it cannot do without some."""
    figures: Callable[[Read, Scope], Iterator[Drawing]]
    alt: Callable[[Drawing], str]
    """What a figure shows, in words made from its data."""
    summary: Callable[[Read, Scope], Iterator[str]]
    """Sentences for the report's first section."""
    sections: Callable[[Read, Scope, Mapping[str, Picture]], list[Section]]
    """The chapter itself; the pictures by name."""
    measured: Mapping[str, Callable[[Read, Any], str]] = field(default_factory=dict)
    """The ways to measure a choice that the study's `valg.yaml` may name: what it moves, in words."""
    hidden: Callable[[Read, Sequence[Any]], bool] = lambda *_: False
    """Whether the published number that a choice moves is not shown."""
    drawn_by_build: bool = False
    """Whether a build draws the chapter's figures of its last month too."""


@dataclass(frozen=True)
class ReadChapter:
    """A study's chapter in one report: what it has read, and its figures as pictures."""

    study: str
    chapter: Chapter[Any]
    read: Any
    pictures: Sequence[Picture]
