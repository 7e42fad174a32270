"""Where a report's numbers come from: the snapshot, the runs, the code and, for a synthetic register, its share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.base import bokmaal
from pipelines.base.months import month_name
from pipelines.disclosure import published
from pipelines.disclosure.rounding import current
from pipelines.drawing import source
from pipelines.warehouse.snapshot import Snapshot

# No counts of persons: needs no disclosure control.
RUNS = "select kjoring_id, kodeversjon from kontroll.kjoring where kjoring_id in (select unnest($1))"


def made_of(snapshot: Snapshot, months: Sequence[date]) -> list[tuple[str, str]]:
    """The lines under the title."""
    of_months = runs(snapshot, months)
    names = [month_name(month) for month in months]
    return [
        ("Leveranser", names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"),
        ("Øyeblikksbilde", snapshot.id),
        ("Kjøring", ", ".join(run for run, _ in of_months)),
        ("Kodeversjon", ", ".join(sorted({version for _, version in of_months if version}))),
        ("Avrunding", rounding_key()),
    ]


def runs(snapshot: Snapshot, months: Sequence[date]) -> list[tuple[str, str | None]]:
    """The runs the numbers of the months were made in, and the code each was made with, where that is known."""
    made = published(snapshot.con, "statistikk.tverrsnitt", maaned=list(months))["kjoring_id"].drop_nulls()
    names = made.unique().sort().to_list()
    versions: dict[str, str] = dict(snapshot.execute(RUNS, [names]).fetchall())
    return [(name, versions.get(name)) for name in names]


def rounding_key() -> str:
    """Which key the counts are rounded with: reports of one key print the same number of the same thing alike."""
    rounding = current()
    return "Ingen: eksakte tall" if rounding.exact else f"Til nærmeste fem, tilfeldig; nøkkel {rounding.fingerprint}"


def warning(snapshot: Snapshot, months: Sequence[date]) -> str:
    """What must be said of a synthetic register; empty for a real one."""
    share = source.synthetic_share(snapshot.con, months[0], months[-1])
    if share is None:
        return ""
    return (
        f"Registeret er syntetisk, trukket som {bokmaal.prosent_uavrundet(share)} av befolkningen."
        " Ingen av tallene gjelder virkelige personer, og antall er ikke regnet opp."
    )
