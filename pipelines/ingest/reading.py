"""From a delivered file to typed values: the SQL that reads any accepted format as the contract's columns.

`v_x` is the value as the file has it, null when it is missing; `typed` makes the contract's type of it, or null. A
value that is there and cannot be typed did not parse. Nothing here raises on bad data: DuckDB's own conversion
errors quote values, and values may be identities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipelines.ingest.forms import Form
from pipelines.ingest.identity import redact
from pipelines.ingest.profiles import CALENDAR, INTEGERS, TEXTS, Profile
from pipelines.model.contracts import Column, Contract

CENTURY_ARTEFACT = "date '1999-12-31'"
"""An open end (9999-12-31) after an export with two-digit years (arena-schemas.md §7.3)."""

ROW_BITS = 40
ROW_MASK = (1 << ROW_BITS) - 1
"""`rad` is the file's number in the batch and, in the lower bits, the row's in the file: one number to join by."""

ISO_DATE = r"\d{4}-\d{2}-\d{2}"
NORWEGIAN_DATE = r"\d{2}\.\d{2}\.\d{4}"
COMPACT_DATE = r"\d{8}([.,]0+)?"
MIDNIGHT = r"( 00:00:00(\.0+)?)?"
DATES = f"({ISO_DATE}|{NORWEGIAN_DATE}){MIDNIGHT}|{COMPACT_DATE}"
ANY_TIME = r" \d{2}:\d{2}:\d{2}(\.\d+)?"
ZONED = rf"{ISO_DATE}[ T]\d{{2}}:\d{{2}}:\d{{2}}(\.\d+)?(Z|[+-]\d{{2}}:?\d{{2}})"
LAST_NANOSECOND = "timestamp '2262-04-11 23:47:16'"
OSLO = "Europe/Oslo"
"""Where the registers' days begin, wherever this machine stands."""
WHOLE = "-?[0-9]+([.,]00?)?"
"""A whole number, also as an export writes it whose column had holes (`556000018.0`), as in Parquet; not `1.000`, which
may be a thousand."""
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
        return _date(column, value, type_, as_text(column, form))
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
    if type_.startswith("timestamp"):
        return f"case when {_at_midnight(value)} then {value}::date::varchar else {value}::varchar end"
    return f"{value}::varchar"


def has_time(column: Column, form: Form) -> str:
    """SQL: whether what is there is a day with a time of day, in a form that would be a date without it."""
    value, type_ = f"v_{column.name}", form.type(column.name)
    if type_.startswith("date") or type_ in INTEGERS:
        return "false"
    if type_.startswith("timestamp"):
        return f"({value}::date between {CALENDAR} and not {_at_midnight(value)})"
    text = as_text(column, form)
    return f"regexp_full_match({text}, '({ISO_DATE}|{NORWEGIAN_DATE}){ANY_TIME}|{ZONED}')"


def real_date(column: Column, value: str, start: str | None) -> str:
    """SQL: a date, null where it stands for none (contracts.md, «Dates that are none»)."""
    none = f"{value} in ({literals(column.artefacts)})"
    if start:
        none += f" or ({value} = {CENTURY_ARTEFACT} and {start} > {value})"
    return f"case when {none} then null else {value} end"


def literals(days: Iterable[date]) -> str:
    """SQL: a list of dates."""
    return ", ".join(f"date '{day}'" for day in days)


def _date(column: Column, value: str, type_: str, text: str) -> str:
    """SQL: the day; of one with a time of day only where the day stands for none, for then its time says nothing."""
    if type_.startswith("date"):
        return f"case when {value} between {CALENDAR} then {value} end"
    if type_.startswith("timestamp"):
        day = f"case when {value}::date between {CALENDAR} then {value}::date end"
        return f"case when {_at_midnight(value)} or {day} in ({literals(column.artefacts)}) then {day} end"
    iso = f"try_cast(substr({text}, 1, 10) as date)"
    norwegian = f"try_strptime(substr({text}, 1, 10), '%d.%m.%Y')::date"
    moment = f"(try_cast({text} as timestamptz) at time zone '{OSLO}')"
    in_oslo = f"case when {moment}::date between {CALENDAR} then {moment}::date end"
    # A shape first, then a calendar: `try_strptime` alone would take `2015-4-3` and `1.4.15`.
    forms = {
        f"{ISO_DATE}{MIDNIGHT}": iso,
        f"{NORWEGIAN_DATE}{MIDNIGHT}": norwegian,
        COMPACT_DATE: f"try_strptime(substr({text}, 1, 8), '%Y%m%d')::date",
        f"{ISO_DATE}{ANY_TIME}": _only_artefact(column, iso),
        f"{NORWEGIAN_DATE}{ANY_TIME}": _only_artefact(column, norwegian),
        ZONED: f"case when {_at_midnight(moment)} then {in_oslo} else {_only_artefact(column, in_oslo)} end",
    }
    tried = " ".join(f"when regexp_full_match({text}, '{form}') then {day}" for form, day in forms.items())
    return f"case {tried} end"


def _only_artefact(column: Column, day: str) -> str:
    return f"case when {day} in ({literals(column.artefacts)}) then {day} end"


def _at_midnight(moment: str) -> str:
    return f"({moment} = date_trunc('day', {moment}))"


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
        if type_ == "timestamp[ns]":
            # To DuckDB the greatest nanosecond is no moment at all; to others it is one in 2262.
            return f"case when {own} = 'infinity' then {LAST_NANOSECOND} else {own}::timestamp end"
        # A moment is a day where the registers are kept; a clock without a zone says what it says.
        return f"({own} at time zone '{OSLO}')::timestamp" if "tz=" in type_ else f"{own}::timestamp"
    return own


def _is_code(column: Column) -> bool:
    """Columns whose values are tested against a list or a check digit, so that free text cannot hide in them."""
    return column.kodeverk is not None or column.name == "fodselsnr"


def _integer(value: str, type_: str, wanted: str) -> str:
    if type_ in TEXTS:
        whole = f"try_cast(regexp_replace({value}, '[.,]0+$', '') as {wanted})"
        return (
            f"case when regexp_full_match({value}, '-?[0-9]+') then try_cast({value} as {wanted})"
            f" when regexp_full_match({value}, '{WHOLE}') then {whole} end"
        )
    if type_ in INTEGERS:
        return f"try_cast({value} as {wanted})"
    if type_ in FLOATS or type_.startswith("decimal"):
        return f"case when {value} = trunc({value}) then try_cast({value} as {wanted}) end"
    return f"try_cast({value}::varchar as {wanted})"


def _decimal(value: str, type_: str, wanted: str) -> str:
    """Decimal comma or point, with or without a nought before it (Oracle writes `,5`), and no more decimals than the
    contract's type holds (beyond zeros)."""
    if type_ in TEXTS:
        scale = int(wanted.split(",")[1].rstrip(")"))
        shape = rf"-?([0-9]+([.,][0-9]{{1,{scale}}}0*)?|[.,][0-9]{{1,{scale}}}0*)"
        return (
            f"case when regexp_full_match({value}, '{shape}') then try_cast(replace({value}, ',', '.') as {wanted}) end"
        )
    number = f"try_cast({value} as {wanted})"
    if type_ in FLOATS:
        return f"case when {number}::{FLOATS[type_]} = {value} then {number} end"
    if type_ in INTEGERS or type_.startswith("decimal"):
        return f"case when {number} = {value} then {number} end"
    return f"try_cast({value}::varchar as {wanted})"
