"""rules.md §3 once more, in plain Python: slow, one person and one month at a time, no clever counting.

Everything works on the rows of `klargjort.person_maaned` as dicts. Months are numbers counted from the panel's
first. Shares no code with the SQL and the curves it checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, combinations, groupby
from math import log, log2, sqrt
from typing import Any

Rad = dict[str, Any]
Nokkel = tuple[str, str, str, str, int | None]
BAKGRUNN = ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning")
TILSTANDER = (
    *("passiv", "behandling", "arbeid", "arbeid+behandling"),
    *("tiltak", "tiltak+behandling", "tiltak+arbeid", "tiltak+arbeid+behandling"),
)
TOM = {"mottaker": False, "tiltak": False, "arbeid": False, "behandling": False, "tilstand": "passiv"}
TOM["meldekort_status"] = "mangler"


def forlop(rader: list[Rad]) -> list[Rad]:
    """The spells, each with its `maaneder`: the rows from its first to its last month with pay."""
    tider = {rad["maaned"] for rad in rader}
    nummer = {tid: 12 * (tid.year - min(tider).year) + tid.month - min(tider).month for tid in tider}
    siste = max(nummer.values(), default=0)
    funnet = []
    for person, egne in groupby(sorted(rader, key=lambda r: (r["person"], r["maaned"])), key=lambda r: r["person"]):
        rad_i = {nummer[rad["maaned"]]: rad for rad in egne}
        betalt = [m for m in range(siste + 1) if m in rad_i and rad_i[m]["mottaker"]]
        starter = [m for m in betalt if m - 1 not in betalt and m - 2 not in betalt]
        slutter = [m for m in betalt if m + 1 not in betalt and m + 2 not in betalt]
        konvertert = any(rad["konvertert"] for rad in rad_i.values())
        for nr, (start, slutt) in enumerate(zip(starter, slutter, strict=True), 1):
            funnet.append(
                {
                    "person": person,
                    "forlop_nr": nr,
                    "start": start,
                    "lengde": slutt - start + 1,
                    "fulgt": siste - start,
                    "sensurert": slutt >= siste - 1,
                    "helt_ny": nr == 1 and not konvertert and start >= 2,
                    "start_kjent": start >= 2,
                    "tiprosent": rad_i[start]["i_tiprosentutvalg"],
                    "startaar": str(rad_i[start]["maaned"].year),
                    **{navn: rad_i[start][navn] for navn in BAKGRUNN},
                    "maaneder": [rad_i.get(m, TOM) for m in range(start, slutt + 1)],
                }
            )
    return funnet


def tilstander(f: Rad) -> list[str]:
    return [rad["tilstand"] for rad in f["maaneder"]]


def forste(f: Rad, hva: str) -> int | None:
    """Number of the first month in which `hva` has happened."""
    return next((nr for nr in range(1, f["lengde"] + 1) if har(f["maaneder"][:nr], hva)), None)


def har(maaneder: list[Rad], hva: str) -> bool:
    if hva == "ingen":
        return not har(maaneder, "aktivitet")
    if hva == "begge":
        return har(maaneder, "behandling") and har(maaneder, "arbeidsrettet")
    return any(er(rad, hva) for rad in maaneder)


def er(rad: Rad, hva: str) -> bool:
    """Whether the month is one of `hva`."""
    tiltak, arbeid, behandling = rad["tiltak"], rad["arbeid"], rad["behandling"]
    return {
        "alle": True,
        "tiltak": tiltak,
        "arbeid": arbeid,
        "behandling": behandling,
        "arbeidsrettet": tiltak or arbeid,
        "aktivitet": tiltak or arbeid or behandling,
        "passiv": not (tiltak or arbeid or behandling),
        "samtidig": behandling and (tiltak or arbeid),
        "samtidig_tiltak": behandling and tiltak,
        "samtidig_arbeid": behandling and arbeid,
        "uten_utbetaling": not rad["mottaker"],
        "uten_meldekort": rad["meldekort_status"] == "mangler",
        **{f"tilstand:{tilstand}": rad["tilstand"] == tilstand for tilstand in TILSTANDER if tilstand != "passiv"},
    }[hva]


def episoder(f: Rad) -> list[tuple[str, int]]:
    return [(tilstand, len(list(like))) for tilstand, like in groupby(tilstander(f))]


def sekvensmaal(f: Rad) -> dict[str, float]:
    """As TraMineR: seqtransn, seqsubsn, seqient, seqST, seqici."""
    lop = [tilstand for tilstand, _ in episoder(f)]
    varigheter = [varighet for _, varighet in episoder(f)]
    lengde = f["lengde"]
    snitt = lengde / len(lop)
    varians = sum((v - snitt) ** 2 for v in varigheter) / len(lop)
    storste = (len(lop) - 1) * (1 - snitt) ** 2
    phi = len(set(chain.from_iterable(combinations(lop, n) for n in range(len(lop) + 1))))
    entropi = sum(-n / lengde * log(n / lengde) for n in Counter(tilstander(f)).values()) / log(8)
    return {
        "overganger": len(lop) - 1,
        "ulike_tilstander": len(set(lop)),
        "entropi": entropi,
        "turbulens": log2(phi * (storste + 1) / (varians + 1)),
        "kompleksitet": sqrt((len(lop) - 1) / max(lengde - 1, 1) * entropi),
    }


def resultater(alle: list[Rad]) -> dict[Nokkel, tuple[int, int, float | None]]:
    """Every row of `statistikk.forlop` that has spells in it (of `tilstand=` also the zeros)."""
    svar: dict[Nokkel, tuple[int, int, float | None]] = {}
    for (utvalg, gruppering, gruppe), f in grupper(alle).items():
        for mal, nr, antall, nevner, verdi in rader_for(f, lengdegruppe=gruppering.startswith("lengde")):
            svar[utvalg, mal, gruppering, gruppe, nr] = (antall, nevner, verdi)
    return svar


def grupper(alle: list[Rad]) -> dict[tuple[str, str, str], list[Rad]]:
    samlet: dict[tuple[str, str, str], list[Rad]] = {}
    for f in alle:
        lengde = klasse(f["lengde"], (12, 24, 36), "37+")
        med = {"alle": "alle", "startaar": f["startaar"], **{navn: f[navn] for navn in BAKGRUNN}, "lengde": lengde}
        med |= {f"lengde*{navn}": f"{lengde}*{med[navn]}" for navn in (*BAKGRUNN, "startaar")}
        if not f["sensurert"]:
            med["lengde_avsluttet"] = lengde
        utvalg = {
            "alle": True,
            "tilgang": f["start_kjent"],
            "helt_ny": f["helt_ny"],
            "tiprosent": f["helt_ny"] and f["tiprosent"],
        }
        for navn in (navn for navn, med_i in utvalg.items() if med_i):
            for gruppering, gruppe in med.items():
                samlet.setdefault((navn, gruppering, gruppe), []).append(f)
    return samlet


def klasse(n: int, grenser: tuple[int, ...], over: str) -> str:
    nedre = 1
    for grense in grenser:
        if n <= grense:
            return f"{nedre}-{grense}"
        nedre = grense + 1
    return over


def rader_for(f: list[Rad], *, lengdegruppe: bool) -> Iterator[tuple[str, int | None, int, int, float | None]]:
    n = len(f)
    lengder = [x["lengde"] for x in f]
    yield "forlop", None, n, n, n
    yield "korteste", None, n, n, min(lengder)
    yield "lengste", None, n, n, max(lengder)
    yield from noensinne(f, None)
    yield from maaneder(f)
    yield from snitt(f)
    yield from fordelinger(f)
    if lengdegruppe:
        return
    for grense in (12, 24, 36):
        yield from noensinne([x for x in f if x["fulgt"] >= grense], grense)
    yield from maaned_for_maaned(f)
    yield from overganger(f)
    yield from vanligste(f)
    for hendelse in ("tiltak", "arbeid", "behandling", "arbeidsrettet", "aktivitet", "ute"):
        yield from livstabell(f, hendelse)


def noensinne(f: list[Rad], grense: int | None) -> Iterator[tuple[str, int | None, int, int, float | None]]:
    hva = ("tiltak", "arbeid", "behandling", "arbeidsrettet", "aktivitet", "begge", "samtidig", "ingen")
    for navn in (*hva, "samtidig_tiltak", "samtidig_arbeid") if f else ():
        antall = sum(har(x["maaneder"][:grense], navn) for x in f)
        yield f"noensinne={navn}", grense, antall, len(f), antall / len(f)


def maaneder(f: list[Rad]) -> Iterator[tuple[str, None, int, int, float]]:
    alle = [rad for x in f for rad in x["maaneder"]]
    hva = ["alle", "tiltak", "arbeid", "behandling", "arbeidsrettet", "aktivitet", "passiv", "samtidig"]
    hva += ["samtidig_tiltak", "samtidig_arbeid", "uten_utbetaling", "uten_meldekort"]
    for navn in (*hva, *(f"tilstand:{tilstand}" for tilstand in TILSTANDER if tilstand != "passiv")):
        antall = sum(er(rad, navn) for rad in alle)
        yield f"maaneder={navn}", None, antall, len(f), antall / len(f)
        if navn != "alle":
            yield f"maanedsandel={navn}", None, antall, len(alle), antall / len(alle)


def snitt(f: list[Rad]) -> Iterator[tuple[str, None, int, int, float]]:
    per_forlop = [
        {
            "lengde": x["lengde"],
            "sensurert": x["sensurert"],
            "passive_perioder": len(passive(x)),
            "lengste_passive": max(passive(x), default=0),
            "andel_passiv": tilstander(x).count("passiv") / x["lengde"],
            **sekvensmaal(x),
        }
        for x in f
    ]
    for navn in per_forlop[0]:
        yield f"snitt={navn}", None, len(f), len(f), sum(maal[navn] for maal in per_forlop) / len(f)


def passive(x: Rad) -> list[int]:
    return [varighet for tilstand, varighet in episoder(x) if tilstand == "passiv"]


def fordelinger(f: list[Rad]) -> Iterator[tuple[str, None, int, int, float]]:
    arbeid = [(sum(er(rad, "arbeid") for rad in x["maaneder"]), x["lengde"]) for x in f]
    intensitet = ["ingen" if a == 0 else "lav" if a / n < 0.5 else "hoy" if a < n else "full" for a, n in arbeid]
    grenser = (3, 6, 12, 24)
    lengste = [max(passive(x), default=0) for x in f]
    for familie, klasser in {
        "lengde": [klasse(x["lengde"], (12, 24, 36), "37+") for x in f],
        "passive_perioder": [str(len(passive(x))) if len(passive(x)) < 4 else "4+" for x in f],
        "lengste_passive": [klasse(n, grenser, "25+") if n else "0" for n in lengste],
        "arbeidsintensitet": intensitet,
        "passiv_varighet": [klasse(n, grenser, "25+") for x in f for n in passive(x)],
    }.items():
        for navn, antall in Counter(klasser).items():
            yield f"{familie}={navn}", None, antall, len(klasser), antall / len(klasser)


def maaned_for_maaned(f: list[Rad]) -> Iterator[tuple[str, int, int, int, float]]:
    for nr in range(1, 65):
        fulgt = [x for x in f if x["fulgt"] >= nr]
        naa = Counter(tilstander(x)[nr - 1] if nr <= x["lengde"] else "ute" for x in fulgt)
        for tilstand in (*TILSTANDER, "ute") if fulgt else ():
            yield f"tilstand={tilstand}", nr, naa[tilstand], len(fulgt), naa[tilstand] / len(fulgt)


def overganger(f: list[Rad]) -> Iterator[tuple[str, None, int, int, float]]:
    for steg in (1, 6):
        telt = Counter(
            (tilstander(x)[nr - 1], tilstander(x)[nr + steg - 1] if nr + steg <= x["lengde"] else "ute")
            for x in f
            for nr in range(1, x["lengde"] + 1)
            if nr + steg <= x["fulgt"]
        )
        for (fra, til), antall in telt.items():
            nevner = sum(n for (fra_2, _), n in telt.items() if fra_2 == fra)
            yield f"overgang_{steg}={fra}>{til}", None, antall, nevner, antall / nevner


def vanligste(f: list[Rad]) -> Iterator[tuple[str, None, int, int, float]]:
    lop = Counter(" > ".join(tilstand for tilstand, _ in episoder(x)) for x in f)
    for tekst, antall in sorted(lop.items(), key=lambda par: (-par[1], par[0]))[:20]:
        yield f"lop={tekst}", None, antall, len(f), antall / len(f)


def livstabell(f: list[Rad], hendelse: str) -> Iterator[tuple[str, int | None, int, int, float | None]]:
    """Followed month by month: who is still waiting, who gets there, who leaves first."""
    fulgt = [x for x in f if x["fulgt"] >= 1]
    if not fulgt:
        return
    venter, igjen, insidens, ute_insidens, naadd, ute, naadd_i = fulgt, 1.0, 0.0, 0.0, 0, 0, []
    median_ute = None
    for nr in range(1, 65):
        venter = [x for x in venter if x["fulgt"] >= nr]
        if not venter:
            break
        borte = [x for x in venter if not x["sensurert"] and x["lengde"] + 1 == nr]
        inntraff = borte if hendelse == "ute" else [x for x in venter if forste(x, hendelse) == nr]
        ut = [] if hendelse == "ute" else borte
        n = len(venter)
        yield f"i_risiko={hendelse}", nr, n, len(fulgt), n / len(fulgt)
        insidens += igjen * len(inntraff) / n
        ute_insidens += igjen * len(ut) / n
        igjen *= 1 - (len(inntraff) + len(ut)) / n
        naadd, ute = naadd + len(inntraff), ute + len(ut)
        naadd_i += [nr] * len(inntraff)
        yield f"kumulativ_insidens={hendelse}", nr, naadd, len(fulgt), insidens
        if hendelse != "ute":
            yield f"ute_uten={hendelse}", nr, ute, len(fulgt), ute_insidens
        if median_ute is None and insidens >= 0.5 - 1e-9:
            median_ute = nr - 1
        venter = [x for x in venter if x not in inntraff and x not in ut]
    if hendelse == "ute":
        yield "median_varighet", None, naadd, len(fulgt), median_ute
    else:
        yield f"median_maaneder={hendelse}", None, naadd, len(fulgt), naadd_i[(naadd - 1) // 2] if naadd else None
