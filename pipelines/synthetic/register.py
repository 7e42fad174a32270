"""The registers of a simulated world: the extracts of any month, as they stood on its last day."""

from __future__ import annotations

from datetime import date

import polars as pl

from pipelines.synthetic.activities import aktivitet
from pipelines.synthetic.card_rows import CardRows
from pipelines.synthetic.cards import Post
from pipelines.synthetic.casework import aap_vedtak
from pipelines.synthetic.diagnoses import diagnose
from pipelines.synthetic.efforts import innsatsgruppe
from pipelines.synthetic.people import next_month, to_day
from pipelines.synthetic.persons import identities, person
from pipelines.synthetic.plans import Plans
from pipelines.synthetic.tiltak import tiltaksdeltakelse
from pipelines.synthetic.world import World


class Register:
    """Months are asked for in order, from `first` on."""

    def __init__(self, world: World, first: date, *, clean: bool) -> None:
        self.world = world
        self.ids = identities(world, clean=clean)
        plans = Plans(world, clean=clean)
        self.states = {
            "person": person(world, self.ids, clean=clean),
            "aap_vedtak": aap_vedtak(world),
            "innsatsgruppe": innsatsgruppe(world),
            "tiltaksdeltakelse": tiltaksdeltakelse(world, clean=clean),
            "aktivitetsplan": plans.versions(),
            "aktivitet": aktivitet(world, plans, clean=clean),
            "diagnose": diagnose(world, clean=clean),
        }
        self.post = Post(world, to_day(first), clean=clean)
        self._card_rows = CardRows(world, clean=clean)

    def extracts(self, month: date) -> dict[str, pl.DataFrame]:
        """The ten extracts of the month."""
        first, last = to_day(month), to_day(next_month(month)) - 1
        open_case = self.world.open_in(first, last)
        extracts = {}
        for name, rows in self.states.items():
            at = rows.shown(last, open_case)
            extracts[name] = rows.frame[at]
            if name != "person":
                person_id = pl.Series("person_id", self.ids.person_id[rows.row[at]])
                extracts[name] = extracts[name].with_columns(person_id)
        cards, payments = self.post.arrivals(first, last)
        return extracts | {
            "meldekort": self._card_rows.meldekort(cards, self.ids.person_id, last),
            "meldekort_dag": self._card_rows.meldekort_dag(cards),
            "utbetaling": self._card_rows.utbetaling(payments, self.ids.person_id),
        }
