"""Deliveries that are loaded and built, removed from the landing folder: they are the one place with identities.

A delivery is moved aside before it is removed, so that no half of one is ever found, and held once more against what is
loaded there. What a killed removal left aside is removed, or put back, by the next.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from pipelines.base.checksums import sha256
from pipelines.base.errors import AktivitetError, DeliveryRefused
from pipelines.base.home import Home
from pipelines.base.months import month_name
from pipelines.ingest.deliveries import ENDINGS, MANIFEST, months_in
from pipelines.model.contracts import contracts
from pipelines.warehouse import database, state
from pipelines.warehouse.pending import Loaded, differing, loaded_deliveries

ASIDE = ".fjernet"
"""The folder of the landing folder where deliveries stand while they are removed."""


def remove_loaded(home: Home) -> tuple[list[date], list[date]]:
    """Remove every delivery that is loaded as it lies there and built; returns the months removed, and those left.

    Left are deliveries that are not loaded, have changed since, are not built, or have other files in their folder.
    Raises AktivitetError when a folder cannot be moved.
    """
    with database.claim(home), database.open_warehouse(home) as con:
        known, stale = loaded_deliveries(con), set(state.stale_months(con))
        finish(home.landing, known)
        loaded = set(state.loaded_months(con)) - stale
        gone = []
        for month in months_in(home.landing):
            folder = home.landing / month_name(month)
            if month not in loaded or not _only_delivered(folder) or not _as_loaded(known, home.landing, month):
                continue
            con.execute("delete from kontroll.fjernet where leveranse = $1", [folder.name])
            # On record before it is gone: what is on record and still there is no harm.
            con.execute(
                "insert into kontroll.fjernet select leveranse, max(lastet_tid) from kontroll.leveranse"
                " where leveranse = $1 group by all",
                [folder.name],
            )
            aside = home.landing / ASIDE
            aside.mkdir(mode=0o700, exist_ok=True)
            folder.rename(aside / folder.name)
            finish(home.landing, known)
            if not folder.exists():
                gone.append(month)
        return gone, months_in(home.landing)


def finish(landing: Path, known: Loaded) -> None:
    """Remove what stands aside when it is what is loaded, else put it back.

    Raises AktivitetError when there is another delivery of the month by now.
    """
    aside = landing / ASIDE
    if not aside.is_dir():
        return
    for month in months_in(aside):
        folder = aside / month_name(month)
        if _is_loaded(known, folder):
            shutil.rmtree(folder)
        elif (landing / folder.name).exists():
            raise AktivitetError(
                f"A changed delivery of {folder.name} stands in {ASIDE} of the landing folder, where removal was"
                " stopped, beside a newer one; move one of them away."
            )
        else:
            folder.rename(landing / folder.name)
    aside.rmdir()


def _only_delivered(folder: Path) -> bool:
    names = {f"{extract}.{ending}" for extract in contracts() for ending in ENDINGS} | {MANIFEST}
    return all(path.name in names for path in folder.iterdir())


def _as_loaded(known: Loaded, landing: Path, month: date) -> bool:
    try:
        return differing(known, landing, [month]) == []
    except DeliveryRefused:
        return False


def _is_loaded(known: Loaded, folder: Path) -> bool:
    """Whether everything in the folder is what is loaded; files may be gone, as a killed removal leaves it."""
    return all(
        path.name == MANIFEST or known.get((folder.name, path.name.partition(".")[0]), ("",))[0] == sha256(path)
        for path in folder.iterdir()
    )
