"""The choices (⟂) in the method appendix, and what each of them moves, worked out from the snapshot.

A study's choices are its `valg.yaml`, measured by its chapter; those of the reconciliation stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines import reconciliation
from pipelines.base import bokmaal, yaml_file
from pipelines.disclosure import Results, alternative
from pipelines.document.blocks import Column, Table, Value
from pipelines.document.chapter import ReadChapter, Scope
from pipelines.model import sql
from pipelines.model.study import folders, parts

FILE = "valg.yaml"
UNKNOWN = "Kan ikke vises: tallene er skjult eller mangler"
FEW = "Kan ikke vises: valget gjelder færre enn fem"
PRINTED: dict[str, Callable[[float], str]] = {
    "andel": bokmaal.prosent,
    "antall": bokmaal.tall,
    "dager": lambda value: bokmaal.antall(value, "dager", 0 if value == int(value) else 1),
    "indeks": lambda value: bokmaal.tall(value, 3),
}
"""How the values of a variant are printed."""


@dataclass(frozen=True)
class Choice:
    """A choice, the SQL file that makes it (as `sql.read` names it), and how what it moves is measured."""

    valg: str
    sql: str
    folsomhet: dict[str, Any] = field(default_factory=dict)


def choices(folder: Path) -> list[Choice]:
    """The choices of a folder, in the order they are printed; none where it has no `valg.yaml`."""
    path = folder / FILE
    return [Choice(**node) for node in yaml_file.read(path)] if path.is_file() else []


def every() -> list[Choice]:
    """Every choice, in the order the appendix prints them."""
    of_studies = (choice for name in parts("chapter") for choice in choices(_folder(name)))
    return [*of_studies, *choices(Path(reconciliation.__path__[0]))]


def table(results: Results, scope: Scope, chapters: Sequence[ReadChapter]) -> Table:
    """The choices with their sensitivity in the last month of `scope`."""
    rows: list[Sequence[Value]] = [
        (choice.valg, sql.place(choice.sql), sensitivity(results, scope, chapter, choice.folsomhet))
        for choice, chapter in _all(chapters)
    ]
    columns = [Column("Valg (⟂)"), Column("Regel"), Column("Følsomhet")]
    caption = f"Valg der kildene tier, og hva de flytter, {bokmaal.maaned(scope.month)}"
    return Table("valg", caption, columns, rows)


def _all(chapters: Sequence[ReadChapter]) -> Iterator[tuple[Choice, ReadChapter | None]]:
    """Every choice with the chapter that measures it: study by study, then those of the reconciliation."""
    for chapter in chapters:
        yield from ((choice, chapter) for choice in choices(_folder(chapter.study)))
    yield from ((choice, None) for choice in choices(Path(reconciliation.__path__[0])))


def _folder(study: str) -> Path:
    return next(folder for folder in folders() if folder.name == study)


def sensitivity(results: Results, scope: Scope, chapter: ReadChapter | None, measured: dict[str, Any]) -> str:
    """What a choice moves, in words. Raises KeyError for a way to measure it that there is none of."""
    kind = next(iter(measured))
    if kind == "grunn":
        return str(measured[kind])
    if kind == "variant":
        hidden = chapter is not None and chapter.chapter.hidden(chapter.read, measured.get("celle", []))
        return UNKNOWN if hidden else _variant(results, scope, measured)
    if chapter is None:
        raise KeyError(kind)
    return chapter.chapter.measured[kind](chapter.read, measured[kind])


def _variant(results: Results, scope: Scope, measured: dict[str, Any]) -> str:
    found = alternative(results.con, measured["variant"], scope.month)
    pattern: str = measured["tekst"]
    printed = PRINTED[measured["enhet"]]
    if found.skjult:
        return FEW
    values = {"valgt": found.valgt, "ellers": found.ellers}
    said = {name: printed(value) for name, value in values.items() if value is not None}
    if any(f"{{{name}}}" in pattern and name not in said for name in values):
        return UNKNOWN
    part = "av {ellers}" in pattern  # some of all, not with and without
    same = "{ellers}" in pattern and not part and said["valgt"] == said["ellers"]
    return pattern.format(**said) + (" (ingen forskjell)" if same else "")
