"""From a delivered file to typed values: the SQL that reads any accepted format as the contract's columns.

`v_x` is the value as the file has it, null when it is missing; `typed` makes the contract's type of it, or null. A
value that is there and cannot be typed did not parse. Nothing here raises on bad data: DuckDB's own conversion
errors quote values, and values may be identities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelines.ingest.forms import Form
from pipelines.ingest.identity import redact
from pipelines.ingest.profiles import CALENDAR, INTEGERS, TEXTS, Profile
from pipelines.model.contracts import Column, Contract

OPEN_ENDS = "date '9999-12-31', date '2099-12-31', date '2099-01-01'"
CENTURY_ARTEFACT = "date '1999-12-31'"
"""An open end (9999-12-31) after an export with two-digit years (arena-schemas.md §7.3)."""

ROW_BITS = 40
ROW_MASK = (1 << ROW_BITS) - 1
"""`rad` is the file's number in the batch and, in the lower bits, the row's in the file: one number to join by."""

ISO_DATE = r"\d{4}-\d{2}-\d{2}( 00:00:00)?"
NORWEGIAN_DATE = r"\d{2}\.\d{2}\.\d{4}( 00:00:00)?"
COMPACT_DATE = r"\d{8}"
FLOATS = {"halffloat": "float", "float": "float", "double": "double"}
"""Arrow's names → DuckDB's."""


Profiles = Mapping[str, Profile]
"""What is certain of the columns of the files of one form, by the contract's names."""


def scan(contract: Contract, form: Form, number: int, profiles: Profiles) -> str:
    """SQL: all rows of files of one form: `maaned`, `rad` and `v_x` for every column.

    Parameters: `$forste<number>`, how many files of other forms come before, and lists with one entry a file:
    `$filer<number>`, `$maaneder<number>` and, for text, `$tidligere<number>` (how many rows the files before it
    have). Columns are taken by their place in the file, so that no name a file may have for them is ever part of a
    statement.
    """
    values = ", ".join(
        f"{_value(column, form, profiles[column.name])} as v_{column.name}" for column in contract.columns
    )
    file = "(file_index::integer + 1)"
    # Numbering all rows in one stream keeps the order of a text file; partitions by file do not.
    row = "file_row_number + 1" if form.kind == "parquet" else f"row_number() over () - $tidligere{number}[{file}]"
    return (
        f"select $maaneder{number}[{file}] as maaned,"
        f" (($forste{number} + {file})::bigint << {ROW_BITS}) + {row} as rad, {values} from {source(form, number)}"
    )


def source(form: Form, number: int) -> str:
    """SQL: the files `$filer<number>`, their columns named k0, k1, … by their place."""
    places = [f"k{n}" for n in range(len(form.columns))]
    if form.kind == "parquet":
        return f"read_parquet($filer{number}, binary_as_string = true) as fil({', '.join(places)})"
    columns = ", ".join(f"{place}: 'varchar'" for place in places)
    return (
        f"read_csv($filer{number}, columns = {{{columns}}}, header = true, auto_detect = false,"
        f" delim = '{form.separator}', quote = '\"', escape = '\"', encoding = '{form.encoding}',"
        " strict_mode = true, null_padding = false)"
    )


def typed(column: Column, form: Form, profile: Profile) -> str:
    """SQL: the value in the contract's type, null when it is missing or does not parse."""
    value, type_ = f"v_{column.name}", form.type(column.name)
    if column.type == "VARCHAR":
        innocent = profile.harmless or _is_code(column)
        return as_text(column, form) if innocent else redact(as_text(column, form))
    if profile.parses:
        return f"{value}::{column.type}"
    if column.type == "DATE":
        if type_.startswith(("date", "timestamp")):
            return f"case when {value} between {CALENDAR} then {value} end"
        return date_of_text(as_text(column, form))
    if column.type in {"BIGINT", "INTEGER"}:
        return _integer(value, type_, column.type)
    return _decimal(value, type_, column.type)


def as_text(column: Column, form: Form) -> str:
    """SQL: the value as it would be written as text; a whole number is written without decimals."""
    value, type_ = f"v_{column.name}", form.type(column.name)
    if type_ in TEXTS:
        return value
    if type_ in FLOATS or type_.startswith("decimal"):
        return f"regexp_replace({value}::varchar, '\\.0+$', '')"
    return f"{value}::varchar"


def close_open_end(end: str, start: str) -> str:
    """SQL: an end date with the open-end dates of real exports made null (contracts.md, «Formats»)."""
    return (
        f"case when {end} in ({OPEN_ENDS}) or ({end} = {CENTURY_ARTEFACT} and {start} > {end}) then null else {end} end"
    )


def date_of_text(text: str) -> str:
    """A shape first, then a calendar: `try_strptime` alone would take `2015-4-3` and `1.4.15`."""
    return (
        f"case when regexp_full_match({text}, '{ISO_DATE}') then try_cast(substr({text}, 1, 10) as date)"
        f" when regexp_full_match({text}, '{NORWEGIAN_DATE}')"
        f" then try_strptime(substr({text}, 1, 10), '%d.%m.%Y')::date"
        f" when regexp_full_match({text}, '{COMPACT_DATE}') then try_strptime({text}, '%Y%m%d')::date end"
    )


def _value(column: Column, form: Form, profile: Profile) -> str:
    if column.name in form.unread:
        return "null"
    own, type_ = f"k{form.place(column.name)}", form.type(column.name)
    if type_ in TEXTS and profile.texts is None:
        return f"case when lower(trim({own})) in ('', 'null') then null else trim({own}) end"
    if type_ in FLOATS:
        # Not isnan: DuckDB answers it from the file's least and greatest value, which never are NaN.
        return f"case when {own}::varchar <> 'nan' then {own} end"
    if type_.startswith("timestamp"):
        zone = re.search(r"tz=(.+)\]", type_)
        return f"({_local(own, zone[1]) if zone else own})::date"
    return own


def _local(moment: str, zone: str) -> str:
    """The time it was where the clock hung, not where this machine stands. `zone` is a name, or as `+01:00`."""
    offset = re.fullmatch(r"([+-])(\d\d):?(\d\d)", zone)
    if offset:
        minutes = int(f"{offset[1]}1") * (int(offset[2]) * 60 + int(offset[3]))
        return f"{moment} at time zone 'UTC' + to_minutes({minutes})"
    return f"{moment} at time zone '{zone.replace(chr(39), chr(39) * 2)}'"


def _is_code(column: Column) -> bool:
    """Columns whose values are tested against a list or a check digit, so that free text cannot hide in them."""
    return column.kodeverk is not None or column.name == "fodselsnr"


def _integer(value: str, type_: str, wanted: str) -> str:
    if type_ in TEXTS:
        return f"case when regexp_full_match({value}, '-?[0-9]+') then try_cast({value} as {wanted}) end"
    if type_ in INTEGERS:
        return f"try_cast({value} as {wanted})"
    if type_ in FLOATS or type_.startswith("decimal"):
        return f"case when {value} = trunc({value}) then try_cast({value} as {wanted}) end"
    return f"try_cast({value}::varchar as {wanted})"


def _decimal(value: str, type_: str, wanted: str) -> str:
    """Decimal comma or point, and no more decimals than the contract's type holds (beyond zeros)."""
    if type_ in TEXTS:
        scale = int(wanted.split(",")[1].rstrip(")"))
        shape = rf"-?[0-9]+([.,][0-9]{{1,{scale}}}0*)?"
        return (
            f"case when regexp_full_match({value}, '{shape}') then try_cast(replace({value}, ',', '.') as {wanted}) end"
        )
    number = f"try_cast({value} as {wanted})"
    if type_ in FLOATS:
        return f"case when {number}::{FLOATS[type_]} = {value} then {number} end"
    if type_ in INTEGERS or type_.startswith("decimal"):
        return f"case when {number} = {value} then {number} end"
    return f"try_cast({value}::varchar as {wanted})"
