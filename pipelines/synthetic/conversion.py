"""1 March 2010: who was on the old benefits then is converted to AAP, and who had left them is forgotten.

Lives begin years earlier (`bestand.aar`), so that nothing begins all at once on the day AAP does: the converted are ill
and well, treated or not, in tiltak or between two, as people are who have been at it for a while. No register has
anything from before; those who had left by then, and come back after, are new.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from pipelines.synthetic.episodes import Course, Episodes
from pipelines.synthetic.noise import Bools, Ints
from pipelines.synthetic.people import SCHEME_START, People, to_day


def convert(people: People, course: Course) -> tuple[People, Course]:
    """Those with a spell on AAP, in order of their first, and their courses from 1 March 2010 on.

    `entry` is the first day on AAP; `converted` says whether that was a conversion. What had begun before begins with
    AAP. The order is that of entry, so that a longer horizon adds people at the end and renumbers nobody.
    """
    begins = float(to_day(SCHEME_START))
    spells = _from(course.spells, begins)
    first = np.append(True, spells.row[1:] != spells.row[:-1])[: len(spells)]
    there, entry = spells.row[first], spells.start[first]
    order = np.argsort(entry, kind="stable")
    kept = there[order]
    place = np.full(people.size, -1)
    place[kept] = np.arange(len(kept))
    remaining = _select(people, kept)
    known = replace(remaining, entry=entry[order], converted=remaining.converted & (entry[order] == begins))
    parts = {field.name: _renumbered(_from(getattr(course, field.name), begins), place) for field in fields(Course)}
    return known, Course(**parts)


def _from(episodes: Episodes, begins: float) -> Episodes:
    """What lasts beyond a day, from that day on."""
    lasting = _rows(episodes, episodes.end > begins)
    return replace(lasting, start=np.maximum(lasting.start, begins))


def _renumbered(episodes: Episodes, place: Ints) -> Episodes:
    row = place[episodes.row]
    return _rows(replace(episodes, row=row), np.lexsort((episodes.start, row)))


def _rows(episodes: Episodes, which: Bools | Ints) -> Episodes:
    return Episodes(*(getattr(episodes, field.name)[which] for field in fields(Episodes)))


def _select(people: People, which: Ints) -> People:
    return People(*(getattr(people, field.name)[which] for field in fields(People)))
