"""The reconciliation's tables written as ASCII tables, and its verdict once more in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.model import derived, sql
from pipelines.reconciliation import reconcile
from tests.spec.tabeller import tabell

KOLONNER = {
    "publisert": "nr integer, id varchar, studie varchar, figur varchar, mal varchar, gruppe varchar,"
    " verdi varchar, enhet varchar, periode varchar, nevner varchar, definisjon varchar, presisjon varchar,"
    " kilde varchar, merknad varchar, publisert double, desimaler integer, samme_som varchar, toleranse double,"
    " tilpasning varchar",
    "kobling": "id varchar, lesning varchar, storrelse varchar, kilde varchar, mal varchar, gruppering varchar,"
    " gruppe varchar, h double, fra date, til date, teller double, nevner double, panel_fra date, panel_til date",
    "kobling_forlop": "id varchar, lesning varchar, storrelse varchar, utvalg varchar, mal varchar,"
    " gruppering varchar, gruppe varchar, maaned_nr integer",
    "kobling_mangler": "studie varchar, id_monster varchar, grunn varchar",
    "avstemming_ledd": "id varchar, lesning varchar, storrelse varchar, teller double, personer double,"
    " nevner double, verdi double, maaneder integer, maaneder_ventet integer",
    "statistikk.tverrsnitt": "maaned date, mal varchar, gruppering varchar, gruppe varchar, antall bigint,"
    " nevner bigint",
    "statistikk.tverrsnitt_anslag": "maaned date, h double, aktivitetsstatus varchar, antall bigint, nevner bigint",
    "statistikk.forlop": "utvalg varchar, mal varchar, gruppering varchar, gruppe varchar, maaned_nr integer,"
    " antall bigint, nevner bigint, verdi double",
    "klargjort.forlop": "person_key varchar, start date, slutt date, start_kjent boolean, konvertert boolean,"
    " kjonn varchar, aldersgruppe varchar, sensurert boolean",
    "klargjort.person_maaned": "person_key varchar, maaned date, mottaker boolean, tiltak boolean, arbeid boolean,"
    " behandling_uten_plankrav boolean, innsatsgruppe varchar, aap_siden date, konvertert boolean, alder integer,"
    " kjonn varchar, i_tiprosentutvalg boolean",
    "kilde.aap_vedtak": "vedtak_id bigint, maaned date, vedtak_dato date, vedtakstatuskode varchar,"
    " reaksjon_dager integer",
    "kodeverk.vedtakstatus": "kode varchar, besluttet boolean",
}
FORVALG: dict[str, dict[str, Any]] = {
    "kobling": {"lesning": "", "kilde": "statistikk.tverrsnitt", "mal": "mottakere", "gruppering": "alle"}
    | {"gruppe": "alle", "teller": 1, "nevner": 0},
    "kobling_forlop": {"lesning": "", "storrelse": "andel", "utvalg": "delrapport2", "gruppering": "alle"}
    | {"gruppe": "alle"},
    "statistikk.tverrsnitt": {"mal": "mottakere", "gruppering": "alle", "gruppe": "alle"},
    "klargjort.forlop": {"start_kjent": True, "konvertert": False, "kjonn": "K", "aldersgruppe": "30-39"}
    | {"sensurert": False},
    "klargjort.person_maaned": {"mottaker": True, "tiltak": False, "arbeid": False, "konvertert": False}
    | {"behandling_uten_plankrav": False, "kjonn": "K", "alder": 40, "i_tiprosentutvalg": True},
    "avstemming_ledd": {"lesning": "", "maaneder": 1, "maaneder_ventet": 1},
}


def database(**tabeller: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB with every table the reconciliation reads, empty but for those given (`__` for the dot)."""
    con = duckdb.connect()
    con.execute("set threads = 1")
    for lag in ("kilde", "kodeverk", "klargjort", "statistikk", "kontroll"):
        con.execute(f"create schema {lag}")
    for navn, kolonner in KOLONNER.items():
        con.execute(f"create table {navn} ({kolonner})")
    for navn, tekst in tabeller.items():
        fyll(con, navn.replace("__", "."), tabell(tekst))
    return con


def fyll(con: duckdb.DuckDBPyConnection, navn: str, rader: list[dict[str, Any]]) -> None:
    """Insert rows; a column left out gets its default; `periode` gives `fra` and `til`, `panel` the panel's."""
    for rad in rader:
        ferdig = FORVALG.get(navn, {}) | rad
        for periode, forst in (("periode", ""), ("panel", "panel_")):
            if navn == "kobling" and ferdig.get(periode):
                fra, _, til = ferdig[periode].partition("/")
                ferdig |= {f"{forst}fra": f"{fra}-01", f"{forst}til": f"{til or fra}-01"}
            if navn == "kobling":
                ferdig.pop(periode, None)
        kolonner, verdier = ", ".join(ferdig), ", ".join("?" * len(ferdig))
        con.execute(f"insert into {navn} ({kolonner}) values ({verdier})", list(ferdig.values()))


def ledd(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """The derived side of every number that is tied, from the tables of the database."""
    for steg, fil in derived.tables()[reconcile.TABLE].working.items():
        if steg == "avstemming_ledd":
            break
        con.execute(f"create or replace temp table {steg} as {sql.read(fil)}")
    return kjor(con, "avstemming_ledd")


def kjor(con: duckdb.DuckDBPyConnection, fil: str, **parametre: Any) -> dict[str, dict[str, Any]]:
    """The rows of `sql/kontroll/<fil>.sql` by id, with « lesning» after it where there is one."""
    svar = sql.run(con, f"kontroll/{fil}", **parametre)
    kolonner = [kolonne[0] for kolonne in svar.description]
    rader = [dict(zip(kolonner, rad, strict=True)) for rad in svar.fetchall()]
    funnet = {" ".join(filter(None, (rad["id"], rad.get("lesning")))): rad for rad in rader}
    assert len(funnet) == len(rader), "a row for each id and lesning"
    return funnet


@dataclass(frozen=True)
class Trykt:
    """A number as it is printed; `ellers` is the other row of an interval, `teksten` a tolerance its text gives."""

    presisjon: str
    enhet: str
    verdi: str
    ellers: str | None = None
    teksten: float | None = None


@dataclass(frozen=True)
class Funnet:
    """What is behind the derived number: counts, or for a change the persons paid in only one of the months."""

    storrelse: str
    teller: float
    nevner: float
    i_bare_en: float = 0
    andel_av_befolkning: float | None = None


@dataclass(frozen=True)
class Dom:
    """What the oracle says of one number."""

    status: str
    reprodusert: float | None
    nedre: float | None
    ovre: float | None
    margin: float | None
    innen_to_prosent: bool | None


def orakel(trykt: Trykt, funnet: Funnet) -> Dom:
    """rules.md §6 for one printed number and what is behind the derived one, from the text."""
    nedre, ovre = trykt_omraade(trykt)
    reprodusert, feil = regnet(funnet)
    utvalg = funnet.andel_av_befolkning is not None
    margin = 1.96 * feil if utvalg and feil is not None else None
    er_antall = funnet.storrelse != "andel"
    for_lite = utvalg and er_antall and funnet.andel_av_befolkning < 0.1
    if trykt.presisjon == "anslag" or reprodusert is None or for_lite:
        return Dom("kan_ikke_testes", reprodusert, nedre, ovre, margin, None)
    innen = abs(reprodusert - float(trykt.verdi)) <= 0.02 * abs(float(trykt.verdi)) if utvalg and er_antall else None
    utenfor_med = max(nedre - reprodusert, reprodusert - ovre)
    if utenfor_med <= 1e-9:
        status = "innenfor"
    elif margin is not None and utenfor_med <= margin + 1e-9:
        status = "innenfor_med_utvalgsmargin"
    else:
        status = "utenfor"
    return Dom(status, reprodusert, nedre, ovre, margin, innen)


def trykt_omraade(trykt: Trykt) -> tuple[float | None, float | None]:
    """The lowest and the highest number that is printed so."""
    tall = float(trykt.verdi)
    if trykt.presisjon == "anslag":
        return None, None
    if trykt.presisjon == "over":
        return tall, tall + abs(tall) / 10
    if trykt.presisjon == "under":
        return tall - abs(tall) / 10, tall
    if trykt.presisjon == "intervall":
        return min(tall, float(trykt.ellers or tall)), max(tall, float(trykt.ellers or tall))
    slingring = trykt.teksten if trykt.teksten is not None else _slingring(trykt)
    return tall - slingring, tall + slingring


def _slingring(trykt: Trykt) -> float:
    siste_siffer = 10.0 ** -len(trykt.verdi.partition(".")[2])
    if trykt.presisjon in {"eksakt", "avledet"}:
        return siste_siffer / 2
    if trykt.enhet == "prosent":
        return {"avrundet": 0.5, "omtrent": 2.5}[trykt.presisjon]
    while "." not in trykt.verdi and float(trykt.verdi) and float(trykt.verdi) % (10 * siste_siffer) == 0:
        siste_siffer *= 10
    return siste_siffer / 2


def regnet(funnet: Funnet) -> tuple[float | None, float | None]:
    """The derived number in the unit of print, and its standard error."""
    skala = 1 / (funnet.andel_av_befolkning or 1)
    if funnet.storrelse in {"andel", "endring_prosent"} and funnet.nevner == 0:
        return None, None
    if funnet.storrelse == "andel":
        p = funnet.teller / funnet.nevner
        return 100 * p, 100 * math.sqrt(p * (1 - p) / funnet.nevner)
    if funnet.storrelse == "endring_prosent":
        return 100 * funnet.teller / funnet.nevner, 100 * math.sqrt(funnet.i_bare_en) / funnet.nevner
    if funnet.storrelse == "endring":
        return funnet.teller * skala, math.sqrt(funnet.i_bare_en) * skala
    return funnet.teller * skala, math.sqrt(funnet.teller) * skala


def publisert(rader: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `printed.published` makes them of the printed text."""
    return [
        {"studie": "studie", "nr": nr, "publisert": rad["verdi"], "desimaler": len(rad["verdi"].partition(".")[2])}
        | {"tilpasning": "ikke_brukt"}
        | rad
        for nr, rad in enumerate(rader)
    ]


def dom(
    trykt: list[dict[str, Any]], ledd: list[dict[str, Any]], andel: float | None = None
) -> dict[str, dict[str, Any]]:
    """The reconciliation of printed numbers and the sums behind the derived ones."""
    con = database()
    fyll(con, "publisert", publisert(trykt))
    fyll(con, "avstemming_ledd", ledd)
    fyll(
        con,
        "kobling_mangler",
        [
            {"studie": "studie", "id_monster": "sak.*", "grunn": "Lest i saker"},
            {"studie": "studie", "id_monster": "sak.tabell*", "grunn": "Registertall"},
            {"studie": "en annen", "id_monster": "sak.tabell1*", "grunn": "Feil studie"},
        ],
    )
    con.execute(f"create table avstemming_grenser as {sql.read('kontroll/avstemming_grenser')}")
    return kjor(con, "avstemming", andel_av_befolkning=andel)
