"""Writing the deliveries: ten extracts and a manifest a month, each month all there or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.synthetic.cards import Post
from pipelines.synthetic.casework import aap_vedtak, innsatsgruppe
from pipelines.synthetic.defects import Defects
from pipelines.synthetic.formats import write_csv, write_parquet
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import SCHEME_START, months, next_month, to_day
from pipelines.synthetic.persons import diagnose, identities, person
from pipelines.synthetic.plans import Plans, aktivitet
from pipelines.synthetic.tiltak import tiltaksdeltakelse
from pipelines.synthetic.truth import fasit
from pipelines.synthetic.world import simulate

Progress = Callable[[int, int, str], None]


def generate(
    landing: Path,
    *,
    first: date,
    last: date,
    share: float,
    seed: int,
    fmt: str = "parquet",
    clean: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a synthetic delivery for every month from `first`'s to `last`'s, and what was true beside them.

    `<landing>/YYYY-MM/` gets the ten extracts of the contracts and, last, `manifest.json`;
    `<landing>/fasit/YYYY-MM.parquet` gets the true state of each person with an open case. A month depends on
    `seed`, `share`, `fmt` and `clean` only, not on the range it was made in, and is the same to the byte
    whenever it is made. A month that is there already is replaced whole.

    `share` is the part of the real population (1 = about 150 000 recipients a month). `clean` leaves out what
    goes wrong in registers. `progress` is told (months done, months in all, what is going on).

    Raises:
        ValueError: a month before March 2010, when AAP began; `last` before `first`; a share outside (0, 1].
    """
    if first < SCHEME_START or last < first:
        raise ValueError(f"Months must be from {SCHEME_START:%Y-%m} on and in order: {first:%Y-%m} to {last:%Y-%m}.")
    if not 0 < share <= 1:
        raise ValueError(f"The share must be above 0 and at most 1, not {share}.")
    wanted = months(first, last)
    tell = progress or (lambda done, total, text: None)
    tell(0, len(wanted), "lever livene")
    world = simulate(Parameters.load(), seed, last, share)
    tell(0, len(wanted), "skriver registrene")
    ids = identities(world, clean=clean)
    plans = Plans(world)
    states = {
        "person": person(world, ids),
        "aap_vedtak": aap_vedtak(world, clean=clean),
        "innsatsgruppe": innsatsgruppe(world),
        "tiltaksdeltakelse": tiltaksdeltakelse(world, clean=clean),
        "aktivitetsplan": plans.versions(),
        "aktivitet": aktivitet(world, plans, clean=clean),
        "diagnose": diagnose(world),
    }
    post = Post(world, to_day(wanted[0]), clean=clean)
    defects = None if clean else Defects(world, ids)
    person_ids = pl.Series("person_id", ids.person_id)
    for number, month in enumerate(wanted):
        start, end = to_day(month), to_day(next_month(month)) - 1
        open_case = world.open_in(start, end)
        extracts: dict[str, pl.DataFrame] = {}
        for name, rows in states.items():
            shown = rows.at(end, open_case)
            if name != "person":
                which = np.flatnonzero((rows.known <= end) & (rows.until > end) & open_case[rows.row])
                shown = shown.with_columns(person_ids.gather(rows.row[which]))
            extracts[name] = shown
        for name, event in zip(("meldekort", "meldekort_dag", "utbetaling"), post.month(start, end), strict=True):
            if "row" in event.columns:
                event = event.with_columns(person_ids.gather(event["row"])).drop("row")
            extracts[name] = event
        if defects is not None:
            extracts = defects.applied(extracts, month, start, end)
        _write(landing, month, extracts, fmt, seed)
        _write_truth(landing, month, fasit(world, ids, start, end))
        tell(number + 1, len(wanted), f"{month:%Y-%m}")


def _write(landing: Path, month: date, extracts: dict[str, pl.DataFrame], fmt: str, seed: int) -> None:
    """Into a folder of another name first, so nobody meets half a delivery; the manifest is the last file."""
    name = f"{month:%Y-%m}"
    folder, target = landing / f".{name}.skrives", landing / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {}
    for extract, rows in extracts.items():
        path = folder / f"{extract}.{fmt}"
        if fmt == "csv":
            write_csv(rows, path, extract, month, seed)
        else:
            write_parquet(rows, path)
        files[path.name] = {"rader": rows.height, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = json.dumps({"leveranse": name, "filer": dict(sorted(files.items()))}, indent=1)
    (folder / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    folder.rename(target)


def _write_truth(landing: Path, month: date, rows: pl.DataFrame) -> None:
    folder = landing / "fasit"
    folder.mkdir(exist_ok=True)
    part = folder / f".{month:%Y-%m}.parquet.skrives"
    write_parquet(rows, part)
    part.replace(folder / f"{month:%Y-%m}.parquet")
