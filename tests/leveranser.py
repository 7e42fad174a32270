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

import hashlib
import hmac
import itertools
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.model.contracts import contracts
from tests.former import Csv, Form
from tests.numre import fodselsnumre
from tests.spec.tabeller import tabell

Rad = dict[str, str | None]
Rader = str | Sequence[Mapping[str, Any]]

NOKKEL = b"en nokkel bare testene har"
PERSONER = """
    person
    ola
    kari
"""
"""Two ordinary persons; whoever else a row is of is not in the delivery."""
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


class Leveranse:
    """One delivery in the making: the rows of its extracts, and who the names in them stand for."""

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
        ferdig = dict(FORVALG.get(uttrekk, {}))
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


def sifre_i(tekst: str, *antall: int) -> set[str]:
    """Every run of so many digits in a text, inside longer runs too."""
    rekker = re.findall(rf"[0-9]{{{min(antall)},}}", tekst)
    return {rekke[n : n + lengde] for lengde in antall for rekke in rekker for n in range(len(rekke) - lengde + 1)}
