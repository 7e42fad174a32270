"""What was true: each person's state in each month, beside the register and never read by the pipeline."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from pipelines.synthetic.episodes import Episodes
from pipelines.synthetic.noise import Bools
from pipelines.synthetic.people import next_month, to_day
from pipelines.synthetic.persons import Identities
from pipelines.synthetic.plans import Plans
from pipelines.synthetic.world import World


def happens(episodes: Episodes, size: int, first: int, last: int) -> Bools:
    """Per person, whether an episode covers any day from `first` to `last`."""
    mask = np.zeros(size, dtype=bool)
    mask[episodes.row[(episodes.start < last + 1) & (episodes.end > first)]] = True
    return mask


def agreed(plans: Plans, size: int, last: int) -> Bools:
    """Per person, whether a plan that was made is not over at the end of the day `last`, signed or not.

    That a signature is missing is how the register fails (rules.md §7): in clean deliveries every plan has one.
    """
    mask = np.zeros(size, dtype=bool)
    mask[plans.row[(plans.made < last + 1) & (plans.ends > last)]] = True
    return mask


def fasit(world: World, plans: Plans, ids: Identities, month: date) -> pl.DataFrame:
    """One row per person (`fodselsnr`) with an open case in the month: what held on any day of it.

    `gyldig_plan` is of its last day, as the rule is. `passiv`: on AAP with neither tiltak, arbeid nor behandling.
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
        "gyldig_plan": agreed(plans, size, last),
        "passiv": on & ~(tiltak | arbeid | behandling),
    }
    return pl.DataFrame({"fodselsnr": ids.fodselsnr.gather(at), **{name: flag[at] for name, flag in columns.items()}})
