"""Who does what in the synthetic register, as 2017:1 chapter 2 says it in words."""

from __future__ import annotations

from datetime import date

from benchmarks.synthetic.orderings import statements
from benchmarks.synthetic.panel import read
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.world import simulate


def test_orderings_of_the_studies_hold() -> None:
    """2017:1 chapter 2 in words, read from eighty months of a twentieth of the population."""
    panel = read(simulate(Parameters.load(), 2015, date(2016, 12, 1), 0.05), date(2016, 12, 1), by_card=False)
    broken = [said for said, holds in statements(panel) if not holds]
    assert broken == []
