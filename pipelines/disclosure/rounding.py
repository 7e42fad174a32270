"""Keyed random rounding to base five (rules.md §8).

A count x in the block 5q … 5q + 4 is printed as 5q or 5q + 5. Which of them is decided by one threshold, drawn with the
key for each label and block: so rounding is unbiased over keys, never moves a count by five, keeps what never falls
from falling, and prints the same number of the same thing alike wherever it stands.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipelines.base.home import Home
from pipelines.disclosure import ledger
from pipelines.disclosure.key import fingerprint, sdc_key

BASE = 5
MOST = BASE - 1
"""How far a printed count may be from the true one."""
NOISE = 1e-6
"""Sums that are no whole numbers (of shares) are known no closer than this."""


@dataclass(frozen=True)
class Rounding:
    """The key, and the blocks that are rounded one way whatever the key says.

    `overrides`: (label, q) → True where the block is rounded up, False where down; the audit's remedy, kept for ever.
    `exact`: nothing is rounded; for inside use only.
    """

    key: bytes = field(repr=False)
    overrides: Mapping[tuple[str, int], bool] = field(default_factory=dict)
    exact: bool = False

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)

    @cached_property
    def version(self) -> tuple[object, ...]:
        """What two roundings must agree in to print the same."""
        return (self.key, self.exact, tuple(sorted(self.overrides.items())))

    def threshold(self, label: str, q: int) -> float:
        """u in [0, 1): a count r above 5q is rounded up when u < r / 5."""
        forced = self.overrides.get((label, q))
        if forced is not None:
            return 0.0 if forced else 1.0
        drawn = hmac.digest(self.key, f"{label}|{q}".encode(), "sha256")
        return int.from_bytes(drawn[:8], "big") / 2**64

    def rounded(self, label: pl.Series, count: pl.Series) -> pl.Series:
        """Every count as it is printed; null stays null. Whole numbers stay whole; `label` is never null."""
        if self.exact:
            return count
        whole = count.dtype.is_integer()
        x = pl.col("x") if whole else pl.col("x").round(6)
        frame = pl.DataFrame({"label": label, "x": count if whole else count.cast(pl.Float64)}).with_columns(
            q=(x / BASE + (0 if whole else NOISE)).floor().cast(pl.Int64)
        )
        frame = frame.with_columns(r=(x - BASE * pl.col("q")))
        drawn = frame.filter(pl.col("r") > NOISE).select("label", "q").unique()
        thresholds = [self.threshold(label, q) for label, q in drawn.iter_rows()]
        drawn = drawn.with_columns(u=pl.Series(thresholds, dtype=pl.Float64))
        found = frame.join(drawn, on=["label", "q"], how="left", maintain_order="left")
        up = (pl.col("u") < pl.col("r") / BASE).fill_null(False)
        printed = BASE * pl.col("q") + pl.when(up).then(BASE).otherwise(0)
        return found.select(printed.cast(pl.Int64 if whole else pl.Float64)).to_series().rename(count.name)


_current: ContextVar[Rounding | None] = ContextVar("rounding", default=None)


def current() -> Rounding:
    """The rounding in use: what `using` set, else that of the home the environment names, with its overrides."""
    return _current.get() or of_home(Home.from_environment())


def of_home(home: Home, *, exact: bool = False) -> Rounding:
    """The rounding of a home: its key, made at first use, and the overrides its ledger remembers."""
    return Rounding(sdc_key(home.secrets), ledger.overrides(home.reports), exact)


@contextmanager
def using(rounding: Rounding) -> Iterator[Rounding]:
    """Everything published inside is rounded so."""
    token = _current.set(rounding)
    try:
        yield rounding
    finally:
        _current.reset(token)
