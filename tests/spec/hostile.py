"""Deliveries nobody wants: cells drawn from everything that has been seen to go wrong, for the oracle of the door."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines.model.contracts import Column, contracts
from tests.former import ISO
from tests.leveranser import FORVALG
from tests.numre import fodselsnumre, med_galt_siffer

Celler = dict[str, str]
TOMT = ("", "null", "NULL", "Null", " ", "  null ", "\u00a0")
DATOER = (
    "2015-04-01", "2015-04-30", "2015-04-15", "2015-03-31", "2015-05-01", "2014-01-01", "1999-01-01", "2000-02-29",
)  # fmt: skip
UDATOER = (
    "2015-02-29", "31.04.2015", "20151301", "30-04-2015", "2015-04-30T00:00:00", "2015-04-30 12:00:00", "1.4.2015",
    "30.04.15", "i går", "00000000", "2015-04-30 00:00:00 ", "\t2015-04-30", "9999-12-31", "0001-01-01",
    "2015-04-30 00:00:00.000", "2015-04-29 23:00:00", "2015-04-29T22:00:00Z", "2015-04-30 00:00:00+02:00",
    "2015-01-31 23:00:00.0+0000", "30.04.2015 23:00:00", "1970-01-01", "1900-01-01", "1816-03-29 05:56:08.066277",
    "2262-04-11", "2999-12-31", "9999-12-31 23:59:59", "9999-12-31T23:00:00Z", "20150430.0", "2060-01-01",
    "1677-09-21", "2015-02-29 12:00:00", "2015-04-30 24:00:00",
)  # fmt: skip
SLUTTER = (
    "9999-12-31", "2099-12-31", "2099-01-01", "1999-12-31", "1999-12-30", "31.12.9999", "99991231", "31.12.1999",
)  # fmt: skip
HELTALL = (
    "-1", "007", "12.0", "1e3", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1 000", "0x10",
    "+5", "²", "12,0", "12.00", "1.000", "12.5", "12.", "2147483647", "2147483648", "-2147483648", "--1",
)  # fmt: skip
DESIMALER = (
    "7,5", "7.5", "7,50", ",5", ".25", "-,5", ",", "-", "0", "-3", "24", "24,5", "7,55", "7,555", "1e1", "5,", "NaN",
    "1.000,5", "100,0",
    "9999999999,99", "10000000000", "50,500000", "٣",
)  # fmt: skip
TEKSTER = (
    "Rehabilitering", "Fysioterapi på sykehus", 'en "to" tre', '5" rør', "a;b", "a,b", "linje\nskift",
    "linje\r\nskift", "vogn\rretur", " luft rundt ", "'; drop table kilde.person; --", "{{jinja}}", "nul\0tegn", "\0",
    "nulll", "NULL0", "ÆØÅæøå", "\u00a0x\u00a0", "%s", "\\N", "\\", '"', '""', ",", ";", "-", "0301",
)  # fmt: skip


class Fiendtlig:
    """A delivery of about `antall` persons, every choice of it drawn from one seed."""

    def __init__(self, antall: int, fro: int, maaned: str = "2015-04") -> None:
        self.rng = random.Random(fro)
        self.maaned = maaned
        self.numre = [
            nummer
            for dag in range(1, 29)
            for pluss in (0, 40)
            for nummer in list(fodselsnumre(dag, 1 + dag % 12, 50 + dag, pluss_dag=pluss))[: antall // 40 + 2]
        ]
        self.rng.shuffle(self.numre)
        self.personer = list(range(500_000_000, 500_000_000 + antall))
        self.kort = list(range(1, antall))
        self.filer: dict[str, list[Celler]] = {navn: [] for navn in contracts()}
        self._fyll(antall)

    def _fyll(self, antall: int) -> None:
        for n, person_id in enumerate(self.personer):
            celler = self._rad("person", person_id=str(person_id), fodselsnr=self.numre[n % len(self.numre)])
            self._en_av(0.02, celler, "fodselsnr", lambda: self.rng.choice(self.numre))
            self._en_av(0.01, celler, "fodselsnr", lambda: med_galt_siffer(self.rng.choice(self.numre)))
            self._en_av(0.03, celler, "fr_kode", lambda: self.rng.choice(("6", "7", " 6", "06", "8", "6.0", "SPSF")))
            self._en_av(
                0.08, celler, "person_id_status", lambda: self.rng.choice(("DUPLIKAT", "SPERRET", "UGYLDIG", "aktiv"))
            )
            self._legg_til("person", celler)
        for navn in contracts():
            for _ in range(antall if navn not in ("person", "meldekort_dag") else 0):
                self._legg_til(navn, self._rad(navn, person_id=self._person()))
        for _ in range(antall * 3):
            self._legg_til("meldekort_dag", self._rad("meldekort_dag", meldekort_id=str(self.rng.choice(self.kort))))

    def _person(self) -> str:
        """Mostly someone who is there."""
        return str(self.rng.choice(self.personer) if self.rng.random() > 0.03 else self.rng.randrange(10**9))

    def _rad(self, uttrekk: str, **gitt: str) -> Celler:
        celler = {column.name: "" for column in contracts()[uttrekk].columns}
        celler |= {navn: verdi or "" for navn, verdi in FORVALG[uttrekk].items()} | gitt
        for column in contracts()[uttrekk].columns:
            if column.key and column.name not in gitt and column.type == "BIGINT":
                celler[column.name] = str(self.rng.randrange(1, 4 * len(self.personer)))
            elif column.type == "INTEGER" and column.maximum:
                celler[column.name] = str(self.rng.randint(int(column.minimum), int(column.maximum)))
            elif (
                column.type == "DATE"
                and celler[column.name]
                and column.name not in ("dato_fra", "dato_til", "dato_innkommet")
            ):
                celler[column.name] = self.datoform(self.rng.choice(DATOER[:3]))
            elif column.type == "DATE" and celler[column.name]:
                celler[column.name] = self.datoform(celler[column.name])
            if column.open_after:
                self._en_av(0.3, celler, column.name, lambda: self.rng.choice((*SLUTTER, *DATOER)))
            self._en_av(0.015, celler, column.name, lambda column=column: self._uventet(column))
        return celler

    def _uventet(self, column: Column) -> str:
        hva = {"DATE": (*DATOER, *UDATOER, *SLUTTER), "VARCHAR": TEKSTER}.get(
            column.type, DESIMALER if column.type.startswith("DECIMAL") else HELTALL
        )
        nummer = self.rng.choice(self.numre)
        # An id is taken as it is; only where identities are looked for can a fødselsnummer stand in one.
        identitet = (nummer,) if column.type != "BIGINT" or column.name == "person_id" else ()
        verdi = self.rng.choice((*hva, *TOMT, *identitet))
        if column.type == "VARCHAR" and self.rng.random() < 0.2:
            verdi = self.rng.choice(
                (f"se {nummer}", f"{nummer[:6]} {nummer[6:]}!", f"{nummer[:6]}\n{nummer[6:]}", nummer * 2)
            )
        return self.datoform(verdi) if verdi in DATOER else verdi

    def datoform(self, dato: str) -> str:
        """A date as some system writes it; anything else as it is."""
        if not ISO.fullmatch(dato):
            return dato
        aar, maaned, dag = dato.split("-")
        return self.rng.choice((dato, f"{dag}.{maaned}.{aar}", f"{aar}{maaned}{dag}", f"{dato} 00:00:00", f" {dato} ",
                                f"{dag}.{maaned}.{aar} 00:00:00"))  # fmt: skip

    def _en_av(self, andel: float, celler: Celler, navn: str, verdi: Callable[[], str]) -> None:
        if self.rng.random() < andel:
            celler[navn] = verdi()

    def _legg_til(self, uttrekk: str, celler: Celler) -> None:
        """Now and then once more, as it is, written otherwise, or with something changed."""
        rader = self.filer[uttrekk]
        rader.append(celler)
        trekk = self.rng.random()
        if trekk < 0.02:
            rader.append(dict(celler))
        elif trekk < 0.03:
            rader.append({navn: f" {verdi} " if verdi else self.rng.choice(TOMT) for navn, verdi in celler.items()})
        elif trekk < 0.05:
            column = self.rng.choice(contracts()[uttrekk].columns)
            rader.append(celler | {column.name: self._uventet(column)})

    def skriv(self, landing: Path) -> Path:
        """Every file in a form of its own: encoding, separator, line ends, quotes, gz, headings, order."""
        mappe = landing / self.maaned
        mappe.mkdir(parents=True)
        for uttrekk, rader in self.filer.items():
            self._skriv_fil(mappe, uttrekk, rader)
        return mappe

    def _skriv_fil(self, mappe: Path, uttrekk: str, rader: Sequence[Celler]) -> None:
        tegnsett = self.rng.choice(("utf-8", "utf-8-sig", "latin-1"))
        navn = [column.name for column in contracts()[uttrekk].columns]
        self.rng.shuffle(navn)
        overskrift = [self.rng.choice((n, n.upper(), f" {n.title()} ")) for n in navn]
        ut = io.StringIO(newline="")
        linjeskift = self.rng.choice(("\n", "\r\n"))
        # A carriage return without quotes around it is no CSV, and Python would write it so.
        minst = csv.QUOTE_MINIMAL if linjeskift == "\r\n" else csv.QUOTE_ALL
        skriver = csv.writer(
            ut,
            delimiter=self.rng.choice(";,"),
            lineterminator=linjeskift,
            quoting=self.rng.choice((minst, csv.QUOTE_ALL)),
        )
        skriver.writerow([*overskrift, "Ekstra; kolonne, med alt"])
        for celler in rader:
            if tegnsett == "latin-1":
                celler.update({n: c.encode("latin-1", "ignore").decode("latin-1") for n, c in celler.items()})
            skriver.writerow([*(celler[n] for n in navn), self.rng.choice(("", "x;y", 'x"y', "x\ny"))])
        innhold = ut.getvalue().encode(tegnsett)
        gz = self.rng.random() < 0.3
        (mappe / f"{uttrekk}.csv{'.gz' if gz else ''}").write_bytes(gzip.compress(innhold) if gz else innhold)
