"""Writing the deliveries: ten extracts and a manifest a month, each month all there or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.base.errors import AktivitetError
from pipelines.base.home import made
from pipelines.synthetic.defects import damaged
from pipelines.synthetic.formats import write_csv, write_parquet
from pipelines.synthetic.parameters import Parameters
from pipelines.synthetic.people import SCHEME_START, months
from pipelines.synthetic.register import Register
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
        AktivitetError: a month is there already and is not synthetic.
    """
    if first < SCHEME_START or last < first:
        raise ValueError(
            f"Months must be in order and from {SCHEME_START:%Y-%m} on, not {first:%Y-%m} to {last:%Y-%m}."
        )
    if not 0 < share <= 1:
        raise ValueError(f"The share must be above 0 and at most 1, not {share}.")
    wanted = months(first, last)
    _spare_real_deliveries(landing, wanted)

    def tell(done: int, what: str) -> None:
        if progress is not None:
            progress(done, len(wanted), what)

    tell(0, "living the lives")
    world = simulate(Parameters.load(), seed, last, share)
    tell(0, "keeping the registers")
    register = Register(world, first, clean=clean)
    # One month is written while the next is made: two months in memory, and both cores at work.
    with ThreadPoolExecutor(1) as writer:
        under_way: Future[None] | None = None
        for number, month in enumerate(wanted):
            extracts = register.extracts(month)
            if not clean:
                extracts = damaged(extracts, world, month)
            truth = fasit(world, register.ids, month)
            if under_way is not None:
                under_way.result()
            under_way = writer.submit(_write_month, landing, month, extracts, truth, fmt, seed, share)
            tell(number, f"{month:%Y-%m}")
        if under_way is not None:
            under_way.result()
    tell(len(wanted), f"{wanted[-1]:%Y-%m}")


def _spare_real_deliveries(landing: Path, wanted: Sequence[date]) -> None:
    """A month that is there is replaced, but only one that was made here."""
    there = [landing / f"{month:%Y-%m}" for month in wanted if (landing / f"{month:%Y-%m}").exists()]
    real = [folder.name for folder in there if not _is_synthetic(folder / "manifest.json")]
    if real:
        raise AktivitetError(
            f"The landing folder has deliveries that were not made by `aktivitet generate`: {', '.join(real)}."
            " They were left alone and nothing was written; choose another folder (--landing)."
        )


def _is_synthetic(manifest: Path) -> bool:
    try:
        return bool(json.loads(manifest.read_text(encoding="utf-8")).get("syntetisk"))
    except (OSError, ValueError, AttributeError, RecursionError):
        return False


def _write_month(
    landing: Path,
    month: date,
    extracts: dict[str, pl.DataFrame],
    truth: pl.DataFrame,
    fmt: str,
    seed: int,
    share: float,
) -> None:
    _write(landing, month, extracts, fmt, seed, share)
    _write_truth(landing, month, truth)


def _write(landing: Path, month: date, extracts: dict[str, pl.DataFrame], fmt: str, seed: int, share: float) -> None:
    """Into a folder of another name first, so nobody meets half a delivery; the manifest is the last file."""
    name = f"{month:%Y-%m}"
    folder, target = landing / f".{name}.skrives", landing / name
    shutil.rmtree(folder, ignore_errors=True)
    made(folder)
    files = {}
    for extract, rows in sorted(extracts.items()):
        path = folder / f"{extract}.{fmt}"
        if fmt == "csv":
            write_csv(rows, path, extract, month, seed)
        else:
            write_parquet(rows, path)
        files[path.name] = {"rader": rows.height, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    manifest = json.dumps({"leveranse": name, "syntetisk": {"andel": share, "seed": seed}, "filer": files}, indent=1)
    (folder / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    folder.rename(target)


def _write_truth(landing: Path, month: date, rows: pl.DataFrame) -> None:
    folder = landing / "fasit"
    folder.mkdir(exist_ok=True)
    unfinished = folder / f".{month:%Y-%m}.parquet.skrives"
    write_parquet(rows, unfinished)
    unfinished.replace(folder / f"{month:%Y-%m}.parquet")
