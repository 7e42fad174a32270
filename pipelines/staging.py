"""One extract's files as one SELECT: typed values, and for a broken row what is wrong with it.

The row rules that need nothing but the row itself are here; those that need other rows (duplicates, the
person, the card) are in door.py. Their order is that of contracts.md, «At the door»: a row that breaks
several is quarantined under the first.
"""

from __future__ import annotations

from pipelines import identity, reading
from pipelines.contracts import Column, Contract
from pipelines.deliveries import Form

ROW_BITS = 40
ROW_MASK = (1 << ROW_BITS) - 1
"""`rad` is the file's number in the batch and, in the lower bits, the row's in the file: one number to join by."""
LEAST_TO_REFUSE_A_COLUMN = 5
"""A column is refused when most of its values, and at least so many, do not parse; fewer are quarantined."""


def select_rows(contract: Contract, form: Form, scan: str, codes: dict[str, list[str]], number: int) -> str:
    """SELECT of one row per row of the files `$filer<number>`, whose months are `$maaneder<number>`
    and whose numbers follow `$forste<number>`.

    Columns: maaned, rad, the contract's columns typed, `feil` (struct regel, kolonne; null for a sound row),
    `brutt` (names of the columns that do not parse) and `raa` (the row as JSON text, identities replaced by
    HMACs), the last two for broken rows only.
    """
    values = ", ".join(_values(contract, form))
    typed = ", ".join(f"t_{c.name} as {c.name}" for c in contract.columns)
    faults = _faults(contract, form, codes)
    sound = " and ".join(f"({condition}) is not true" for _, _, condition in faults)
    first = " ".join(f"when {condition} then {{regel: '{r}', kolonne: '{k}'}}" for r, k, condition in faults)
    broken = ", ".join(f"case when {_unparsed(c)} then '{c.name}' end" for c in _may_break(contract, form))
    return (
        f"select maaned, rad, {typed},"
        f" case when ok then null else case {first} end end as feil,"
        f" case when ok then null else list_filter([{broken}]::varchar[], lambda x: x is not null) end as brutt,"
        f" case when ok then null else {_as_json(contract)} end as raa"
        f" from (select *, {sound} as ok from (select"
        f" $maaneder{number}[list_position($filer{number}, filename)] as maaned,"
        f" rad + (($forste{number} + list_position($filer{number}, filename))::bigint << {ROW_BITS}) as rad,"
        f" {values} from {scan}))"
    )


def row_as_json(contract: Contract) -> str:
    """SQL: a sound row of the staging table as JSON text, identities replaced by HMACs."""
    return _json_object([(c.name, c.name) for c in contract.columns])


def _as_json(contract: Contract) -> str:
    return _json_object([(c.name, f"r_{c.name}") for c in contract.columns])


def _json_object(columns: list[tuple[str, str]]) -> str:
    pairs = []
    for name, expression in columns:
        text = f"{expression}::varchar"
        secret = name in {"person_id", "fodselsnr"}
        pairs.append(f"'{name}', {identity.hmac(text) if secret else identity.redact(text)}")
    return f"json_object({', '.join(pairs)})::varchar"


def _values(contract: Contract, form: Form) -> list[str]:
    """`r_x`, the text, and `t_x`, the typed value, of every column."""
    typed = {c.name: reading.typed(c, form) for c in contract.columns}
    for column in contract.columns:
        if column.open_after:
            typed[column.name] = reading.close_open_end(typed[column.name], typed[column.open_after])
    raws = [f"{reading.raw(c, form)} as r_{c.name}" for c in contract.columns]
    return raws + [f"{expression} as t_{name}" for name, expression in typed.items()]


def _may_break(contract: Contract, form: Form) -> list[Column]:
    return [c for c in contract.columns if not reading.parses_always(c, form)]


def _unparsed(column: Column) -> str:
    """An open end date is null by rule, not because it did not parse."""
    shape = f"r_{column.name} is not null and t_{column.name} is null"
    if column.open_after:
        return f"({shape} and {reading.date_of_text(f'r_{column.name}')} is null)"
    return f"({shape})"


def _faults(contract: Contract, form: Form, codes: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """(rule, column, condition) in the order in which the rules are tried."""
    columns = contract.columns
    texts = [c for c in columns if c.type == "VARCHAR" and c.kodeverk is None]
    may_break = _may_break(contract, form)
    # A value that cannot fail to parse is tested as it is: its text is never made.
    faults = [
        ("mangler_verdi", c.name, f"{'r' if c in may_break else 't'}_{c.name} is null") for c in columns if c.required
    ]
    faults += [("ugyldig_verdi", c.name, _unparsed(c)) for c in may_break]
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
    faults += [("nul_tegn", c.name, f"contains(r_{c.name}, chr(0))") for c in texts]
    if contract.name == "meldekort":
        faults.append(("feil_kortperiode", "dato_til", "t_dato_til <> t_dato_fra + 13"))
    if contract.event_date:
        event = contract.event_date
        faults.append(("utenfor_maaned", event, f"date_trunc('month', t_{event}) <> maaned"))
    return faults


def _literals(codes: list[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in codes)
