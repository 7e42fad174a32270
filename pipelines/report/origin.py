"""Where a report's numbers come from: the snapshot, the runs, the code and, for a synthetic register, its share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.base import bokmaal
from pipelines.base.months import month_name
from pipelines.drawing import source
from pipelines.model import derived
from pipelines.model.derived import MONTHLY
from pipelines.warehouse.snapshot import Snapshot


def made_of(snapshot: Snapshot, months: Sequence[date]) -> list[tuple[str, str]]:
    """The lines under the title."""
    made_in = runs(snapshot, months)
    names = [month_name(month) for month in months]
    return [
        ("Leveranser", names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"),
        ("Øyeblikksbilde", snapshot.id),
        ("Kjøring", ", ".join(run for run, _ in made_in)),
        ("Kodeversjon", ", ".join(sorted({version for _, version in made_in if version}))),
    ]


def runs(snapshot: Snapshot, months: Sequence[date]) -> list[tuple[str, str | None]]:
    """The runs that the results of the months were made in, and the code of each, where that is known."""
    found: set[str] = set()
    for table in derived.built(MONTHLY, "statistikk."):
        # No counts of persons: needs no disclosure control.
        made = f"select distinct kjoring_id from {table.name} where maaned in (select unnest($1))"
        found |= {str(run) for (run,) in snapshot.execute(made, [list(months)]).fetchall()}
    code = "select kjoring_id, kodeversjon from kontroll.kjoring where kjoring_id in (select unnest($1))"
    versions: dict[str, str] = dict(snapshot.execute(code, [sorted(found)]).fetchall())
    return [(run, versions.get(run)) for run in sorted(found)]


def warning(snapshot: Snapshot, months: Sequence[date]) -> str:
    """What must be said of a synthetic register; empty for a real one."""
    share = source.synthetic_share(snapshot.con, months[0], months[-1])
    if share is None:
        return ""
    return (
        f"Registeret er syntetisk, trukket som {bokmaal.prosent_uavrundet(share)} av befolkningen."
        " Ingen av tallene gjelder virkelige personer, og antall er ikke regnet opp."
    )
