"""rules.md §1 read once more, in plain Python: rows of dicts in, one dict per person out.

Slow and literal, one person and one rule at a time, and without the code lists: what each code counts as stands
here a second time, from the rules and not from `data_contracts/kodeverk`. Where this and the SQL disagree, one of
them has misread the rules.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

Rad = Mapping[str, Any]
Register = Mapping[str, Sequence[Rad]]

AVSLUTTET = {"FULLF", "DELAVB", "GJENN_AVB", "GJENN_AVL"}
DELTAR = AVSLUTTET | {"GJENN", "TILBUD", "JATAKK"}
TELLER_IKKE = {"OVERM", "SLETT", "FEIL"}
INNSATSGRUPPER = {
    "IKVAL": "standard",
    "BFORM": "situasjonsbestemt",
    "BATT": "spesielt_tilpasset",
    "VARIG": "varig_tilpasset",
}
BEHANDLING = (
    "Medisinsk behandling - institusjon",
    "Medisinsk behandling - poliklinisk",
    "Medisinsk behandling / utredning",
    "Institusjonsopphold – behandling",
    "Rehabilitering",
    "Rusbehandling",
    "Institusjonsopphold - rehabilitering/opptrening",
    "Raskere behandling hos spesialist for sykmeldte",
)
KAPITLER = {
    "ICPC2": {"P": "psykisk", "L": "muskel_skjelett", "N": "nervesystem", "K": "hjerte_kar", "A": "allment"},
    "ICD10": {
        "F": "psykisk",
        "M": "muskel_skjelett",
        "G": "nervesystem",
        "I": "hjerte_kar",
        "R": "allment",
        "Z": "allment",
    },
}
UTDANNING = ["grunnskole"] * 3 + ["videregaaende"] * 3 + ["hoyere_inntil_4"] + ["hoyere_over_4"] * 2 + ["uoppgitt"]
ALDERSGRUPPER = ((18, 19), (20, 24), (25, 29), (30, 39), (40, 49), (50, 59), (60, 67))


def person_maaned(register: Register, maaned: dt.date) -> dict[str, dict[str, Any]]:
    """Every column the rules derive, for every active person of the month's own delivery: `person` → row."""
    siste = maaned.replace(day=calendar.monthrange(maaned.year, maaned.month)[1])
    svar = {}
    for person in register["person"]:
        if person["maaned"] == maaned and person["rang"] == 1:
            egne = {
                uttrekk: [rad for rad in rader if rad["maaned"] == maaned and rad["person"] == person["person"]]
                for uttrekk, rader in register.items()
            }
            svar[person["person"]] = _en_person(person, egne, maaned, siste)
    return svar


def _en_person(person: Rad, egne: Register, forste: dt.date, siste: dt.date) -> dict[str, Any]:
    rad: dict[str, Any] = {}
    rad["mottaker"] = sum(u["belop"] for u in egne["utbetaling"] if forste <= u["dato_postert"] <= siste) > 0
    rad["tiltak"] = any(_deltar(t, forste, siste) for t in egne["tiltaksdeltakelse"])
    rad |= _meldekort(egne, forste, siste)
    rad |= _plan(egne, siste)
    rad |= _innsats(egne["innsatsgruppe"], siste)
    rad |= _vedtak(egne["aap_vedtak"], forste, siste)
    rad["alder"] = alder = siste.year - person["fodselsmaaned"].year - (siste.month < person["fodselsmaaned"].month)
    rad["aldersgruppe"] = next((f"{fra}-{til}" for fra, til in ALDERSGRUPPER if fra <= alder <= til), "annet")
    land = person["landkode_statsborger"]
    rad["landbakgrunn"] = None if land is None else "norge" if land == "NO" else "annet"
    nivaa = person["utdanning_nivaa"]
    rad["utdanning"] = "uoppgitt" if nivaa is None else UTDANNING[int(nivaa)]
    rad["diagnosegruppe"] = _diagnosegruppe(egne["diagnose"], siste)
    rad["aktivitetsstatus"] = _aktivitetsstatus(rad)
    rad["tilstand"] = "+".join(del_ for del_ in ("tiltak", "arbeid", "behandling") if rad[del_]) or "passiv"
    return rad


def _deltar(deltakelse: Rad, forste: dt.date, siste: dt.date) -> bool:
    status, fra, til = (deltakelse[navn] for navn in ("deltakerstatuskode", "dato_fra", "dato_til"))
    endret = deltakelse["dato_statusendring"]
    if status not in DELTAR or fra is None:
        return False
    if status in AVSLUTTET and endret is not None and endret < fra:
        return False
    return fra <= siste and (til is None or til >= forste)


def _meldekort(egne: Register, forste: dt.date, siste: dt.date) -> dict[str, Any]:
    gjeldende: dict[tuple[int, str], Rad] = {}
    for kort in sorted(egne["meldekort"], key=lambda kort: (kort["dato_innkommet"], kort["meldekort_id"])):
        if kort["beregningstatuskode"] not in TELLER_IKKE and forste <= kort["dato_innkommet"] <= siste:
            gjeldende[kort["aar"], kort["periodekode"]] = kort
    timer = sum(float(tall) for kort in gjeldende.values() for tall in kort["timer"].split())
    fritatt = any(
        v["rettighetkode"] == "FRI_MK_AAP" and _iverksatt(v) and v["fra_dato"] <= siste and _til(v) >= forste
        for v in egne["aap_vedtak"]
    )
    if fritatt or (gjeldende and all(kort["mkskortkode"] == "06" for kort in gjeldende.values())):
        status = "ikke_spurt"
    else:
        status = "mottatt" if gjeldende else "mangler"
    return {"timer_arbeidet": timer, "meldekort_status": status, "arbeid": timer > 0}


def _plan(egne: Register, siste: dt.date) -> dict[str, Any]:
    def signert(plan: Rad) -> bool:
        return plan["dato_godkjent"] is not None and plan["dato_godkjent"] <= siste

    def dekker(plan: Rad) -> bool:
        return plan["dato_fra"] <= siste and (plan["dato_til"] is None or plan["dato_til"] >= siste)

    def utlopt(plan: Rad) -> bool:
        return plan["dato_til"] is not None and plan["dato_til"] < siste

    planer = egne["aktivitetsplan"]
    gyldig = any(signert(plan) and dekker(plan) for plan in planer)
    if gyldig:
        status = "gyldig"
    elif any(signert(plan) and utlopt(plan) for plan in planer):
        status = "utlopt"
    elif any(dekker(plan) for plan in planer):
        status = "ikke_signert"
    else:
        status = "ingen"
    behandlet = any(
        likt_navn(a["aktivitettypenavn"]) in BEHANDLINGSNAVN and a["aktivitetstatuskode"] == "GJENN"
        for a in egne["aktivitet"]
    )
    return {
        "gyldig_plan": gyldig,
        "plan_status": status,
        "behandling": gyldig and behandlet,
        "behandling_inkl_utlopt_plan": behandlet
        and any(signert(plan) and (dekker(plan) or utlopt(plan)) for plan in planer),
        "behandling_uten_plankrav": behandlet,
    }


def likt_navn(navn: str) -> str:
    """A name as it is compared: no case, no surplus space, one kind of dash, which an export may have spoilt."""
    andre = "−\u00ad\x96\ufffd"
    streker = "".join("-" if unicodedata.category(tegn) == "Pd" or tegn in andre else tegn for tegn in navn)
    ett_mellomrom = " ".join(streker.casefold().split())
    return re.sub(r" ?([-/]) ?", r"\1", ett_mellomrom.replace(" ? ", "-"))


BEHANDLINGSNAVN = {likt_navn(navn) for navn in BEHANDLING}


def _innsats(vedtak: Sequence[Rad], siste: dt.date) -> dict[str, Any]:
    gjeldende = [
        v
        for v in vedtak
        if v["kvalifiseringsgruppekode"] in INNSATSGRUPPER and v["fra_dato"] <= siste and _til(v) >= siste
    ]
    if not gjeldende:
        return {"innsatsgruppe": None, "hovedmaal": None}
    siste_vedtak = max(gjeldende, key=lambda v: (v["fra_dato"], v["vedtak_id"]))
    gruppe = INNSATSGRUPPER[siste_vedtak["kvalifiseringsgruppekode"]]
    return {"innsatsgruppe": gruppe, "hovedmaal": siste_vedtak["hovedmaalkode"]}


def _til(vedtak: Rad) -> dt.date:
    return vedtak["til_dato"] or dt.date.max


def _iverksatt(vedtak: Rad) -> bool:
    avgjort = vedtak["utfallkode"] == "JA" and vedtak["vedtakstatuskode"] in {"IVERK", "AVSLU"}
    return avgjort and vedtak["fra_dato"] is not None and _til(vedtak) >= vedtak["fra_dato"]


def _vedtak(vedtak: Sequence[Rad], forste: dt.date, siste: dt.date) -> dict[str, Any]:
    innvilget = [
        v for v in vedtak if v["rettighetkode"] == "AAP" and v["vedtaktypekode"] in {"O", "E", "G"} and _iverksatt(v)
    ]
    begynt = [v for v in innvilget if v["fra_dato"] <= siste]
    # The chain, from what is in force in the month and backwards, until nothing more is near enough.
    kjede = [v for v in begynt if _til(v) >= forste]
    while nye := [v for v in begynt if v not in kjede and any(_opphold(v, ledd) <= 31 for ledd in kjede)]:
        kjede += nye
    siste_dag = [v for v in begynt if _til(v) >= siste]
    return {
        "aap_siden": min((v["fra_dato"] for v in kjede), default=None),
        "konvertert": any(v["konvertert"] == "J" for v in innvilget),
        "aktfase": max(siste_dag, key=lambda v: (v["fra_dato"], v["vedtak_id"]))["aktfasekode"] if siste_dag else None,
    }


def _opphold(ett: Rad, annet: Rad) -> int:
    """Whole days between two vedtak on which neither is in force."""
    tidlig, sen = sorted((ett, annet), key=lambda v: v["fra_dato"])
    return max(0, (sen["fra_dato"] - _til(tidlig)).days - 1)


def _diagnosegruppe(diagnoser: Sequence[Rad], siste: dt.date) -> str:
    hoved = [d for d in diagnoser if d["diagnose_type"] == "HOVED" and d["dato"] <= siste]
    if not hoved:
        return "uoppgitt"
    seneste = max(d["dato"] for d in hoved)
    samme_dag = [d for d in hoved if d["dato"] == seneste]
    valgt = min(samme_dag, key=lambda d: (d["diagnose_kodeverk"] != "ICPC2", d["diagnosekode"]))
    return KAPITLER[valgt["diagnose_kodeverk"]].get(valgt["diagnosekode"].strip()[0].upper(), "annet")


def _aktivitetsstatus(rad: Rad) -> str | None:
    if not rad["mottaker"]:
        return None
    if rad["arbeid"] or rad["tiltak"]:
        return "arbeid_eller_tiltak"
    if rad["behandling"]:
        return "kun_behandling"
    if rad["innsatsgruppe"] == "varig_tilpasset":
        return "varig_tilpasset"
    return "gyldig_plan" if rad["gyldig_plan"] else "ingen_plan"
