"""Histories written as one letter a month, and the tables of the courses made of them.

    person     | maaneder
    p_ett_hull | ppp.pp

A small letter is a month with pay, a capital one without: p passive, b behandling, a arbeid, t tiltak, and the
combinations x (arbeid+behandling), y (tiltak+behandling), z (tiltak+arbeid), w (all three). `.` is a month in
the delivery without pay or activity, `-` a month in which the person is not in the delivery at all. The panel is
as long as the longest history, from January 2013 unless told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from pipelines.model import sql
from pipelines.studies.forlop.results import build_spells, results
from tests.spec.tabeller import Rad, person_key, tabell

JANUAR = dt.date(2013, 1, 1)
AKTIVITET = {
    "p": (), "b": ("behandling",), "a": ("arbeid",), "x": ("arbeid", "behandling"), "t": ("tiltak",),
    "y": ("tiltak", "behandling"), "z": ("tiltak", "arbeid"), "w": ("tiltak", "arbeid", "behandling"),
}  # fmt: skip
FORVALG: Rad = {
    "konvertert": False, "i_tiprosentutvalg": False, "kjonn": "K", "aldersgruppe": "30-39",
    "diagnosegruppe": "psykisk", "utdanning": "grunnskole", "aap_siden": None,
}  # fmt: skip
TYPER = pl.Schema(
    {
        "person_key": pl.String, "maaned": pl.Date, "mottaker": pl.Boolean, "tiltak": pl.Boolean,
        "arbeid": pl.Boolean, "behandling": pl.Boolean, "tilstand": pl.String, "meldekort_status": pl.String,
        "konvertert": pl.Boolean, "i_tiprosentutvalg": pl.Boolean, "kjonn": pl.String, "aldersgruppe": pl.String,
        "diagnosegruppe": pl.String, "utdanning": pl.String, "aap_siden": pl.Date,
    }
)  # fmt: skip
INGEN_DELTAKELSER = (
    "create table klargjort.tiltak_maaned (person_key uuid, maaned date, tiltak boolean, tiltak_siden date)"
)
"""Where nothing is asked of when a tiltak began."""


def maaned(nummer: int, start: dt.date = JANUAR) -> dt.date:
    """The month `nummer` months after `start`."""
    lopende = start.year * 12 + start.month - 1 + nummer
    return dt.date(lopende // 12, lopende % 12 + 1, 1)


def person_maaneder(historier: Sequence[Mapping[str, Any]], start: dt.date = JANUAR) -> list[Rad]:
    """The rows of `klargjort.person_maaned` that the histories say; `person` still by name."""
    rader = []
    for historie in historier:
        faste = FORVALG | {navn: verdi for navn, verdi in historie.items() if navn != "maaneder" and verdi is not None}
        for nummer, tegn in enumerate(historie["maaneder"]):
            if tegn == "-":
                continue
            aktivitet = AKTIVITET[tegn.lower()] if tegn != "." else ()
            mottaker = tegn.islower()
            rader.append(
                {
                    **faste,
                    "maaned": maaned(nummer, start),
                    "mottaker": mottaker,
                    **{navn: navn in aktivitet for navn in ("tiltak", "arbeid", "behandling")},
                    "tilstand": "+".join(aktivitet) or "passiv",
                    "meldekort_status": "mottatt" if mottaker or "arbeid" in aktivitet else "mangler",
                }
            )
    return rader


def historier(tekst: str) -> list[Rad]:
    """The rows of the ASCII table, with booleans and dates as such."""
    rader = tabell(tekst)
    for rad in rader:
        for navn, verdi in rad.items():
            if navn in ("konvertert", "i_tiprosentutvalg"):
                rad[navn] = verdi == "J"
            elif navn == "aap_siden" and verdi:
                rad[navn] = dt.date.fromisoformat(verdi)
    return rader


class Forlop:
    """The tables of the courses, made of histories by the real SQL."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rader: Sequence[Rad]) -> None:
        self.con = con
        self.navn = {person_key(rad["person"]): rad["person"] for rad in rader}
        ramme = pl.DataFrame(
            [{**{k: v for k, v in rad.items() if k != "person"}, "person_key": str(person_key(rad["person"]))}
             for rad in rader],
            schema=TYPER,
        )  # fmt: skip
        con.register("ramme", ramme)
        con.execute(
            "create or replace table klargjort.person_maaned as "
            "select * replace (person_key::uuid as person_key) from ramme"
        )
        con.unregister("ramme")
        deltakelser = f"create or replace table klargjort.tiltak_maaned as {sql.read('klargjort/tiltak_maaned')}"
        sql.execute(con, deltakelser, maaneder=sorted({rad["maaned"] for rad in rader}))
        build_spells(con, "test")

    def rader(self, tabellnavn: str) -> list[Rad]:
        """The rows of a table by key, with `person` in place of person_key."""
        svar = self.con.execute(f"select * from {tabellnavn} order by all")
        kolonner = [kolonne[0] for kolonne in svar.description]
        rader = [dict(zip(kolonner, rad, strict=True)) for rad in svar.fetchall()]
        return [{"person": self.navn[rad.pop("person_key")], **rad} for rad in rader]

    def kolonne(self, tabellnavn: str, navn: str) -> dict[str, list[Any]]:
        """One column: person → its values in the table's order."""
        samlet: dict[str, list[Any]] = {}
        for rad in self.rader(tabellnavn):
            samlet.setdefault(rad["person"], []).append(rad[navn])
        return samlet

    def resultater(self) -> dict[tuple[str, str, str, str, int | None], tuple[int, int, float | None]]:
        """`statistikk.forlop`: (utvalg, mal, gruppering, gruppe, maaned_nr) → (antall, nevner, verdi)."""
        rader = results(self.con).rows()
        svar = {rad[:5]: rad[5:8] for rad in rader}
        assert len(svar) == len(rader), "a key occurs twice"
        return svar


Resultat = tuple[int, int, float | None]


class Svar:
    """The results of small courses: `svar("noensinne=tiltak", "K")` → (antall, nevner, verdi)."""

    def __init__(self, tabeller: Forlop) -> None:
        self.alle = tabeller.resultater()

    def __call__(self, mal: str, gruppe: str = "alle", nr: int | None = None, utvalg: str = "alle") -> Resultat | None:
        gruppering = {"alle": "alle", "K": "kjonn", "M": "kjonn"}.get(gruppe, "lengde")
        return self.alle.get((utvalg, mal, gruppering, gruppe, nr))
