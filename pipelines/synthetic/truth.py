"""What was true: each person's state in each month, beside the register and never read by the pipeline."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools
from pipelines.synthetic.persons import Identities
from pipelines.synthetic.world import World


def _any(episodes: Episodes, size: int, first: int, last: int) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[episodes.row[(episodes.start < last + 1) & (episodes.end > first)]] = True
    return mask


def fasit(world: World, ids: Identities, first: int, last: int) -> pl.DataFrame:
    """One row per person with an open case in the month: what held on any day of it."""
    size, course = world.people.size, world.course
    on = _any(course.spells, size, first, last)
    at = np.flatnonzero(world.open_in(first, last))
    tiltak, work, treatment = (_any(e, size, first, last) for e in (course.tiltak, course.work, course.treatment))
    return pl.DataFrame(
        {
            "fodselsnr": ids.fodselsnr.gather(at),
            "paa_aap": on[at],
            "tiltak": tiltak[at],
            "arbeid": work[at],
            "behandling": treatment[at],
            "passiv": (on & ~tiltak & ~work & ~treatment)[at],
        }
    )
