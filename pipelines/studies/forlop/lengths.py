"""What the classes of length and of elapsed time are called: they follow from the threshold `lengdegrenser`."""

from __future__ import annotations

from itertools import pairwise

from pipelines.model import sql

ELAPSED = tuple(sql.limits("lengdegrenser"))
"""The months after the start within which it is asked whether something has happened."""


def names(within: str, beyond: str) -> dict[str, str]:
    """Class as `forlop_oppsummert.lengdeklasse` has it → its name; `beyond` gets the first month of the last class.

    >>> names("{}–{} md.", "{} md. og mer")
    {'1-12': '1–12 md.', '13-24': '13–24 md.', '25-36': '25–36 md.', '37+': '37 md. og mer'}
    """
    classes = [(before + 1, last) for before, last in pairwise((0, *ELAPSED))]
    first = ELAPSED[-1] + 1
    return {f"{one}-{last}": within.format(one, last) for one, last in classes} | {f"{first}+": beyond.format(first)}
