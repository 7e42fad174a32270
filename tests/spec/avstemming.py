"""The reconciliation's tables written as ASCII tables, and its verdict once more in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.model import sql
from tests.spec.tabeller import tabell

KOLONNER = {
    "publisert": "nr integer, id varchar, studie varchar, figur varchar, mal varchar, gruppe varchar,"
    " verdi varchar, enhet varchar, periode varchar, nevner varchar, definisjon varchar, presisjon varchar,"
    " kilde varchar, merknad varchar, publisert double, desimaler integer",
    "kobling": "id varchar, lesning varchar, storrelse varchar, kilde varchar, mal varchar, gruppering varchar,"
    " gruppe varchar, h double, fra date, til date, teller double, nevner double",
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
    " kjonn varchar, aldersgruppe varchar",
}
FORVALG: dict[str, dict[str, Any]] = {
    "kobling": {"lesning": "", "kilde": "statistikk.tverrsnitt", "mal": "mottakere", "gruppering": "alle"}
    | {"gruppe": "alle", "teller": 1, "nevner": 0},
    "kobling_forlop": {"lesning": "", "storrelse": "andel", "utvalg": "delrapport2", "gruppering": "alle"}
    | {"gruppe": "alle"},
    "statistikk.tverrsnitt": {"mal": "mottakere", "gruppering": "alle", "gruppe": "alle"},
    "klargjort.forlop": {"start_kjent": True, "konvertert": False, "kjonn": "K", "aldersgruppe": "30-39"},
    "avstemming_ledd": {"lesning": "", "maaneder": 1, "maaneder_ventet": 1},
}


def database(**tabeller: str) -> duckdb.DuckDBPyConnection:
    """A DuckDB with every table the reconciliation reads, empty but for those given (`__` for the dot)."""
    con = duckdb.connect()
    con.execute("set threads = 1")
    for lag in ("klargjort", "statistikk", "kontroll"):
        con.execute(f"create schema {lag}")
    for navn, kolonner in KOLONNER.items():
        con.execute(f"create table {navn} ({kolonner})")
    for navn, tekst in tabeller.items():
        fyll(con, navn.replace("__", "."), tabell(tekst))
    return con


def fyll(con: duckdb.DuckDBPyConnection, navn: str, rader: list[dict[str, Any]]) -> None:
    """Insert rows; a column that is left out gets its default, and `periode` gives `fra` and `til`."""
    for rad in rader:
        ferdig = FORVALG.get(navn, {}) | rad
        if navn == "kobling" and "periode" in ferdig:
            fra, _, til = ferdig.pop("periode").partition("/")
            ferdig |= {"fra": f"{fra}-01", "til": f"{til or fra}-01"}
        kolonner, verdier = ", ".join(ferdig), ", ".join("?" * len(ferdig))
        con.execute(f"insert into {navn} ({kolonner}) values ({verdier})", list(ferdig.values()))


def maalt(con: duckdb.DuckDBPyConnection) -> None:
    """The working tables before `avstemming_ledd`."""
    for steg in ("avstemming_tilgang", "avstemming_personer", "avstemming_maalt"):
        con.execute(f"create table {steg} as {sql.read(f'kontroll/{steg}')}")


def kjor(con: duckdb.DuckDBPyConnection, fil: str, **parametre: Any) -> dict[str, dict[str, Any]]:
    """The rows of `sql/kontroll/<fil>.sql` by id, with « lesning» after it where there is one."""
    svar = sql.run(con, f"kontroll/{fil}", **parametre)
    kolonner = [kolonne[0] for kolonne in svar.description]
    rader = [dict(zip(kolonner, rad, strict=True)) for rad in svar.fetchall()]
    funnet = {" ".join(filter(None, (rad["id"], rad.get("lesning")))): rad for rad in rader}
    assert len(funnet) == len(rader), "a row for each id and lesning"
    return funnet


@dataclass(frozen=True)
class Dom:
    """What the oracle says of one number."""

    status: str
    reprodusert: float | None
    nedre: float | None
    ovre: float | None
    margin: float | None


def orakel(
    presisjon: str,
    enhet: str,
    verdi: str,
    storrelse: str,
    teller: float,
    nevner: float,
    andel_av_befolkning: float | None,
) -> Dom:
    """rules.md §6 for one printed number (not an interval) and the sum behind the derived one, from the text."""
    trykt = float(verdi)
    punkter = enhet == "prosent"
    desimaler = len(verdi.split(".")[1]) if "." in verdi else 0
    slingring = {
        "eksakt": 0.5 / 10**desimaler,
        "avrundet": 0.5,
        "omtrent": 2.5 if punkter else abs(trykt) / 20,
        "avledet": 1.0 if punkter else abs(trykt) / 20,
    }.get(presisjon, 0.0)
    nedre = None if presisjon in {"under", "anslag"} else trykt - slingring
    ovre = None if presisjon in {"over", "anslag"} else trykt + slingring
    skala = 1 / andel_av_befolkning if andel_av_befolkning else 1
    if storrelse == "andel":
        if nevner == 0:
            return Dom("kan_ikke_testes", None, nedre, ovre, None)
        p = teller / nevner
        funnet, feil = 100 * p, 100 * math.sqrt(p * (1 - p) / nevner)
    else:
        funnet, feil = teller * skala, math.sqrt(teller) * skala
    margin = 1.96 * feil if andel_av_befolkning else None
    rom = (margin or 0) + 1e-9
    for_lav = nedre is not None and funnet < nedre - rom
    for_hoy = ovre is not None and funnet > ovre + rom
    status = "utenfor" if for_lav or for_hoy else "innenfor"
    return Dom("kan_ikke_testes" if presisjon == "anslag" else status, funnet, nedre, ovre, margin)


def publisert(rader: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows as `reconciliation.published` makes them of the printed text."""
    return [
        {"studie": "studie", "nr": nr, "publisert": rad["verdi"], "desimaler": len(rad["verdi"].partition(".")[2])}
        | rad
        for nr, rad in enumerate(rader)
    ]


def dom(
    trykt: list[dict[str, Any]],
    ledd: list[dict[str, Any]],
    andel: float | None = None,
    avrunding: int = 0,
    minste_nevner: int = 0,
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
    return kjor(con, "avstemming", andel_av_befolkning=andel, avrunding=avrunding, minste_nevner=minste_nevner)
