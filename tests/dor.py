"""The door, on a warehouse in memory, and what it did to the deliveries of a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ingest import deliveries, loading
from pipelines.model.contracts import contracts
from pipelines.warehouse import database
from tests.leveranser import NOKKEL, Leveranse


@dataclass(frozen=True)
class Telling:
    """Where the rows of one extract ended."""

    lest: int
    lastet: int = 0
    duplikat: int = 0
    skjermet: int = 0
    karantene: int = 0


class Dor:
    """A warehouse in memory, and what the door did to it."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute("SET threads = 1")
        database.prepare(self.con)

    def tom(self) -> None:
        """Forget every row, as before a new test."""
        for uttrekk in contracts():
            self.con.execute(f"TRUNCATE kilde.{uttrekk}")
        for lag in ("kontroll", "karantene"):
            for tabell_i_lag in self.rader(f"SELECT table_name FROM duckdb_tables() WHERE schema_name = '{lag}'"):
                self.con.execute(f"TRUNCATE {lag}.{tabell_i_lag['table_name']}")

    def slipp_inn(self, landing: Path, nokkel: bytes = NOKKEL, bare: Sequence[dt.date] | None = None) -> Dor:
        """Take every delivery of the landing folder, or of the months asked for, through the door."""
        maaneder = bare or deliveries.months_in(landing)
        with database.transaction(self.con):
            loading.load(self.con, deliveries.open_all(landing, maaneder), nokkel)
        return self

    def telling(self, uttrekk: str, maaned: str = "2015-04") -> Telling:
        """The extract's counts as last loaded."""
        rad = self.con.execute(
            "SELECT lest, lastet, duplikat, skjermet, karantene FROM kontroll.leveranse"
            " WHERE uttrekk = $1 AND leveranse = $2 ORDER BY lastet_nr DESC",
            [uttrekk, maaned],
        ).fetchone()
        assert rad is not None, f"{uttrekk} {maaned} er ikke talt"
        return Telling(*rad)

    def rader(self, sporring: str) -> list[dict[str, Any]]:
        """The rows of a query as dicts."""
        svar = self.con.execute(sporring)
        kolonner = [kolonne[0] for kolonne in svar.description]
        return [dict(zip(kolonner, rad, strict=True)) for rad in svar.fetchall()]

    def regler(self, leveranse: Leveranse, uttrekk: str) -> dict[str, tuple[str, str]]:
        """The quarantined rows by name: rule and column."""
        funnet = self.con.execute(
            "SELECT radnummer, regel, kolonne FROM karantene.rader WHERE uttrekk = $1 AND leveranse = $2",
            [uttrekk, leveranse.maaned],
        ).fetchall()
        assert len({rad for rad, _, _ in funnet}) == len(funnet), "en rad står to ganger i karantene"
        return {leveranse.radnavn[uttrekk][rad - 1]: (regel, kolonne) for rad, regel, kolonne in funnet}

    def lastet(self, leveranse: Leveranse, uttrekk: str) -> list[dict[str, Any]]:
        """The loaded rows, with the person's name for the pseudonym."""
        rader = self.rader(f"FROM kilde.{uttrekk} WHERE maaned = DATE '{leveranse.maaned}-01'")
        for rad in rader:
            if "person_key" in rad:
                rad["person"] = leveranse.navn(rad.pop("person_key"))
        return rader

    def alt_som_er_skrevet(self) -> str:
        """Every row of every table of the warehouse, as one text."""
        tabeller = self.rader("SELECT schema_name || '.' || table_name AS navn FROM duckdb_tables()")
        return "\n".join(str(rad) for tabell in tabeller for rad in self.rader(f"FROM {tabell['navn']}"))
