"""One extract's files as one SELECT: typed values, and for a broken row what is wrong with it.

The row rules that need nothing but the row itself are here; those that need other rows (duplicates, the
person, the card) are in door.py. Their order is that of contracts.md, «At the door»: a row that breaks
several is quarantined under the first.
"""

from __future__ import annotations

from pipelines import identity, reading
from pipelines.contracts import Column, Contract
from pipelines.forms import Form


def select_rows(contract: Contract, form: Form, codes: dict[str, list[str]], number: int) -> str:
    """SELECT of one row per row of the files `$filer<number>` (reading.py, `scan`).

    Columns: maaned, rad, the contract's columns typed, `har_slutt` where an end date may be open (it was given,
    open or not), `feil` (struct regel, kolonne; null for a sound row), `brutt` (names of the columns that do not
    parse) and `raa` (the row as JSON text, identities replaced by HMACs), the last two for broken rows only.
    """
    columns = contract.columns
    typed = ", ".join(f"{reading.typed(c, form)} as t_{c.name}" for c in columns)
    closed = [f"{_closed(c)} as {c.name}" for c in columns]
    closed += [f"t_{c.name} is not null as har_slutt" for c in columns if c.open_after]
    faults = _faults(contract, codes)
    sound = " and ".join(f"({condition}) is not true" for _, _, condition in faults)
    first = " ".join(f"when {condition} then {{regel: '{r}', kolonne: '{k}'}}" for r, k, condition in faults)
    broken = ", ".join(f"case when {_unparsed(c)} then '{c.name}' end" for c in columns if c.type != "VARCHAR")
    return (
        f"select maaned, rad, {', '.join(closed)},"
        f" case when ok then null else case {first} end end as feil,"
        f" case when ok then null else list_filter([{broken}]::varchar[], lambda x: x is not null) end as brutt,"
        f" case when ok then null else {_as_delivered(contract, form)} end as raa"
        f" from (select *, {sound} as ok from (select *, {typed} from ({reading.scan(contract, form, number)})))"
    )


def row_as_json(contract: Contract) -> str:
    """SQL: a sound row of the staging table as JSON text, identities replaced by HMACs."""
    return _json_object([(c.name, c.name) for c in contract.columns])


def _as_delivered(contract: Contract, form: Form) -> str:
    """SQL: a broken row as JSON text. A person_id is the same however it was written, so its HMAC is too."""
    texts = {c.name: reading.as_text(c, form) for c in contract.columns}
    if "person_id" in texts:
        texts["person_id"] = f"coalesce(t_person_id::varchar, {texts['person_id']})"
    return _json_object(list(texts.items()))


def _json_object(columns: list[tuple[str, str]]) -> str:
    pairs = []
    for name, expression in columns:
        text = f"{expression}::varchar"
        secret = name in {"person_id", "fodselsnr"}
        pairs.append(f"'{name}', {identity.hmac(text) if secret else identity.redact(text)}")
    return f"json_object({', '.join(pairs)})::varchar"


def _closed(column: Column) -> str:
    if column.open_after:
        return reading.close_open_end(f"t_{column.name}", f"t_{column.open_after}")
    return f"t_{column.name}"


def _unparsed(column: Column) -> str:
    """A number that is somebody's fødselsnummer is not an id, and is not written anywhere."""
    unparsed = f"v_{column.name} is not null and t_{column.name} is null"
    if column.type == "BIGINT" and column.name != "person_id":
        return f"({unparsed} or {identity.is_valid_number(f't_{column.name}')})"
    return f"({unparsed})"


def _faults(contract: Contract, codes: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """(rule, column, condition) in the order in which the rules are tried."""
    columns = contract.columns
    faults = [("mangler_verdi", c.name, f"v_{c.name} is null") for c in columns if c.required]
    faults += [("ugyldig_verdi", c.name, _unparsed(c)) for c in columns if c.type != "VARCHAR"]
    faults += [
        ("ukjent_kode", c.name, f"t_{c.name} not in ({_literals(codes[c.kodeverk])})") for c in columns if c.kodeverk
    ]
    faults += [
        ("utenfor_grense", c.name, f"t_{c.name} not between {c.minimum} and {c.maximum}")
        for c in columns
        if c.minimum is not None
    ]
    if contract.name == "person":
        faults.append(("fodselsnr_ugyldig", "fodselsnr", f"not {identity.is_valid('t_fodselsnr')}"))
    faults += [
        ("nul_tegn", c.name, f"contains(t_{c.name}, chr(0))")
        for c in columns
        if c.type == "VARCHAR" and c.kodeverk is None
    ]
    if contract.name == "meldekort":
        faults.append(("feil_kortperiode", "dato_til", "t_dato_til <> t_dato_fra + 13"))
    if contract.event_date:
        event = contract.event_date
        faults.append(("utenfor_maaned", event, f"date_trunc('month', t_{event}) <> maaned"))
    return faults


def _literals(codes: list[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
