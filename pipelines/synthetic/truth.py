"""What was true: each person's state in each month, beside the register and never read by the pipeline."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools
from pipelines.synthetic.people import next_month, to_day
from pipelines.synthetic.persons import Identities
from pipelines.synthetic.world import World


def happens(episodes: Episodes, size: int, first: int, last: int) -> Bools:
    """Per person, whether an episode covers any day from `first` to `last`."""
    mask = np.zeros(size, dtype=bool)
    mask[episodes.row[(episodes.start < last + 1) & (episodes.end > first)]] = True
    return mask


def fasit(world: World, ids: Identities, month: date) -> pl.DataFrame:
    """One row per person (`fodselsnr`) with an open case in the month: what held on any day of it.

    `passiv`: on AAP with neither tiltak, arbeid nor behandling.
    """
    first, last = to_day(month), to_day(next_month(month)) - 1
    size, course = world.people.size, world.course
    on, tiltak, arbeid, behandling = (
        happens(episodes, size, first, last)
        for episodes in (course.spells, course.tiltak, course.work, course.treatment)
    )
    at = np.flatnonzero(world.open_in(first, last))
    columns = {
        "paa_aap": on,
        "tiltak": tiltak,
        "arbeid": arbeid,
        "behandling": behandling,
        "passiv": on & ~(tiltak | arbeid | behandling),
    }
    return pl.DataFrame({"fodselsnr": ids.fodselsnr.gather(at), **{name: flag[at] for name, flag in columns.items()}})
