"""Registers written as small tables in the test itself.

    person          | deltakerstatuskode | dato_fra   | dato_til
    p_gjenn_teller  | GJENN              | 2015-04-10 |
    ----------------+--------------------+------------+---------

Ids down the side say what they test; an empty cell is null; a column that is left out gets the default of its
extract, and a person nobody describes is an ordinary one. Unless `maaned` is among the columns the rows belong to
the delivery of April 2015, the month of NAV-rapport 2017:1.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import polars as pl

from pipelines.model import sql
from pipelines.model.contracts import contracts, create_kilde, load_kodeverk

APRIL = dt.date(2015, 4, 1)
KLARGJORT = (
    *("vedtak_maaned", "meldekort_maaned", "aktivitetsplan_maaned", "tiltak_maaned"),
    *("utbetaling_maaned", "innsats_maaned", "diagnose_maaned", "person_maaned"),
)
"""What makes the person-months, in the order it must run."""
TVERRSNITT = ("tverrsnitt", "tverrsnitt_aar", "tverrsnitt_anslag")

Rad = dict[str, Any]
Rader = str | Sequence[Mapping[str, Any]]

FORVALG: dict[str, Rad] = {
    "person": {
        "rang": 1, "person_id_status": "AKTIV", "kjonn": "K", "fodselsmaaned": "1980-01-01",
        "i_tiprosentutvalg": False, "landkode_statsborger": "NO", "utdanning_nivaa": "4", "kommune_nr": "0301",
        "nav_enhet": "0313",
    },
    "aap_vedtak": {
        "sak_id": 1, "rettighetkode": "AAP", "vedtaktypekode": "O", "utfallkode": "JA",
        "vedtakstatuskode": "IVERK", "aktfasekode": "UA", "fra_dato": "2014-05-01", "til_dato": None,
        "konvertert": "N",
    },
    "utbetaling": {
        "dato_periode_fra": "2015-03-30", "dato_periode_til": "2015-04-12", "dato_postert": "2015-04-15",
        "belop": 8000,
    },
    "innsatsgruppe": {"kvalifiseringsgruppekode": "BATT", "hovedmaalkode": "SKAFFEA", "fra_dato": "2014-01-01"},
    "meldekort": {
        "aar": 2015, "periodekode": "14", "dato_fra": "2015-03-30", "dato_til": "2015-04-12",
        "dato_innkommet": "2015-04-13", "mkskortkode": "05", "meldegruppekode": "ATTF",
        "beregningstatuskode": "FERDI",
    },
    "meldekort_dag": {"ukenr": 14},
    "tiltaksdeltakelse": {
        "er_hist": "N", "tiltakskode": "ARBTREN", "deltakerstatuskode": "GJENN", "dato_fra": "2015-01-05",
    },
    "aktivitetsplan": {"dato_fra": "2015-01-01", "dato_til": "2015-12-31", "dato_godkjent": "2015-01-10"},
    "aktivitet": {"aktivitettypenavn": "Rehabilitering", "aktivitetstatuskode": "GJENN"},
    "diagnose": {
        "diagnose_kodeverk": "ICPC2", "diagnosekode": "P76", "diagnose_type": "HOVED", "dato": "2014-01-01",
    },
}  # fmt: skip
LOPENUMMER = {
    "aap_vedtak": "vedtak_id",
    "utbetaling": "postering_id",
    "innsatsgruppe": "vedtak_id",
    "meldekort": "meldekort_id",
    "tiltaksdeltakelse": "tiltakdeltaker_id",
    "aktivitetsplan": "aktivitetsplan_id",
    "aktivitet": "aktivitet_id",
}


def person_key(navn: str) -> uuid.UUID:
    """The pseudonym of a test person: the same in every run, so that ties fall out the same way."""
    return uuid.uuid5(uuid.NAMESPACE_OID, navn)


def betalt(*personer: str) -> list[Rad]:
    """A payment to each, in the month of the register: they are its recipients."""
    return [{"person": person} for person in personer]


def tabell(tekst: str) -> list[Rad]:
    """Rows of an ASCII table as dicts of text; empty cells are None, rules (`---+---`) are skipped."""
    linjer = [linje for linje in tekst.strip().splitlines() if linje.strip() and set(linje) - set(" -+|")]
    overskrift, *rader = ([celle.strip() for celle in linje.split("|")] for linje in linjer)
    return [dict(zip(overskrift, [celle or None for celle in rad], strict=True)) for rad in rader]


class Register:
    """An in-memory DuckDB with the code lists and the `kilde` tables, filled from tables in the test."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("SET threads = 1")
        load_kodeverk(self.con)
        create_kilde(self.con)
        for lag in ("klargjort", "statistikk", "kontroll"):
            self.con.execute(f"CREATE SCHEMA {lag}")
        self.toem()

    def toem(self) -> None:
        """Forget every row, as before a new test."""
        self.navn: dict[uuid.UUID, str] = {}
        self._lopenummer = itertools.count(1)
        for uttrekk in contracts():
            self.con.execute(f"TRUNCATE kilde.{uttrekk}")

    @contextmanager
    def angret(self) -> Iterator[None]:
        """What is done to the tables is undone at the end."""
        self.con.execute("BEGIN")
        try:
            yield
        finally:
            self.con.execute("ROLLBACK")

    def fyll(self, **uttrekk: Rader) -> Register:
        """Fill extracts by name. `person` names the row's person. In `meldekort` the extra column `timer` holds
        the hours of the card's days («7.5 0 3»). Whoever has no row in `person` gets one in every month."""
        rader = {navn: self._fullfort(navn, rader) for navn, rader in uttrekk.items()}
        rader["meldekort_dag"] = rader.get("meldekort_dag", []) + list(_dager(rader.get("meldekort", [])))
        self._sett_inn("person", rader.pop("person", []))
        self._sett_inn("person", self._manglende_personer(rader))
        for navn, ferdige in rader.items():
            self._sett_inn(navn, ferdige)
        return self

    def klargjor(self, *maaneder: dt.date) -> Register:
        """Make the `klargjort` tables of those months (April 2015 when none is named) with the real SQL."""
        for navn in KLARGJORT:
            self.lag_tabell(f"klargjort.{navn}", f"klargjort/{navn}", *maaneder)
        return self

    def tverrsnitt(self, *maaneder: dt.date) -> Register:
        """Make the `klargjort` tables and the cross-section of those months."""
        self.klargjor(*maaneder)
        for navn in TVERRSNITT:
            self.lag_tabell(f"statistikk.{navn}", f"tverrsnitt/{navn}", *maaneder)
        return self

    def lag_tabell(self, tabell: str, fil: str, *maaneder: dt.date) -> None:
        """Make a table of what one SQL file selects."""
        statement = f"CREATE OR REPLACE TABLE {tabell} AS {sql.read(fil)}"
        sql.execute(self.con, statement, maaneder=list(maaneder or (APRIL,)))

    def rader(self, statement: str, **parametre: Any) -> list[Rad]:
        """The rows of a statement as dicts; a person_key that a test named comes back as `person`."""
        svar = sql.execute(self.con, statement, **parametre)
        kolonner = [kolonne[0] for kolonne in svar.description]
        rader = [dict(zip(kolonner, rad, strict=True)) for rad in svar.fetchall()]
        for rad in rader:
            if "person_key" in rad:
                key = rad.pop("person_key")
                rad["person"] = self.navn.get(key, key)
        return rader

    def kolonne(self, navn: str, maaned: dt.date = APRIL) -> dict[str, Any]:
        """One column of `person_maaned`: person → value."""
        return {person: rad[navn] for person, rad in self.person_maaned(maaned).items()}

    def person_maaned(self, maaned: dt.date = APRIL) -> dict[str, Rad]:
        """The person-months of one month: person → row."""
        self.klargjor(maaned)
        return {rad["person"]: rad for rad in self.rader("FROM klargjort.person_maaned")}

    def kontroll(self, navn: str, *maaneder: dt.date) -> list[Rad]:
        """What a check finds in the `klargjort` and `statistikk` tables as they stand."""
        return self.rader(sql.read(f"kontroll/{navn}"), maaneder=list(maaneder or (APRIL,)))

    def _fullfort(self, uttrekk: str, rader: Rader) -> list[Rad]:
        ferdige: list[Rad] = []
        for rad in tabell(rader) if isinstance(rader, str) else rader:
            ferdig: Rad = {"maaned": APRIL, **FORVALG.get(uttrekk, {}), **rad}
            if uttrekk in LOPENUMMER:
                ferdig.setdefault(LOPENUMMER[uttrekk], next(self._lopenummer))
            if "person" in ferdig:
                navn = ferdig.pop("person")
                ferdig["person_key"] = person_key(navn)
                self.navn[ferdig["person_key"]] = navn
            ferdige.append(ferdig)
        return ferdige

    def _manglende_personer(self, uttrekk: Mapping[str, Iterable[Rad]]) -> list[Rad]:
        kjente = set(self.con.execute("SELECT maaned::text, person_key FROM kilde.person").fetchall())
        nevnt = {
            (str(rad["maaned"]), rad["person_key"])
            for rader in uttrekk.values()
            for rad in rader
            if "person_key" in rad
        }
        return [{"maaned": m, "person_key": k, **FORVALG["person"]} for m, k in sorted(nevnt - kjente, key=str)]

    def _sett_inn(self, uttrekk: str, rader: list[Rad]) -> None:
        if rader:
            tekst = [{k: None if v is None else str(v) for k, v in rad.items()} for rad in rader]
            ramme = pl.DataFrame(tekst, infer_schema_length=None)
            self.con.register("ramme", ramme)
            self.con.execute(f"INSERT INTO kilde.{uttrekk} BY NAME FROM ramme")
            self.con.unregister("ramme")


def _dager(meldekort: Iterable[Rad]) -> Iterable[Rad]:
    for kort in meldekort:
        for dagnr, timer in enumerate(str(kort.pop("timer", None) or "").split(), 1):
            yield {
                "maaned": kort["maaned"],
                "meldekort_id": kort["meldekort_id"],
                "ukenr": 14,
                "dagnr": dagnr,
                "timer_arbeidet": timer,
            }
