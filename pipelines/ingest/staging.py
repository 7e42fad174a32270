"""One extract's files as one SELECT: typed values, and for a broken row what is wrong with it.

The row rules that need nothing but the row itself are here; those that need other rows (duplicates, the
person, the card) are in judging.py. Their order is that of contracts.md, «At the door»: a row that breaks
several is quarantined under the first.
"""

from __future__ import annotations

from pipelines.ingest import identity, reading
from pipelines.ingest.forms import Form
from pipelines.ingest.reading import Profiles
from pipelines.model.contracts import Column, Contract


def select_rows(contract: Contract, form: Form, codes: dict[str, list[str]], number: int, profiles: Profiles) -> str:
    """SELECT of one row per row of the files `$filer<number>` (reading.py, `scan`).

    Columns: maaned, rad, the contract's columns typed, `har_slutt` where an end date may be open (it was given,
    open or not), `feil` (struct regel, kolonne; null for a sound row), `brutt` (names of the columns that do not
    parse) and `raa` (the row as JSON text, identities replaced by HMACs), the last two for broken rows only.
    """
    columns = contract.columns
    typed = [f"{reading.typed(c, form, profiles[c.name])} as {_delivered(c)}" for c in columns]
    typed += [f"{_kept(c, profiles)} as {c.name}" for c in columns if _delivered(c) != c.name]
    faults = _faults(contract, codes, profiles)
    sound = " and ".join(["true", *(f"({condition}) is not true" for _, _, condition in faults)])
    first = " ".join(f"when {condition} then {{regel: '{r}', kolonne: '{k}'}}" for r, k, condition in faults)
    fault = f"case when ok then null {first} end" if faults else "null::struct(regel varchar, kolonne varchar)"
    broken = [f"case when {_unparsed(c)} then '{c.name}' end" for c in columns if _may_not_parse(c, profiles)]
    names = [
        *(c.name for c in columns),
        *(f"{_delivered(c)} is not null as har_slutt" for c in columns if c.open_after),
    ]
    return (
        f"select maaned, rad, {', '.join(names)}, {fault} as feil,"
        f" case when ok then null else list_filter([{', '.join(broken)}]::varchar[], lambda x: x is not null) end"
        f" as brutt, case when ok then null else {_as_delivered(contract, form)} end as raa"
        f" from (select *, {sound} as ok from (select *, {', '.join(typed)}"
        f" from ({reading.scan(contract, form, number, profiles)})))"
    )


def row_as_json(contract: Contract) -> str:
    """SQL: a sound row of the staging table as JSON text, identities replaced by HMACs."""
    return _json_object({c.name: f"{c.name}::varchar" if c.is_other_id else _safe(c, c.name) for c in contract.columns})


def _as_delivered(contract: Contract, form: Form) -> str:
    """SQL: a broken row as JSON text. A person_id is the same however it was written, so its HMAC is too."""
    texts = {c.name: _safe(c, reading.as_text(c, form)) for c in contract.columns}
    for column in contract.columns:
        if column.name == "person_id":
            texts["person_id"] = identity.hmac(f"coalesce(person_id::varchar, {reading.as_text(column, form)})")
        elif column.is_other_id:
            concealed = f"nullif({column.name}, {_delivered(column)})::varchar"
            texts[column.name] = f"coalesce({concealed}, {texts[column.name]})"
    return _json_object(texts)


def _safe(column: Column, value: str) -> str:
    """SQL: the text of a value without an identity."""
    text = f"{value}::varchar"
    return identity.hmac(text) if column.name in {"person_id", "fodselsnr"} else identity.redact(text)


def _json_object(texts: dict[str, str]) -> str:
    pairs = (f"'{name}', {text}" for name, text in texts.items())
    return f"json_object({', '.join(pairs)})::varchar"


def _delivered(column: Column) -> str:
    """The name of the typed value where it is not yet what is kept."""
    return f"t_{column.name}" if column.open_after or column.is_other_id else column.name


def _kept(column: Column, profiles: Profiles) -> str:
    """SQL: no open end, and no id of something else than a person that may be someone's fødselsnummer."""
    delivered = _delivered(column)
    if column.open_after:
        return reading.close_open_end(delivered, column.open_after)
    least, _ = identity.ELEVEN_DIGITS
    innocent = profiles[column.name].between(1 - least, least - 1)
    return delivered if innocent else identity.conceal(delivered)


def _may_not_parse(column: Column, profiles: Profiles) -> bool:
    return column.type != "VARCHAR" and not profiles[column.name].parses


def _unparsed(column: Column) -> str:
    return f"(v_{column.name} is not null and {_delivered(column)} is null)"


def _faults(contract: Contract, codes: dict[str, list[str]], profiles: Profiles) -> list[tuple[str, str, str]]:
    """(rule, column, condition) in the order in which the rules are tried, but those that no value can break."""
    columns = contract.columns
    faults = [
        ("mangler_verdi", c.name, f"v_{c.name} is null")
        for c in columns
        if c.required and not profiles[c.name].complete
    ]
    faults += [("ugyldig_verdi", c.name, _unparsed(c)) for c in columns if _may_not_parse(c, profiles)]
    faults += [
        ("ukjent_kode", c.name, f"{c.name} not in ({_literals(codes[c.kodeverk])})")
        for c in columns
        if c.kodeverk and not profiles[c.name].listed(codes[c.kodeverk])
    ]
    faults += [
        ("utenfor_grense", c.name, f"{c.name} not between {c.minimum} and {c.maximum}")
        for c in columns
        if c.minimum is not None and not profiles[c.name].between(c.minimum, c.maximum)
    ]
    if contract.name == "person":
        faults.append(("fodselsnr_ugyldig", "fodselsnr", "fodselsnr in (select fodselsnr from numre where not gyldig)"))
    faults += [
        ("nul_tegn", c.name, f"contains({c.name}, chr(0))")
        for c in columns
        if c.type == "VARCHAR" and c.kodeverk is None and not profiles[c.name].harmless
    ]
    if contract.name == "meldekort":
        faults.append(("feil_kortperiode", "dato_til", "dato_til <> dato_fra + 13"))
    if contract.event_date:
        event = contract.event_date
        faults.append(("utenfor_maaned", event, f"date_trunc('month', {event}) <> maaned"))
    return faults


def _literals(codes: list[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
