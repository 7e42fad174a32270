"""A report put together: its summary, the chapter of every study, and what the numbers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from pipelines.base import progress
from pipelines.disclosure import Results
from pipelines.document.blocks import Document, Picture, Points, Section
from pipelines.document.chapter import Chapter, ReadChapter, Scope
from pipelines.drawing.rendering import Workshop
from pipelines.model.study import parts
from pipelines.reconciliation import section as reconciled
from pipelines.report import control, method, origin
from pipelines.warehouse.snapshot import Snapshot

STEPS = 6


def document(
    snapshot: Snapshot, results: Results, scope: Scope, first: Sequence[str], folder: Path, workshop: Workshop
) -> tuple[Document, list[Path]]:
    """The report of `scope`, its figures made by `workshop`, the reconciliation written into `folder`; and the files.

    `first` are sentences that stand before all others in the summary.
    """
    progress.report("numbers", 0, STEPS)
    read = {name: (module.CHAPTER, module.CHAPTER.read(results, scope)) for name, module in parts("chapter").items()}
    progress.report("figures", 1, STEPS)
    chapters, written = [], []
    for study, (chapter, numbers) in read.items():
        pictures, paths = draw(chapter, numbers, scope, workshop)
        chapters.append(ReadChapter(study, chapter, numbers, pictures))
        written += paths
    printed = reconciled.frame(results)
    summary = [
        *first,
        *(text for each in chapters for text in each.chapter.summary(each.read, scope)),
        control.quarantined(results, scope.months),
        reconciled.sentence(printed),
    ]
    sections = [
        Section("sammendrag", "Sammendrag", [Points(summary)]),
        *(section for each in chapters for section in _sections(each, scope)),
        *reconciled.section(printed),
        *control.section(results, scope.months),
        *method.section(snapshot, results, scope, chapters),
    ]
    made = Document(
        title=f"Aktivitet blant mottakere av arbeidsavklaringspenger, {scope.words}",
        made_of=origin.made_of(snapshot, scope.months),
        sections=sections,
        warning=origin.warning(snapshot, scope.months),
    )
    return made, written + reconciled.write(printed, folder)


def draw(chapter: Chapter[Any], read: Any, scope: Scope, workshop: Workshop) -> tuple[list[Picture], list[Path]]:
    """A chapter's figures by name: as pictures of the report, and every file `workshop` makes of them."""
    pictures, written = [], []
    for drawing in chapter.figures(read, scope):
        paths = workshop.save(drawing)
        said = chapter.alt(drawing)
        pictures.append(Picture(drawing.name, drawing.title, said, paths[0], drawing.data, drawing.table))
        written += paths
    return sorted(pictures, key=attrgetter("name")), written


def _sections(each: ReadChapter, scope: Scope) -> list[Section]:
    return each.chapter.sections(each.read, scope, {picture.name: picture for picture in each.pictures})
