"""The registers of a simulated world: the extracts of any month, as they stood on its last day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, cached_property

import polars as pl

from pipelines.synthetic.activities import aktivitet
from pipelines.synthetic.card_rows import CardRows
from pipelines.synthetic.cards import Post
from pipelines.synthetic.casework import aap_vedtak
from pipelines.synthetic.diagnoses import diagnose
from pipelines.synthetic.efforts import innsatsgruppe
from pipelines.synthetic.people import next_month, to_day
from pipelines.synthetic.persons import Identities, identities, person
from pipelines.synthetic.plans import Plans
from pipelines.synthetic.tables import Versions
from pipelines.synthetic.tiltak import tiltaksdeltakelse
from pipelines.synthetic.world import World

STATE_EXTRACTS = (
    "person",
    "aap_vedtak",
    "innsatsgruppe",
    "tiltaksdeltakelse",
    "aktivitetsplan",
    "aktivitet",
    "diagnose",
)


class Register:
    """Months are asked for in order, from `first` on. Each extract is worked out when it is first asked for."""

    def __init__(self, world: World, first: date, *, clean: bool) -> None:
        self.world, self._clean = world, clean
        self.post = Post(world, to_day(first), clean=clean)
        self.card_rows = CardRows(world, clean=clean)
        self.state = cache(self._make)

    @cached_property
    def ids(self) -> Identities:
        return identities(self.world, clean=self._clean)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self.world, clean=self._clean)

    def _make(self, name: str) -> Versions:
        world, clean = self.world, self._clean
        makers: dict[str, Callable[[], Versions]] = {
            "person": lambda: person(world, self.ids, clean=clean),
            "aap_vedtak": lambda: aap_vedtak(world),
            "innsatsgruppe": lambda: innsatsgruppe(world),
            "tiltaksdeltakelse": lambda: tiltaksdeltakelse(world, clean=clean),
            "aktivitetsplan": lambda: self.plans.versions(),  # noqa: PLW0108 (plans only when asked for)
            "aktivitet": lambda: aktivitet(world, self.plans, clean=clean),
            "diagnose": lambda: diagnose(world, clean=clean),
        }
        return makers[name]()

    def extracts(self, month: date) -> dict[str, pl.DataFrame]:
        """The extracts of the month."""
        first, last = to_day(month), to_day(next_month(month)) - 1
        open_case = self.world.open_in(first, last)
        extracts = {}
        for name in STATE_EXTRACTS:
            rows = self.state(name)
            at = rows.shown(last, open_case)
            extracts[name] = rows.frame[at]
            if name != "person":
                person_id = pl.Series("person_id", self.ids.person_id[rows.row[at]])
                extracts[name] = extracts[name].with_columns(person_id)
        cards, payments = self.post.arrivals(first, last)
        return extracts | {
            "meldekort": self.card_rows.meldekort(cards, self.ids.person_id, last),
            "meldekort_dag": self.card_rows.meldekort_dag(cards),
            "utbetaling": self.card_rows.utbetaling(payments, self.ids.person_id),
        }
