"""The fit's quick reading of a simulated register must say what the pipeline's SQL says of its deliveries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.synthetic.fit import write
from benchmarks.synthetic.moments import Moments
from benchmarks.synthetic.panel import read
from benchmarks.synthetic.targets import targets
from pipelines.base.home import Home
from pipelines.ingest import deliveries, loading
from pipelines.reconciliation.printed import published, uses
from pipelines.synthetic import generate
from pipelines.synthetic.parameters import FILE, Parameters
from pipelines.synthetic.people import months
from pipelines.synthetic.persons import identities
from pipelines.synthetic.world import simulate
from pipelines.warehouse import build, database

SHARE, SEED, FIRST, LAST = 0.004, 3, date(2015, 2, 1), date(2015, 4, 1)
TABLES = ("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned", "person_maaned")
READ = ("recipient", "tiltak", "work", "plan", "treatment_any_plan")
DERIVED = ("mottaker", "tiltak", "arbeid", "gyldig_plan", "behandling_uten_plankrav")


@pytest.fixture(scope="module")
def by_sql(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, date], tuple[object, ...]]:
    """(pseudonym, month) → what klargjort.person_maaned says."""
    home = Home(tmp_path_factory.mktemp("hjem"), tmp_path_factory.mktemp("landing"))
    generate(home.landing, first=FIRST, last=LAST, share=SHARE, seed=SEED)
    wanted = months(FIRST, LAST)
    with database.open_warehouse(home) as con:
        with database.transaction(con):
            loading.load(con, deliveries.open_all(home.landing, wanted), b"nokkel")
        for table in TABLES:
            build.build_months(con, f"klargjort.{table}", f"klargjort/{table}", wanted)
        rows = con.execute(
            f"select person_key::varchar, maaned, {', '.join(DERIVED)}, innsatsgruppe, alder"
            " from klargjort.person_maaned"
        ).fetchall()
    return {(row[0], row[1]): row[2:] for row in rows}


def test_panel_and_sql_agree_on_all_but_damaged_persons(by_sql: dict[tuple[str, date], tuple[object, ...]]) -> None:
    world = simulate(Parameters.load(), SEED, LAST, SHARE)
    panel = read(world, LAST)
    numbers = identities(world, clean=False).fodselsnr.to_list()
    keys = _pseudonyms(numbers)
    groups = {0: "spesielt_tilpasset", 1: "varig_tilpasset", 2: "standard", 3: "situasjonsbestemt", -1: None}
    differ, compared = 0, 0
    for month in months(FIRST, LAST):
        m = panel.at(f"{month:%Y-%m}")
        ages = panel.age(m)
        for person, key in enumerate(keys):
            said = by_sql.get((key, month))
            flags = tuple(bool(getattr(panel, name)[m, person]) for name in READ)
            if said is None:
                assert not any(flags)
                continue
            compared += 1
            differ += said != (*flags, groups[int(panel.group[m, person])], int(ages[person]))
    assert compared > 1500
    # Conflicting rows are quarantined whole, which the quick reading leaves out.
    assert differ < 0.004 * compared


def _pseudonyms(numbers: list[str]) -> list[str]:
    import hmac  # noqa: PLC0415
    import uuid  # noqa: PLC0415

    return [str(uuid.UUID(bytes=hmac.digest(b"nokkel", number.encode(), "sha256")[:16])) for number in numbers]


def test_every_measured_number_is_printed_and_a_third_is_held_out() -> None:
    world = simulate(Parameters.load(), SEED, date(2016, 12, 1), 0.002)
    aims = targets(Moments(read(world, date(2016, 12, 1)), 0.002).all())
    held_out = [aim for aim in aims.values() if aim.held_out]
    assert len(held_out) >= len(aims) / 3
    assert len(aims) - len(held_out) == 68
    assert all(aim.id.startswith(("saks.tabell", "tilgang.")) for aim in held_out)
    assert np.isfinite([aim.scale for aim in aims.values()]).all()


def test_the_list_of_what_is_fitted_is_what_is_measured() -> None:
    """A number that is said to be fitted and is not aimed at would be told of as one, and the other way."""
    world = simulate(Parameters.load(), SEED, date(2016, 12, 1), 0.002)
    aims = targets(Moments(read(world, date(2016, 12, 1)), 0.002).all())
    fitted = {name for name, aim in aims.items() if not aim.held_out}
    listed = {name.removesuffix("_min").removesuffix("_max") for name in _said("tilpasset")}
    assert {name.removesuffix("_min").removesuffix("_max") for name in fitted} == listed
    assert {name for name, aim in aims.items() if aim.held_out} <= set(_said("holdt_utenfor"))


def _said(use: str) -> list[str]:
    return [name for name, said in uses(published()["id"].to_list()).items() if said == use]


def test_another_seed_changes_the_noise_and_not_the_picture() -> None:
    share, pictures = 0.015, []
    for seed in (1, 2):
        panel = read(simulate(Parameters.load(), seed, LAST, share), LAST, by_card=False)
        on = panel.recipient[-1]
        shares = (panel.tiltak[-1], panel.work[-1], panel.treatment[-1], panel.plan[-1])
        pictures.append([on.sum() / share / 150_000, *(float(flags[on].mean()) for flags in shares)])
    # 2 300 recipients: four standard errors of a difference of shares are less than six points.
    assert np.abs(np.diff(pictures, axis=0)).max() < 0.06
    assert pictures[0] != pictures[1]


def test_a_small_share_is_part_of_a_larger_one() -> None:
    small, large = (simulate(Parameters.load(), SEED, date(2011, 3, 1), share).people for share in (0.002, 0.004))
    there = np.isin(large.who, small.who)
    assert there.sum() == small.size
    assert (large.born[there] == small.born).all()
    assert (large.diagnosis[there] == small.diagnosis).all()


def test_found_values_are_written_in_place(tmp_path: Path) -> None:
    copy = tmp_path / "parameters.yaml"
    copy.write_text(FILE.read_text(encoding="utf-8"), encoding="utf-8")
    write({"plan.vent": 33.0, "helse.bedre[1]": 0.044, "plan.innsats[2015]": 1.25}, copy)
    changed = Parameters.load(copy)
    assert (changed.value("plan.vent"), changed.value("helse.bedre[1]"), changed.value("plan.innsats[2015]")) == (
        33.0,
        0.044,
        1.25,
    )
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (FILE, copy))
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 3
