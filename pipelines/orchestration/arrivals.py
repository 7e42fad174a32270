"""Which deliveries have arrived, are whole and at rest, and should be built: what the sensor decides.

No Dagster here. Only names, sizes and manifests are read, never an extract, so a look costs the same however large
the register is. What was seen and asked for is kept as JSON between looks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from pipelines.base.errors import DeliveryRefused
from pipelines.base.months import blocks, month_name
from pipelines.ingest.deliveries import MANIFEST, months_in, read_manifest

TRIES = 3
"""How often the same delivery is asked for when its run fails for another reason than a refusal."""


@dataclass
class Arrival:
    """A delivery as last seen."""

    signature: str
    """Digest of the names, sizes and times of its files."""
    number: int = 1
    """How many times the delivery of this month has been seen to change."""
    tries: int = 0
    """How many runs have been asked for it as it is now; 0 while it is not known to be at rest."""
    run_key: str | None = None
    """The last of those runs, until its end is known."""


@dataclass
class Seen:
    """What is remembered between two looks."""

    arrivals: dict[str, Arrival] = field(default_factory=dict)

    @classmethod
    def from_json(cls, text: str | None) -> Seen:
        return cls({name: Arrival(**node) for name, node in json.loads(text or "{}").items()})

    def to_json(self) -> str:
        return json.dumps({name: asdict(arrival) for name, arrival in sorted(self.arrivals.items())})

    def waiting_for(self) -> set[str]:
        """Run keys whose end is not known yet."""
        return {arrival.run_key for arrival in self.arrivals.values() if arrival.run_key}

    def run_ended(self, run_key: str, *, failed: bool, refused: Sequence[str] = ()) -> None:
        """Note how a run ended. Those it was refused for are left until they change, as is everything that was
        built; what failed with them is asked for again, `TRIES` times in all."""
        for name, arrival in self.arrivals.items():
            if arrival.run_key == run_key:
                arrival.run_key = None
                if not failed or name in refused:
                    arrival.tries = TRIES


def look(landing: Path, seen: Seen, loaded: Mapping[str, set[str]]) -> list[date]:
    """The months to build now: the manifest is there, nothing has moved since the last look, and the checksums
    are not those that are loaded (month → sha256 of its extracts). Updates `seen`."""
    ready = []
    for month in months_in(landing):
        name, folder = month_name(month), landing / month_name(month)
        if not (folder / MANIFEST).is_file():
            continue
        signature, before = _signature(folder), seen.arrivals.get(name)
        if before is None or before.signature != signature:
            seen.arrivals[name] = Arrival(signature, before.number + 1 if before else 1)
        elif before.run_key is None and before.tries < TRIES:
            if name in loaded and _listed(folder) == loaded[name]:
                before.tries = TRIES
            else:
                ready.append(month)
    return ready


def ask(seen: Seen, months: Sequence[date]) -> list[tuple[str, list[date]]]:
    """(run key, months) for each block without a hole. The key follows from what the deliveries are and how often
    they have been tried, so Dagster never starts the same twice."""
    asked = []
    for block in blocks(months):
        arrivals = [(month_name(month), seen.arrivals[month_name(month)]) for month in block]
        content = [[name, found.signature, found.number, found.tries] for name, found in arrivals]
        run_key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
        for _, arrival in arrivals:
            arrival.tries += 1
            arrival.run_key = run_key
        asked.append((run_key, block))
    return asked


def _signature(folder: Path) -> str:
    files = sorted((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir())
    return hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]


def _listed(folder: Path) -> set[str] | None:
    """The checksums of the manifest; None when it cannot be read, which the door then says."""
    try:
        listed = read_manifest(folder)
    except DeliveryRefused:
        return None
    return {sha256 for _, sha256 in (listed or {}).values()}
