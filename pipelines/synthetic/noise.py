"""Chance without order: every draw is a function of (seed, stream, who, number).

A person's draws therefore depend neither on how many others there are, nor on which months are asked for, nor
on what was drawn before. That gives three things: a delivery is the same whichever range it was generated in;
the population of a small share is part of that of a larger one; and a parameter that is moved changes only
what it governs, which makes the simulated moments smooth enough to fit (common random numbers).

The function is splitmix64's finaliser over a linear combination of the three, 53 bits of it as a fraction.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

_WHO, _DRAW = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD1B54A32D192ED03)
_MIX = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))


class Noise:
    """The streams of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._key = cache(self._make_key)

    def uniform(self, stream: str, who: Ints, draw: int | Whole = 0) -> Floats:
        """Independent fractions in (0, 1), one for each of `who` (any integers that name them)."""
        bits = self._bits(stream, who, draw)
        bits >>= np.uint64(11)
        return (bits.astype(np.float64) + 0.5) * 2.0**-53

    def coarse(self, stream: str, who: Ints, draw: int | Whole = 0) -> tuple[Floats, Floats, Floats, Floats]:
        """Four fractions for the price of one, in steps of 1/65 536: enough for what happens to single cards."""
        bits = self._bits(stream, who, draw)
        quarters = bits.view(np.uint16).reshape(len(bits), 4)
        fractions = (quarters.T + np.float32(0.5)) * 2.0**-16
        return fractions[0], fractions[1], fractions[2], fractions[3]

    def below(self, probability: float | Floats, stream: str, who: Ints, draw: int | Whole = 0) -> Bools:
        """True with the given probability."""
        return self.uniform(stream, who, draw) < probability

    def exponential(self, mean: float | Floats, stream: str, who: Ints, draw: int | Whole = 0) -> Floats:
        return -np.log(self.uniform(stream, who, draw)) * mean

    def normal(self, stream: str, who: Ints, draw: int | Whole = 0) -> Floats:
        """Standard normal (Box–Muller on two streams of the same name)."""
        radius = np.sqrt(-2.0 * np.log(self.uniform(stream + "/r", who, draw)))
        return radius * np.cos(2.0 * np.pi * self.uniform(stream + "/v", who, draw))

    def choice(self, weights: Floats, stream: str, who: Ints, draw: int | Whole = 0) -> Ints:
        """Index drawn by `weights`: one row for all of `who`, or one row each (n × k)."""
        bounds = np.cumsum(weights, axis=-1)
        share = self.uniform(stream, who, draw) * bounds[..., -1]
        if bounds.ndim == 1:
            return np.minimum(np.searchsorted(bounds, share, side="right"), len(bounds) - 1).astype(np.int64)
        above: Ints = (share[:, None] >= bounds).sum(axis=1)
        last: Ints = np.minimum(above, bounds.shape[1] - 1)
        return last

    def _bits(self, stream: str, who: Ints, draw: int | Whole) -> NDArray[np.uint64]:
        bits = who.astype(np.uint64)
        bits *= _WHO
        bits += (np.atleast_1d(draw).astype(np.uint64) + np.uint64(1)) * _DRAW + self._key(stream)
        for shift, factor in _MIX:
            bits ^= bits >> shift
            bits *= factor
        bits ^= bits >> np.uint64(31)
        return bits

    def _make_key(self, stream: str) -> np.uint64:
        digest = blake2b(f"{self._seed}/{stream}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(digest, "little"))
