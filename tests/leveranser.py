"""Small complete deliveries, written the way a source system would, from tables in the test.

    person                                utbetaling
    person        | fr_kode               rad        | person | belop
    ola           |                       godkjent   | ola    | 1200.50
    kari_skjermet | 6                     ukjent     | per    | 100

A name stands for a `person_id` and a number; `ola/2` is a second person_id with ola's number. `rad` only names the
row for the test. Values are contract values (`2015-04-30`, `1200.50`, empty = null) and are written in the format
asked for; what is not one (`31.02.2015`) is written as it stands.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import hmac
import io
import itertools
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import deliveries, door, warehouse
from pipelines.contracts import Column, contracts
from tests.numre import fodselsnumre
from tests.spec.tabeller import tabell

Rad = dict[str, str | None]
Rader = str | Sequence[Mapping[str, Any]]

NOKKEL = b"en nokkel bare testene har"
FORVALG: dict[str, Rad] = {
    "person": {
        "person_id_status": "AKTIV", "kjonn": "K", "fodselsdato": "1980-01-01", "landkode_statsborger": "NO",
        "utdanning_nivaa": "4", "kommune_nr": "0301", "nav_enhet": "0313",
    },
    "aap_vedtak": {
        "sak_id": "1", "rettighetkode": "AAP", "vedtaktypekode": "O", "utfallkode": "JA",
        "vedtakstatuskode": "IVERK", "aktfasekode": "UA", "fra_dato": "2014-05-01", "konvertert": "N",
    },
    "utbetaling": {
        "dato_periode_fra": "2015-03-30", "dato_periode_til": "2015-04-12", "dato_postert": "2015-04-15",
        "belop": "8000.00",
    },
    "innsatsgruppe": {"kvalifiseringsgruppekode": "BATT", "hovedmaalkode": "SKAFFEA", "fra_dato": "2014-01-01"},
    "meldekort": {
        "aar": "2015", "periodekode": "14", "dato_fra": "2015-03-30", "dato_til": "2015-04-12",
        "dato_innkommet": "2015-04-13", "mkskortkode": "05", "meldegruppekode": "ATTF", "beregningstatuskode": "FERDI",
    },
    "meldekort_dag": {"ukenr": "14", "dagnr": "1", "timer_arbeidet": "7.5"},
    "tiltaksdeltakelse": {
        "er_hist": "N", "tiltakskode": "ARBTREN", "deltakerstatuskode": "GJENN", "dato_fra": "2015-01-05",
    },
    "aktivitetsplan": {"dato_fra": "2015-01-01"},
    "aktivitet": {"aktivitettypenavn": "Rehabilitering", "aktivitetstatuskode": "GJENN"},
    "diagnose": {
        "diagnose_kodeverk": "ICPC2", "diagnosekode": "P76", "diagnose_type": "HOVED", "dato": "2014-01-01",
    },
}  # fmt: skip
LOPENUMMER = {
    "aap_vedtak": "vedtak_id", "utbetaling": "postering_id", "innsatsgruppe": "vedtak_id", "meldekort": "meldekort_id",
    "tiltaksdeltakelse": "tiltakdeltaker_id", "aktivitetsplan": "aktivitetsplan_id", "aktivitet": "aktivitet_id",
}  # fmt: skip
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Csv:
    """How an extract is written as text. The defaults are the form seen most: see arena-schemas.md §7.2."""

    skille: str = ";"
    tegnsett: str = "utf-8"
    dato: str = "%d.%m.%Y"
    desimal: str = ","
    tomt: str = ""
    linjeskift: str = "\n"
    overskrift: Callable[[str], str] = str.upper
    rekkefolge: Callable[[Sequence[str]], Sequence[str]] = list
    ekstra: Mapping[str, str] = field(default_factory=dict)
    alt_i_anforsel: bool = False
    gz: bool = False

    def skriv(self, mappe: Path, uttrekk: str, rader: Sequence[Rad]) -> Path:
        kolonner = {column.name: column for column in contracts()[uttrekk].columns}
        navn = list(self.rekkefolge(list(kolonner)))
        ut = io.StringIO(newline="")
        sitering = csv.QUOTE_ALL if self.alt_i_anforsel else csv.QUOTE_MINIMAL
        skriver = csv.writer(ut, delimiter=self.skille, lineterminator=self.linjeskift, quoting=sitering)
        skriver.writerow([*(self.overskrift(n) for n in navn), *self.ekstra])
        for rad in rader:
            skriver.writerow([*(self._celle(kolonner[n], rad.get(n)) for n in navn), *self.ekstra.values()])
        fil = mappe / f"{uttrekk}.csv{'.gz' if self.gz else ''}"
        innhold = ut.getvalue().encode(self.tegnsett)
        fil.write_bytes(gzip.compress(innhold, mtime=0) if self.gz else innhold)
        return fil

    def _celle(self, kolonne: Column, verdi: str | None) -> str:
        if verdi is None:
            return self.tomt
        if kolonne.type == "DATE" and ISO.fullmatch(verdi):
            aar, maaned, dag = verdi.split("-")
            return self.dato.replace("%d", dag).replace("%m", maaned).replace("%Y", aar)
        return verdi.replace(".", self.desimal) if kolonne.type.startswith("DECIMAL") else verdi


@dataclass(frozen=True)
class Parquet:
    """Typed columns as the contract has them, or text; `typer` overrides the Arrow type of single columns."""

    tekst: bool = False
    typer: Mapping[str, pa.DataType] = field(default_factory=dict)
    ekstra: Mapping[str, Any] = field(default_factory=dict)

    def skriv(self, mappe: Path, uttrekk: str, rader: Sequence[Rad]) -> Path:
        kolonner = {}
        for column in contracts()[uttrekk].columns:
            type_ = pa.string() if self.tekst else _arrow(column.type)
            verdier = [_verdi(rad.get(column.name), type_) for rad in rader]
            kolonner[column.name] = pa.array(verdier, type_).cast(self.typer.get(column.name, type_))
        for navn, verdi in self.ekstra.items():
            kolonner[navn] = pa.array([verdi] * len(rader))
        fil = mappe / f"{uttrekk}.parquet"
        pq.write_table(pa.table(kolonner), fil)
        return fil


Form = Csv | Parquet


def _arrow(type_: str) -> pa.DataType:
    if type_.startswith("DECIMAL"):
        presisjon, skala = map(int, re.findall(r"\d+", type_))
        return pa.decimal128(presisjon, skala)
    return {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "DATE": pa.date32(), "VARCHAR": pa.string()}[type_]


def _verdi(tekst: str | None, type_: pa.DataType) -> Any:
    if tekst is None or pa.types.is_string(type_):
        return tekst
    if pa.types.is_date(type_):
        return dt.date.fromisoformat(tekst)
    return Decimal(tekst) if pa.types.is_decimal(type_) else int(tekst)


class Leveranse:
    """One delivery in the making: the rows of its ten extracts, and who the names in them stand for."""

    def __init__(self, maaned: str = "2015-04", **uttrekk: Rader) -> None:
        self.maaned = maaned
        self.rader: dict[str, list[Rad]] = {navn: [] for navn in contracts()}
        self.radnavn: dict[str, list[str]] = {navn: [] for navn in contracts()}
        self.person_id: dict[str, int] = {}
        self.fodselsnr: dict[str, str] = {}
        self._numre = fodselsnumre()
        self._lopenummer = itertools.count(1)
        self.fyll(**uttrekk)

    def fyll(self, **uttrekk: Rader) -> Leveranse:
        """Add rows; columns that are left out get the default of their extract."""
        for navn, rader in uttrekk.items():
            for rad in tabell(rader) if isinstance(rader, str) else rader:
                self._legg_til(navn, dict(rad))
        return self

    def _legg_til(self, uttrekk: str, rad: dict[str, Any]) -> None:
        ferdig = dict(FORVALG[uttrekk])
        navn = rad.pop("person", None)
        if navn:
            self._bli_kjent(navn)
            ferdig["person_id"] = str(self.person_id[navn])
            if uttrekk == "person":
                ferdig["fodselsnr"] = self.fodselsnr[navn]
        if uttrekk in LOPENUMMER:
            ferdig[LOPENUMMER[uttrekk]] = str(next(self._lopenummer))
        self.radnavn[uttrekk].append(rad.pop("rad", None) or navn or str(len(self.radnavn[uttrekk]) + 1))
        ferdig.update({kolonne: None if verdi is None else str(verdi) for kolonne, verdi in rad.items()})
        self.rader[uttrekk].append(ferdig)

    def _bli_kjent(self, navn: str) -> None:
        if navn not in self.person_id:
            stamme = navn.partition("/")[0]
            if stamme not in self.fodselsnr:
                self.fodselsnr[stamme] = next(self._numre)
            self.fodselsnr[navn] = self.fodselsnr[stamme]
            self.person_id[navn] = 700_000_001 + len(self.person_id)

    def skriv(self, landing: Path, form: Form | None = None, *, manifest: bool = False) -> Path:
        """Write the delivery's folder and return it."""
        mappe = landing / self.maaned
        mappe.mkdir(parents=True)
        filer = [(form or Csv()).skriv(mappe, uttrekk, rader) for uttrekk, rader in self.rader.items()]
        if manifest:
            skriv_manifest(mappe, {fil.name: len(rader) for fil, rader in zip(filer, self.rader.values(), strict=True)})
        return mappe

    def navn(self, person_key: uuid.UUID) -> str:
        """Who a pseudonym stands for."""
        stammer = {navn: nummer for navn, nummer in self.fodselsnr.items() if "/" not in navn}
        return next(navn for navn, nummer in stammer.items() if pseudonym(nummer) == person_key)


def pseudonym(fodselsnr: str, nokkel: bytes = NOKKEL) -> uuid.UUID:
    """contracts.md, «Identity», with Python's own HMAC."""
    return uuid.UUID(bytes=hmac.digest(nokkel, fodselsnr.encode("ascii"), "sha256")[:16])


def skriv_manifest(mappe: Path, antall: Mapping[str, int]) -> None:
    """Write `manifest.json` with the given row counts and the files' checksums."""
    filer = {
        navn: {"rader": rader, "sha256": hashlib.sha256((mappe / navn).read_bytes()).hexdigest()}
        for navn, rader in antall.items()
    }
    (mappe / "manifest.json").write_text(json.dumps({"leveranse": mappe.name, "filer": filer}))


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
        warehouse.prepare(self.con)

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
        with warehouse.transaction(self.con):
            door.load(self.con, deliveries.open_all(landing, maaneder), nokkel)
        return self

    def telling(self, uttrekk: str, maaned: str = "2015-04") -> Telling:
        """The extract's counts as last loaded."""
        rad = self.con.execute(
            "SELECT lest, lastet, duplikat, skjermet, karantene FROM kontroll.leveranse"
            " WHERE uttrekk = $1 AND leveranse = $2 ORDER BY lastet_tid DESC",
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


def sifre_i(tekst: str, antall: int) -> set[str]:
    """Every run of so many digits in a text, inside longer runs too."""
    rekker = re.findall(rf"[0-9]{{{antall},}}", tekst)
    return {rekke[n : n + antall] for rekke in rekker for n in range(len(rekke) - antall + 1)}
