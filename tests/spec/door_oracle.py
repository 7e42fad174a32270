"""The door read in plain Python: contracts.md, «Formats», «At the door» and «Identity», one row at a time.

What a contract says of its columns is read from the contract; everything else is written here anew, without SQL and
without anything of `pipelines` that reads or judges a value.
"""

from __future__ import annotations

import datetime as dt
import re
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.model.contracts import Column, Contract, contracts
from tests.dor import Telling
from tests.leveranser import pseudonym
from tests.numre import er_gyldig

Verdier = dict[str, Any]
AAR, MAANED, DAG = (rf"(?P<{navn}>\d{{{sifre}}})" for navn, sifre in (("aar", 4), ("maaned", 2), ("dag", 2)))
TID = r"(?P<tid>\d{2}:\d{2}:\d{2}(\.\d+)?)"
DATOFORMER = [
    re.compile(form, re.ASCII)
    for form in (
        f"{AAR}-{MAANED}-{DAG}( {TID})?",
        rf"{DAG}\.{MAANED}\.{AAR}( {TID})?",
        f"{AAR}{MAANED}{DAG}([.,]0+)?",
        f"{AAR}-{MAANED}-{DAG}[ T]{TID}(?P<sone>Z|[+-]\\d{{2}}:?\\d{{2}})",
    )
]
OSLO = ZoneInfo("Europe/Oslo")
HUNDREAARSFEIL = dt.date(1999, 12, 31)
SIFFER, BOKSTAVER = set("0123456789"), set(string.ascii_letters)
NUMMERETS_DELER = ((0, 1), (2, 3), (4, 5), (6, 7), (7, 8), (9, 10))
MELLOMROM = "".join(tegn for tegn in map(chr, range(0x10000)) if unicodedata.category(tegn) == "Zs")
STORSTE = {"BIGINT": 2**63, "INTEGER": 2**31}


@dataclass
class Rad:
    """One row of a file on its way through the door."""

    nummer: int
    verdier: Verdier
    feil: tuple[str, str] | None
    skjermet: bool = False
    kjent: bool = True

    def nokkel(self, contract: Contract) -> tuple[Any, ...] | None:
        verdier = tuple(self.verdier[navn] for navn in contract.key)
        return None if None in verdier else verdier


@dataclass
class Utfall:
    """Where the rows of one extract ended."""

    telling: Telling
    karantene: dict[int, tuple[str, str]] = field(default_factory=dict)
    lastet: list[Rad] = field(default_factory=list)


def tekst(celle: str) -> str | None:
    """What stands in the cell; blanks around it (Unicode's space separators) do not count."""
    trimmet = celle.strip(MELLOMROM)
    return None if trimmet.lower() in ("", "null") else trimmet


def tolk(column: Column, celle: str) -> tuple[Any, str | None]:
    """The value, and the rule that is broken where what stands there is none."""
    raa = tekst(celle)
    if raa is None:
        return None, None
    if column.type == "VARCHAR":
        fri = column.kodeverk is None and column.name != "fodselsnr"
        return (uten_nummer(raa) if fri else raa), None
    if column.type == "DATE":
        return dag_uten_tid(column, raa)
    verdi: Any = heltall(raa, STORSTE[column.type]) if column.type in STORSTE else desimal(raa, column.type)
    return verdi, "ugyldig_verdi" if verdi is None else None


def dag_uten_tid(column: Column, raa: str) -> tuple[dt.date | None, str | None]:
    """A day is a day; with a time of day only where it stands for no date, whose time says nothing."""
    funnet = les_dato(raa)
    if funnet is None:
        har_tid = any((treff := form.fullmatch(raa)) and midnatt(treff) is False for form in DATOFORMER)
        return None, "klokkeslett" if har_tid else "ugyldig_verdi"
    dag, klokken = funnet
    if klokken and dag not in (*column.open_ends, *column.no_dates):
        return None, "klokkeslett"
    return dag, None


def midnatt(treff: re.Match[str]) -> bool:
    """Whether there is no time of day, or a time without a zone that is midnight."""
    deler = treff.groupdict()
    return "sone" not in deler and (deler.get("tid") is None or not deler["tid"].strip("0:."))


def uten_nummer(raa: str) -> str:
    """The text without eleven digits that stand close (dd mm yy nnn nn, at most three signs that are no letters
    between), and without the digits that follow as closely."""
    steder = [sted for sted, tegn in enumerate(raa) if tegn in SIFFER]
    kjeder: list[list[int]] = []
    for sted in steder:
        mellom = raa[kjeder[-1][-1] + 1 : sted] if kjeder else ""
        if kjeder and len(mellom) <= 3 and not BOKSTAVER & set(mellom):
            kjeder[-1].append(sted)
        else:
            kjeder.append([sted])
    for kjede in reversed(kjeder):
        for start in range(len(kjede) - 10):
            elleve = kjede[start : start + 11]
            if all(elleve[neste] == elleve[forrige] + 1 for forrige, neste in NUMMERETS_DELER):
                raa = raa[: elleve[0]] + "[fjernet]" + raa[kjede[-1] + 1 :]
                break
    return raa


def les_dato(raa: str) -> tuple[dt.date, bool] | None:
    """The day, in Oslo where a zone is given, and whether the clock says something else than midnight."""
    for form in DATOFORMER:
        treff = form.fullmatch(raa)
        if not treff:
            continue
        deler = treff.groupdict()
        try:
            dag = dt.date(int(deler["aar"]), int(deler["maaned"]), int(deler["dag"]))
            if "sone" not in deler:
                return dag, not midnatt(treff)
            sone = deler["sone"].replace("Z", "+0000").replace(":", "")
            minutter = int(sone[0] + "1") * (int(sone[1:3]) * 60 + int(sone[3:]))
            tid = dt.time.fromisoformat(deler["tid"][:15])
            der = dt.datetime.combine(dag, tid, dt.timezone(dt.timedelta(minutes=minutter))).astimezone(OSLO)
        except (ValueError, OverflowError):
            return None
        return der.date(), der.time() != dt.time()
    return None


def dato(raa: str) -> dt.date | None:
    """The day of a date without a time of day."""
    funnet = les_dato(raa)
    return funnet[0] if funnet and not funnet[1] else None


def heltall(raa: str, storste: int) -> int | None:
    if not re.fullmatch("-?[0-9]+([.,]00?)?", raa):
        return None
    tall = int(re.split("[.,]", raa)[0])
    return tall if -storste <= tall < storste else None


def desimal(raa: str, type_: str) -> Decimal | None:
    presisjon, skala = map(int, re.findall(r"\d+", type_))
    if not re.fullmatch(f"-?[0-9]*([.,][0-9]{{1,{skala}}}0*)?", raa) or not SIFFER & set(raa):
        return None
    verdi = Decimal(raa.replace(",", "."))
    return verdi.quantize(Decimal(1).scaleb(-skala)) if abs(verdi) < 10 ** (presisjon - skala) else None


def les_rad(
    contract: Contract, nummer: int, celler: dict[str, str], maaned: dt.date, koder: dict[str, set[str]]
) -> Rad:
    gitt, uleselige = {}, []
    for column in contract.columns:
        gitt[column.name], regel = tolk(column, celler[column.name])
        uleselige += [(regel, column.name)] if regel else []
    verdier = {column.name: ekte(column, gitt) for column in contract.columns}
    feil = next(iter(radfeil(contract, gitt, verdier, celler, uleselige, maaned, koder)), None)
    return Rad(nummer, verdier, feil)


def ekte(column: Column, gitt: Verdier) -> Any:
    """The value, but None for a date that stands for none."""
    verdi = gitt[column.name]
    if verdi is None or column.type != "DATE":
        return verdi
    if column.open_after:
        fra = gitt[column.open_after]
        if verdi == HUNDREAARSFEIL and fra is not None and fra > verdi:
            return None
    return None if verdi in column.open_ends or verdi in column.no_dates else verdi


def radfeil(
    contract: Contract,
    gitt: Verdier,
    verdier: Verdier,
    celler: dict[str, str],
    uleselige: list[tuple[str, str]],
    maaned: dt.date,
    koder: dict[str, set[str]],
) -> Iterable[tuple[str, str]]:
    """The rules a row breaks by itself, in their order."""
    columns = contract.columns
    der = {navn: verdi for navn, verdi in verdier.items() if verdi is not None}
    yield from (
        ("mangler_verdi", c.name)
        for c in columns
        if c.required and (tekst(celler[c.name]) is None or gitt[c.name] in c.no_dates)
    )
    yield from uleselige
    yield from (
        ("ukjent_kode", c.name)
        for c in columns
        if c.kodeverk and not c.protects and c.name in der and der[c.name] not in koder[c.kodeverk]
    )
    yield from (
        ("utenfor_grense", c.name)
        for c in columns
        if c.minimum is not None and c.name in der and not c.minimum <= der[c.name] <= c.maximum
    )
    if contract.name == "person" and not er_gyldig(verdier["fodselsnr"], maaned):
        yield "fodselsnr_ugyldig", "fodselsnr"
    fri = [c.name for c in columns if c.type == "VARCHAR" and not c.kodeverk]
    yield from (("nul_tegn", navn) for navn in fri if "\0" in der.get(navn, ""))
    yield from (
        ("feil_form", c.name)
        for c in columns
        if c.pattern and c.name in der and not re.fullmatch(c.pattern, der[c.name])
    )
    if contract.name == "meldekort" and verdier["dato_til"] - verdier["dato_fra"] != dt.timedelta(days=13):
        yield "feil_kortperiode", "dato_til"
    if contract.event_date:
        hendelse = verdier[contract.event_date]
        if (hendelse.year, hendelse.month) != (maaned.year, maaned.month):
            yield "utenfor_maaned", contract.event_date


def doren(
    maaned: dt.date, filer: dict[str, list[dict[str, str]]], koder: dict[str, set[str]], aktive: set[str]
) -> dict[str, Utfall]:
    """What becomes of a delivery, given as the cells of its files; `koder` are the code lists, `aktive` the statuses
    of a person_id that is in use."""
    rader = {
        navn: [les_rad(contract, n, celler, maaned, koder) for n, celler in enumerate(filer[navn], start=1)]
        for navn, contract in contracts().items()
    }
    skjermede = skjerm(rader["person"])
    utfall = {"person": fordel(contracts()["person"], rader["person"])}
    numre = {rad.verdier["person_id"]: rad.verdier["fodselsnr"] for rad in utfall["person"].lastet}
    i_bruk = {rad.verdier["fodselsnr"] for rad in utfall["person"].lastet if rad.verdier["person_id_status"] in aktive}
    kjente = {person_id for person_id, nummer in numre.items() if nummer in i_bruk}
    for navn, uttrekk in rader.items():
        if navn not in ("person", "meldekort_dag"):
            for rad in uttrekk:
                rad.skjermet = rad.verdier["person_id"] in skjermede
                rad.kjent = rad.verdier["person_id"] in kjente
            utfall[navn] = fordel(contracts()[navn], uttrekk)
    skjulte = {rad.verdier["meldekort_id"] for rad in rader["meldekort"] if rad.skjermet} - {None}
    kort = {rad.verdier["meldekort_id"] for rad in utfall["meldekort"].lastet}
    for rad in rader["meldekort_dag"]:
        rad.skjermet = rad.verdier["meldekort_id"] in skjulte
        rad.kjent = rad.verdier["meldekort_id"] in kort
    utfall["meldekort_dag"] = fordel(contracts()["meldekort_dag"], rader["meldekort_dag"])
    for ett in utfall.values():
        for rad in ett.lastet:
            uten_identitet(rad, numre)
    rang(utfall["person"], aktive)
    return utfall


def skjerm(personer: list[Rad]) -> set[int]:
    """Mark the rows of sheltered persons, until no row more shares a number or a person_id with one."""
    skjulte = {rad.nummer for rad in personer if rad.verdier["fr_kode"] is not None}
    while True:
        skjult = [rad.verdier for rad in personer if rad.nummer in skjulte]
        ider = {verdier["person_id"] for verdier in skjult} - {None}
        numre = {verdier["fodselsnr"] for verdier in skjult} - {None}
        flere = {
            rad.nummer for rad in personer if rad.verdier["person_id"] in ider or rad.verdier["fodselsnr"] in numre
        }
        if flere <= skjulte:
            break
        skjulte |= flere
    for rad in personer:
        rad.skjermet = rad.nummer in skjulte
    return ider


def fordel(contract: Contract, rader: list[Rad]) -> Utfall:
    """Each row to its one place."""
    grupper: dict[tuple[Any, ...], list[Rad]] = defaultdict(list)
    for rad in rader:
        nokkel = rad.nokkel(contract)
        if nokkel is not None and not rad.skjermet:
            grupper[nokkel].append(rad)
    motstridende, gjentatt = set(), set()
    for gruppe in grupper.values():
        like = all(rad.verdier == gruppe[0].verdier and rad.feil is None for rad in gruppe)
        (gjentatt if like else motstridende).update(rad.nummer for rad in (gruppe[1:] if like else gruppe))
    motstridende -= {gruppe[0].nummer for gruppe in grupper.values() if len(gruppe) == 1}
    utfall = Utfall(Telling(0))
    antall: Counter[str] = Counter(lest=len(rader))
    for rad in rader:
        if rad.skjermet:
            antall["skjermet"] += 1
            continue
        feil = rad.feil
        if feil is None and rad.nummer in motstridende:
            feil = ("motstridende_duplikat", contract.key[0])
        if feil is None and not rad.kjent:
            feil = ("ukjent_person", "person_id") if contract.has_person else ("mangler_meldekort", "meldekort_id")
        if feil is not None:
            antall["karantene"] += 1
            utfall.karantene[rad.nummer] = feil
        elif rad.nummer in gjentatt:
            antall["duplikat"] += 1
        else:
            antall["lastet"] += 1
            utfall.lastet.append(rad)
    utfall.telling = Telling(**antall)
    return utfall


def uten_identitet(rad: Rad, numre: dict[int, str]) -> None:
    """From who it is about to a pseudonym."""
    verdier = rad.verdier
    if "person_id" in verdier:
        verdier["person_key"] = pseudonym(numre[verdier["person_id"]])
    if "fodselsnr" in verdier:
        dag = int(verdier["fodselsnr"][:2])
        verdier["i_tiprosentutvalg"] = (dag - 40 if dag > 40 else dag) in (5, 15, 25)
        for hva in ("fodsel", "doed"):
            dato_ = verdier[f"{hva}sdato" if hva == "fodsel" else "doed_dato"]
            verdier[f"{hva}smaaned"] = dato_ and dato_.replace(day=1)
    for navn in ("status_arbeidsdag", "status_syk", "status_ferie", "status_kurs", "status_annetfravaer"):
        if verdier.get(navn) is not None:
            verdier[navn] = verdier[navn] == "J"


def rang(personer: Utfall, aktive: set[str]) -> None:
    """The highest active person_id of a number first; no rank for one that is not active."""
    siste: Counter[Any] = Counter()
    for rad in sorted(personer.lastet, key=lambda rad: -rad.verdier["person_id"]):
        rad.verdier["rang"] = None
        if rad.verdier["person_id_status"] in aktive:
            siste[rad.verdier["person_key"]] += 1
            rad.verdier["rang"] = siste[rad.verdier["person_key"]]
