"""Where a report's numbers come from: the snapshot, the runs, the code and, for a synthetic register, its share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.base import bokmaal
from pipelines.base.months import month_name
from pipelines.drawing import source
from pipelines.warehouse.snapshot import Snapshot

# No counts of persons: needs no disclosure control.
RUNS = """
select distinct t.kjoring_id, k.kodeversjon
from statistikk.tverrsnitt t left join kontroll.kjoring k using (kjoring_id)
where t.maaned in (select unnest($1)) order by 1
"""


def made_of(snapshot: Snapshot, months: Sequence[date]) -> list[tuple[str, str]]:
    """The lines under the title."""
    runs = snapshot.execute(RUNS, [list(months)]).fetchall()
    names = [month_name(month) for month in months]
    return [
        ("Leveranser", names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"),
        ("Øyeblikksbilde", snapshot.id),
        ("Kjøring", ", ".join(str(run) for run, _ in runs)),
        ("Kodeversjon", ", ".join(sorted({str(version) for _, version in runs if version}))),
    ]


def warning(snapshot: Snapshot, months: Sequence[date]) -> str:
    """What must be said of a synthetic register; empty for a real one."""
    share = source.synthetic_share(snapshot.con, months[0], months[-1])
    if share is None:
        return ""
    return (
        f"Registeret er syntetisk, trukket som {bokmaal.prosent_uavrundet(share)} av befolkningen."
        " Ingen av tallene gjelder virkelige personer, og antall er ikke regnet opp."
    )
