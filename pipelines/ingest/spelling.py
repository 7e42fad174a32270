"""How a broken value is written, but not what it is: one slip is a slip, many values written alike are a spelling.

A spelling that nobody promised is lost together, and never by chance: whoever worked half an hour is gone when `,5` is
no number. So the forms of broken values are told apart and counted, column by column (limits.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.ingest.reading import DATES
from pipelines.model.contracts import Contract

LONGEST_FORM = 30
NO_VALUE = ["nan", "none", "nat", "nil", "na", "n/a", "#n/a", "<na>", "(null)", "-", ".", "undefined", "missing"]
"""What systems write where they have nothing: no code, and it stands only in the rows that lack one."""
SYSTEMATIC = """select maaned, regel, kolonne, min(form), count(*), min(rad & $radmaske) from avvik
    where utfall = 'karantene' and form is not null
    group by maaned, regel, kolonne, regexp_replace(regexp_replace(form, '9{3,}', '#', 'g'), '9+', '9', 'g')
    having count(*) >= $minst order by all"""
"""Rows that are broken in one way: month, rule, column, how the values are written, how many, the first. Days with one
digit or two are written alike."""


def shape(text: str) -> str:
    """SQL: how a value is written: digits as 9 (five and more as 9…9), letters as a or A, everything else as it is."""
    digits = f"regexp_replace(regexp_replace(left({text}, {LONGEST_FORM}), '[0-9]', '9', 'g'), '9{{5,}}', '9…9', 'g')"
    return f"regexp_replace(regexp_replace({digits}, '\\p{{Lu}}', 'A', 'g'), '\\p{{Ll}}', 'a', 'g')"


def form_of(contract: Contract, codes: Mapping[str, Sequence[str]]) -> str:
    """SQL over `brutt_regel` (regel, kolonne, form: the value): the form of a broken value, null where it says nothing.

    The 31st of April is a day nobody has, not a spelling. An impossible day is told by itself: one that many rows
    share is nobody's. An unknown code says something where it is a known one in another spelling, or «nothing».
    """
    value, rule, column = (f"brutt_regel.{name}" for name in ("form", "regel", "kolonne"))
    plain = f"ltrim(regexp_replace(lower({value}), '[.,]0+$', ''), '0')"
    listed = [c for c in contract.columns if c.kodeverk and not c.protects]
    respelt = " ".join(
        f"when {column} = '{c.name}' then {plain} in ({_respellings(codes[str(c.kodeverk)])})" for c in listed
    )
    known = f"case {respelt} else false end" if listed else "false"
    return (
        f"case when {rule} = 'utenfor_grense' then {value}"
        f" when {rule} = 'ukjent_kode' and not {known} then null"
        f" when {rule} = 'ugyldig_verdi' and regexp_full_match({value}, '{DATES}') then null"
        f" else {shape(value)} end"
    )


def _respellings(codes: Sequence[str]) -> str:
    plain = sorted({code.lower().lstrip("0") for code in codes} | set(NO_VALUE))
    return ", ".join("'" + text.replace("'", "''") + "'" for text in plain)
