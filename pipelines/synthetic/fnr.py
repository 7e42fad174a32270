"""Synthetic fødselsnummer: the month + 80 kind only, which never belongs to a real person (arena-schemas §8)."""

from __future__ import annotations

import numpy as np

from pipelines.synthetic.noise import Bools, Ints

_K1 = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
_K2 = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
_WOMEN_1900 = np.concatenate([np.arange(0, 500, 2), np.arange(900, 1000, 2)])
_WOMEN_2000 = np.arange(500, 1000, 2)


def _digits(numbers: Ints, width: int) -> Ints:
    return numbers[..., None] // 10 ** np.arange(width - 1, -1, -1) % 10


def _complete(first_nine: Ints) -> Ints:
    """The eleven-digit number, or -1 where a check digit would be ten."""
    nine = _digits(first_nine, 9)
    k1 = (11 - nine @ _K1 % 11) % 11
    k2 = (11 - (nine @ _K2[:9] + k1 * _K2[9]) % 11) % 11
    return np.where((k1 < 10) & (k2 < 10), first_nine * 100 + k1 * 10 + k2, -1)


def fodselsnummer(year: Ints, month: Ints, day: Ints, woman: Bools, d_number: Bools) -> Ints:
    """One number each as an integer (write it with eleven digits), all different.

    Persons born the same day, of the same sex and kind, get the valid individual numbers in turn, in the order
    they stand; so adding persons at the end leaves the others' numbers as they are.
    """
    date_part = (day + 40 * d_number) * 10000 + (month + 80) * 100 + year % 100
    cell, member = np.unique(date_part * 2 + woman + 10**7 * (year >= 2000), return_inverse=True)
    order = np.argsort(member, kind="stable")
    counts = np.bincount(member)
    rank = np.empty(len(member), dtype=np.int64)
    rank[order] = np.arange(len(member)) - np.repeat(np.cumsum(counts) - counts, counts)
    wanted = min(int(counts.max(initial=1) * 1.6) + 24, len(_WOMEN_2000))

    born_2000 = cell >= 10**7
    women = np.where(born_2000[:, None], _WOMEN_2000[:wanted], _WOMEN_1900[:wanted])
    individual = women + (cell % 2 == 0)[:, None]
    numbers = _complete((cell % 10**7 // 2)[:, None] * 1000 + individual)
    valid = numbers >= 0
    turn = np.cumsum(valid, axis=1)
    if (turn[:, -1] < counts).any():
        raise ValueError("Too many persons born on one day for the individual numbers there are: lower share.")
    table = np.zeros((len(cell), wanted + 1), dtype=np.int64)
    row = np.broadcast_to(np.arange(len(cell))[:, None], numbers.shape)
    table[row[valid], turn[valid] - 1] = numbers[valid]
    return table[member, rank]
