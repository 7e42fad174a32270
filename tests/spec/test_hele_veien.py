"""From hostile files to person-months: the door's plain reading handed to the plain reading of rules.md §1, and the
real door and the real SQL beside them. Nobody is lost between the two, and nobody's row is taken for another's."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from pipelines.model import sql
from tests.dor import Dor
from tests.spec import oracle, test_oracle
from tests.spec.door_oracle import Utfall, doren
from tests.spec.hostile import Fiendtlig
from tests.spec.tabeller import KLARGJORT
from tests.spec.test_door_oracle import APRIL, compare, kodeverk

PERSONS = int(os.environ.get("AKTIVITET_FIENDTLIGE", "300"))
SEED = int(os.environ.get("AKTIVITET_FIENDTLIG_FRO", "3"))
"""A hostile delivery: its persons and its seed. With 5 000 persons it takes some minutes; try it after a change."""


def som_register(utfall: dict[str, Utfall]) -> dict[str, list[dict[str, Any]]]:
    """What the plain door lets in, as the plain rules take it: `person` is whose row it is, `timer` a card's hours."""
    timer: dict[Any, list[str]] = defaultdict(list)
    for rad in utfall["meldekort_dag"].lastet:
        timer[rad.verdier["meldekort_id"]].append(str(rad.verdier["timer_arbeidet"]))
    register: dict[str, list[dict[str, Any]]] = {}
    for uttrekk, ett in utfall.items():
        if uttrekk != "meldekort_dag":
            register[uttrekk] = [
                rad.verdier | {"maaned": APRIL, "person": rad.verdier["person_key"]} for rad in ett.lastet
            ]
    for kort in register["meldekort"]:
        kort["timer"] = " ".join(timer[kort["meldekort_id"]])
    return register


def krydre(fiendtlig: Fiendtlig, andel: float = 0.6) -> None:
    """Give rows what trips the rules: dates on the month's edges, codes that count and codes that do not."""
    trekning = random.Random(SEED)
    for uttrekk, kolonner in test_oracle.UTTREKK.items():
        for celler in fiendtlig.filer[uttrekk]:
            for navn, trekk in kolonner.items():
                if navn in celler and trekning.random() < andel:
                    verdi = trekk(trekning)
                    celler[navn] = "" if verdi is None else fiendtlig.datoform(str(verdi))


@pytest.mark.usefixtures("uten_grenser")
def test_hostile_files_become_the_person_months_of_the_rules(dor: Dor, tmp_path: Path) -> None:
    fiendtlig = Fiendtlig(PERSONS, SEED)
    krydre(fiendtlig)
    fiendtlig.skriv(tmp_path)
    dor.slipp_inn(tmp_path)
    utfall = doren(APRIL, fiendtlig.filer, *kodeverk(dor))
    compare(dor, utfall)
    for navn in KLARGJORT:
        tabell = f"create or replace table klargjort.{navn} as {sql.read(f'klargjort/{navn}')}"
        sql.execute(dor.con, tabell, maaneder=[APRIL])
    rader = dor.rader("FROM klargjort.person_maaned")
    funnet = {rad["person_key"]: rad for rad in rader}
    assert len(funnet) == len(rader)
    register = som_register(utfall)
    grupper = defaultdict(list)
    for uttrekk, egne in register.items():
        for rad in egne:
            grupper[rad["person"]].append((uttrekk, rad))
    ventet = {}
    for rader_til_en in grupper.values():
        hans: dict[str, list[dict[str, Any]]] = {uttrekk: [] for uttrekk in register}
        for uttrekk, rad in rader_til_en:
            hans[uttrekk].append(rad)
        ventet |= oracle.person_maaned(hans, APRIL)
    assert set(funnet) == set(ventet)
    for person, rad in ventet.items():
        assert {kolonne: funnet[person][kolonne] for kolonne in rad} == rad, grupper[person]
    assert len({rad["aktivitetsstatus"] for rad in ventet.values()}) > 4
    assert len({rad["tilstand"] for rad in ventet.values()}) > 4
    assert {dt.date(2015, 4, 1)} == {rad["maaned"] for rad in rader}
