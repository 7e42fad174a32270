"""What the courses say in reports. They are of the whole panel, whatever months the report is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.base import bokmaal
from pipelines.disclosure import Results as Published
from pipelines.document.blocks import Picture, Section
from pipelines.document.chapter import Chapter, Scope
from pipelines.drawing.rendering import Drawing
from pipelines.studies.forlop import alt, figures, section
from pipelines.studies.forlop.section import NOTHING, Results

NO_NUMBER = "Kan ikke vises: tallene er skjult eller mangler"
NO_TYPES = "Kan ikke vises: det er for få forløp til å danne typer"


@dataclass(frozen=True)
class Courses:
    """What the chapter reads: the results by name, empty where no courses are built."""

    published: Published
    found: Results


def read(published: Published, _: Scope) -> Courses:
    return Courses(published, section.results(published))


def draw(read: Courses, _: Scope) -> Iterator[Drawing]:
    """The chapter's figures, where there are courses."""
    yield from figures.figures(read.published) if read.found else ()


def said(drawing: Drawing) -> str:
    return alt.text(drawing.name, drawing.data)


def summary(read: Courses, _: Scope) -> Iterator[str]:
    return section.sentences(read.found)


def sections(read: Courses, _: Scope, pictures: Mapping[str, Picture]) -> list[Section]:
    return section.section(read.found, pictures)


def readings(read: Courses, code: Any) -> str:
    """An «ever» share, by length and by elapsed time."""
    by_length = read.found.get((f"noensinne={code}", "lengde", "1-12", None), NOTHING).verdi
    by_time = read.found.get((f"noensinne={code}", "alle", "alle", 12), NOTHING).verdi
    if by_length is None or by_time is None:
        return NO_NUMBER
    shares = bokmaal.prosent(by_length), bokmaal.prosent(by_time)
    return "{} av forløpene på høyst tolv måneder, {} i de første tolv månedene".format(*shares)


def stability(read: Courses, mal: Any) -> str:
    """How far another sample of the courses gives the same types."""
    values = read.published(figures.TYPES, mal=mal)["verdi"].drop_nulls().to_list() if read.found else []
    return f"Justert Rand-indeks mot et annet utvalg: {bokmaal.tall(values[0], 2)}" if values else NO_TYPES


def hidden(read: Courses, cell: Sequence[Any]) -> bool:
    match cell:
        case [mal, gruppering, gruppe, maaned_nr]:
            return read.found.get((mal, gruppering, gruppe, maaned_nr), NOTHING).skjult
    return False


CHAPTER = Chapter(
    read,
    draw,
    said,
    summary,
    sections,
    measured={"lesninger": readings, "stabilitet": stability},
    hidden=hidden,
)
