"""What every code value is called in bokmål; the order in a list is the order figures show it in."""

from __future__ import annotations

NAMES: dict[str, dict[str, str]] = {
    "aktivitetsstatus": {
        "arbeid_eller_tiltak": "I arbeid eller tiltak",
        "kun_behandling": "Kun medisinsk behandling",
        "varig_tilpasset": "Varig tilpasset innsats, ingen aktivitet",
        "gyldig_plan": "Gyldig plan, ingen aktivitet",
        "ingen_plan": "Verken gyldig plan eller aktivitet",
    },
    "tilstand": {
        "passiv": "Ingen registrert aktivitet",
        "behandling": "Behandling",
        "arbeid": "Arbeid",
        "arbeid+behandling": "Arbeid og behandling",
        "tiltak": "Tiltak",
        "tiltak+behandling": "Tiltak og behandling",
        "tiltak+arbeid": "Tiltak og arbeid",
        "tiltak+arbeid+behandling": "Tiltak, arbeid og behandling",
    },
    "mal": {
        "mottakere": "Mottakere",
        "tiltak": "I arbeidsrettet tiltak",
        "arbeid": "I arbeid",
        "arbeid_eller_tiltak": "I arbeid eller tiltak",
        "arbeid_og_tiltak": "I både arbeid og tiltak",
        "behandling": "I medisinsk behandling",
        "behandling_inkl_utlopt_plan": "I medisinsk behandling, utløpte planer medregnet",
        "behandling_uten_plankrav": "I medisinsk behandling, uten krav om plan",
        "gyldig_plan": "Har godkjent og gyldig plan",
    },
    "anslag": {
        "med_aktivitet": "I arbeid, tiltak eller behandling",
        "uten_aktivitet": "Uten aktivitet",
        "uten_aktivitet_inkl_varig_tilpasset": "Uten aktivitet, varig tilpasset medregnet",
    },
    "kjonn": {"K": "Kvinner", "M": "Menn", "uoppgitt": "Uoppgitt kjønn"},
    "aldersgruppe": {
        "18-19": "18–19 år",
        "20-24": "20–24 år",
        "25-29": "25–29 år",
        "30-39": "30–39 år",
        "40-49": "40–49 år",
        "50-59": "50–59 år",
        "60-67": "60–67 år",
        "annet": "Annen alder",
    },
    "diagnosegruppe": {
        "psykisk": "Psykiske lidelser",
        "muskel_skjelett": "Muskel- og skjelettlidelser",
        "nervesystem": "Sykdommer i nervesystemet",
        "hjerte_kar": "Hjerte- og karsykdommer",
        "allment": "Allment og uspesifisert",
        "annet": "Andre diagnoser",
        "uoppgitt": "Uoppgitt diagnose",
    },
    "utdanning": {
        "grunnskole": "Grunnskole",
        "videregaaende": "Videregående",
        "hoyere_inntil_4": "Høyere, inntil 4 år",
        "hoyere_over_4": "Høyere, mer enn 4 år",
        "uoppgitt": "Uoppgitt utdanning",
    },
    "innsatsgruppe": {
        "spesielt_tilpasset": "Spesielt tilpasset innsats",
        "varig_tilpasset": "Varig tilpasset innsats",
        "situasjonsbestemt": "Situasjonsbestemt innsats",
        "standard": "Standardinnsats",
        "annet": "Annet",
        "uoppgitt": "Ingen innsatsgruppe",
    },
    "plan_status": {
        "gyldig": "Gyldig plan",
        "utlopt": "Utløpt plan",
        "ikke_signert": "Plan som ikke er signert",
        "ingen": "Ingen plan",
    },
    "meldekort_status": {"mottatt": "Mottatt", "ikke_spurt": "Ikke spurt", "mangler": "Mangler"},
    "fylke": {"uoppgitt": "Uoppgitt fylke"},
    "landbakgrunn": {"norge": "Norge", "annet": "Annet land"},
    "gruppering": {
        "alle": "Alle",
        "kjonn": "Kjønn",
        "aldersgruppe": "Alder",
        "diagnosegruppe": "Diagnose",
        "utdanning": "Utdanning",
        "fylke": "Fylke",
        "landbakgrunn": "Landbakgrunn",
    },
    "alle": {"alle": "Alle"},
}


def navn(code: str, list_name: str | None = None) -> str:
    """The bokmål name of a code value.

    `list_name` (a column, `mal` or `gruppering`) decides where lists share a code; without it the first list
    that has the code does, aktivitetsstatus before the others. `plan_status=utlopt` names its list itself,
    and crossed groupings (`kjonn*aldersgruppe`, `K*30-39`) name both parts. What has no name here, such as a
    fylke, is its own name.

    >>> navn("arbeid_eller_tiltak"), navn("K*30-39", "kjonn*aldersgruppe")
    ('I arbeid eller tiltak', 'Kvinner, 30–39 år')
    """
    if "=" in code:
        list_name, code = code.split("=", 1)
    if "*" in code:
        parts = code.split("*")
        lists = list_name.split("*") if list_name and "*" in list_name else [list_name] * len(parts)
        return ", ".join(navn(part, of) for part, of in zip(parts, lists, strict=True))
    names = [NAMES.get(list_name, {})] if list_name else NAMES.values()
    return next((known[code] for known in names if code in known), code)


def order(list_name: str) -> list[str]:
    """The codes of a list in the order figures show them."""
    return list(NAMES[list_name])
