"""One extract's files as one SELECT: typed values, and for a broken row what is wrong with it.

The row rules that need nothing but the row itself are here; those that need other rows (duplicates, the
person, the card) are in judging.py. Their order is that of contracts.md, «At the door»: a row that breaks
several is quarantined under the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.ingest import identity, reading
from pipelines.ingest.forms import Form
from pipelines.ingest.reading import Profiles
from pipelines.model.contracts import Column, Contract

FAULT = "{{regel: '{}', kolonne: '{}', form: {}}}"
FAULT_TYPE = "struct(regel varchar, kolonne varchar, form varchar)"


@dataclass(frozen=True)
class Fault:
    """A rule that a row may break: the condition, and the value where its form says something, as SQL."""

    rule: str
    column: str
    condition: str
    form: str = "null"


def select_rows(contract: Contract, form: Form, codes: dict[str, list[str]], number: int, profiles: Profiles) -> str:
    """SELECT of one row per row of the files `$filer<number>` (reading.py, `scan`).

    Columns: maaned, rad, the contract's columns typed, `gitt_x` where a date may stand for none (one was
    given), `feil` (struct regel, kolonne, form; null for a sound row), `brutt` (names of the columns that do not
    parse) and `raa` (the row as JSON text, identities replaced by HMACs), the last two for broken rows only. `form` is
    the value where how it is written may be what is wrong (spelling.py).
    """
    columns = contract.columns
    typed = [f"{reading.typed(c, form, profiles[c.name])} as {_delivered(c)}" for c in columns]
    typed += [f"{_kept(c, profiles)} as {c.name}" for c in columns if _delivered(c) != c.name]
    faults = _faults(contract, codes, form, profiles)
    sound = " and ".join(["true", *(f"({fault.condition}) is not true" for fault in faults)])
    first = " ".join(f"when {f.condition} then {FAULT.format(f.rule, f.column, f.form)}" for f in faults)
    fault = f"case when ok then null {first} end" if faults else f"null::{FAULT_TYPE}"
    broken = [f"case when {_unparsed(c, form)} then '{c.name}' end" for c in columns if _may_not_parse(c, profiles)]
    names = [
        *(c.name for c in columns),
        *(f"{_delivered(c)} is not null as gitt_{c.name}" for c in columns if c.artefacts),
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
    return f"t_{column.name}" if column.artefacts or column.is_other_id else column.name


def _kept(column: Column, profiles: Profiles) -> str:
    """SQL: no date that is none, and no id of something else than a person that may be someone's fødselsnummer."""
    delivered = _delivered(column)
    if column.artefacts:
        start = f"t_{column.open_after}" if column.open_after else None
        return delivered if _has_none_of(column, profiles) else reading.real_date(column, delivered, start)
    least, _ = identity.ELEVEN_DIGITS
    innocent = profiles[column.name].between(1 - least, least - 1)
    return delivered if innocent else identity.conceal(delivered)


def _may_not_parse(column: Column, profiles: Profiles) -> bool:
    return column.type != "VARCHAR" and not profiles[column.name].parses


def _has_none_of(column: Column, profiles: Profiles) -> bool:
    """Whether it is certain that no date of the column stands for none."""
    dates = (*column.artefacts, date(1999, 12, 31)) if column.open_after else column.artefacts
    return profiles[column.name].outside(dates)


def _unparsed(column: Column, form: Form) -> str:
    """SQL: a value is there and is nothing; a day with a time of day is broken by a rule of its own."""
    nothing = f"(v_{column.name} is not null and {_delivered(column)} is null)"
    timed = reading.has_time(column, form) if column.type == "DATE" else "false"
    # CASE asks only those rows for which the answer matters; AND asks them all.
    return nothing if timed == "false" else f"case when {nothing} then not {timed} else false end"


def _faults(contract: Contract, codes: dict[str, list[str]], form: Form, profiles: Profiles) -> list[Fault]:
    """In the order in which the rules are tried, but those that no value can break."""
    columns = contract.columns
    faults = [Fault("mangler_verdi", c.name, _missing(c, profiles)) for c in columns if c.required]
    for c in columns:
        if _may_not_parse(c, profiles):
            written = reading.as_text(c, form)
            faults.append(Fault("ugyldig_verdi", c.name, _unparsed(c, form), written))
            if c.type == "DATE" and reading.has_time(c, form) != "false":
                timed = f"case when {_delivered(c)} is null then {reading.has_time(c, form)} end"
                faults.append(Fault("klokkeslett", c.name, timed, written))
    faults += [
        Fault("ukjent_kode", c.name, f"{c.name} not in ({_literals(codes[c.kodeverk])})", c.name)
        for c in columns
        if c.kodeverk and not c.protects and not profiles[c.name].listed(codes[c.kodeverk])
    ]
    faults += [
        Fault("utenfor_grense", c.name, f"{c.name} not between {_limit(c.minimum)} and {_limit(c.maximum)}", _day(c))
        for c in columns
        if c.minimum is not None and not profiles[c.name].between(c.minimum, c.maximum)
    ]
    if contract.name == "person":
        never = "fodselsnr in (select fodselsnr from numre where gyldig_fra is null)"
        later = f"fodselsnr in (select fodselsnr from numre where gyldig_fra = {identity.NEW_NUMBERS})"
        invalid = f"{never} or (maaned < {identity.NEW_NUMBERS} and {later})"
        faults.append(Fault("fodselsnr_ugyldig", "fodselsnr", invalid))
    faults += [
        Fault("nul_tegn", c.name, f"contains({c.name}, chr(0))")
        for c in columns
        if c.type == "VARCHAR" and c.kodeverk is None and not profiles[c.name].harmless
    ]
    faults += [
        Fault("feil_form", c.name, f"not regexp_full_match({c.name}, '{c.pattern}')", c.name)
        for c in columns
        if c.pattern and not profiles[c.name].written_as(c.pattern)
    ]
    if contract.name == "meldekort":
        faults.append(Fault("feil_kortperiode", "dato_til", "dato_til <> dato_fra + 13"))
    if contract.event_date:
        event = contract.event_date
        faults.append(Fault("utenfor_maaned", event, f"date_trunc('month', {event}) <> maaned"))
    return [fault for fault in faults if fault.condition != "false"]


def _missing(column: Column, profiles: Profiles) -> str:
    """SQL: a required value is not there; false where that is certain."""
    said = [] if profiles[column.name].complete else [f"v_{column.name} is null"]
    if column.no_dates and not _has_none_of(column, profiles):
        said.append(f"{_delivered(column)} in ({reading.literals(column.no_dates)})")
    return " or ".join(said) or "false"


def _limit(limit: float | date | None) -> str:
    return f"date '{limit}'" if isinstance(limit, date) else str(limit)


def _day(column: Column) -> str:
    """SQL: an impossible day is told by what it is: one that many rows share is nobody's."""
    return f"{column.name}::varchar" if column.type == "DATE" else "null"


def _literals(codes: list[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
