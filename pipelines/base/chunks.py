"""Many things that are too large to be taken together, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def in_parts(things: Iterable[T], size: Callable[[T], int], most: int) -> Iterator[list[T]]:
    """The things in their order, as many at a time as are no larger than `most` together; always one at least."""
    part: list[T] = []
    together = 0
    for thing in things:
        if part and together + size(thing) > most:
            yield part
            part, together = [], 0
        part.append(thing)
        together += size(thing)
    if part:
        yield part
