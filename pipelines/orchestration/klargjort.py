"""`klargjort`: one row per person and month, everything the studies ask of it (rules.md §1).

Four tables bring the large registers to one row per person and month; `person_maaned` joins them.
"""

from __future__ import annotations

from pipelines.orchestration.assets import SENSITIVE, month_table

vedtak_maaned = month_table("klargjort.vedtak_maaned", "klargjort/vedtak_maaned", ["kilde.aap_vedtak"], tags=SENSITIVE)
meldekort_maaned = month_table(
    "klargjort.meldekort_maaned",
    "klargjort/meldekort_maaned",
    ["kilde.meldekort", "kilde.meldekort_dag"],
    tags=SENSITIVE,
)
aktivitetsplan_maaned = month_table(
    "klargjort.aktivitetsplan_maaned",
    "klargjort/aktivitetsplan_maaned",
    ["kilde.aktivitetsplan", "kilde.aktivitet"],
    tags=SENSITIVE,
)
tiltak_maaned = month_table(
    "klargjort.tiltak_maaned", "klargjort/tiltak_maaned", ["kilde.tiltaksdeltakelse"], tags=SENSITIVE
)
person_maaned = month_table(
    "klargjort.person_maaned",
    "klargjort/person_maaned",
    [
        "kilde.person",
        "kilde.utbetaling",
        "kilde.innsatsgruppe",
        "kilde.diagnose",
        "klargjort.vedtak_maaned",
        "klargjort.meldekort_maaned",
        "klargjort.aktivitetsplan_maaned",
        "klargjort.tiltak_maaned",
    ],
    audits=[
        "unik_nokkel",
        "behandling_delmengde",
        "arbeid_eller_tiltak",
        "manglende_maaned",
        "mottaker_uten_vedtak",
    ],
    tags=SENSITIVE,
)
