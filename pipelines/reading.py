"""From a delivered file to typed values: the SQL that reads any accepted format as the contract's columns.

Each contract column becomes two expressions over the file's own column: the raw text and the typed value. A
value that is there as text but not as a value did not parse. Nothing here raises on bad data: DuckDB's own
conversion errors quote values, and values may be identities.
"""

from __future__ import annotations

from pipelines.contracts import Column
from pipelines.deliveries import Form
from pipelines.identity import redact

OPEN_ENDS = "date '9999-12-31', date '2099-12-31', date '2099-01-01'"
CENTURY_ARTEFACT = "date '1999-12-31'"
"""An open end (9999-12-31) after an export with two-digit years (arena-schemas.md §7.3)."""

ISO_DATE = r"\d{4}-\d{2}-\d{2}( 00:00:00)?"
NORWEGIAN_DATE = r"\d{2}\.\d{2}\.\d{4}( 00:00:00)?"
COMPACT_DATE = r"\d{8}"
INTEGERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
FLOATS = {"float", "double", "halffloat"}


def scan(form: Form, number: int) -> str:
    """SQL: all rows of files of one form, with `filename` and `rad` (row number from 1, header not counted).

    The files themselves are the parameter `$filer<number>`.
    """
    if form.kind == "parquet":
        files = f"read_parquet($filer{number}, filename = true, file_row_number = true)"
        return f"(select *, file_row_number + 1 as rad from {files})"
    columns = ", ".join(f"{_quoted(name, chr(39))}: 'VARCHAR'" for name, _ in form.columns)
    return (
        f"(select *, row_number() over (partition by filename) as rad from read_csv($filer{number}, filename = true,"
        f" header = true, auto_detect = false, delim = '{form.delimiter}', quote = '\"', escape = '\"',"
        f" encoding = '{form.encoding}', columns = {{{columns}}}, strict_mode = true, null_padding = false,"
        " parallel = false))"
    )


def raw(column: Column, form: Form) -> str:
    """SQL: the value as text, null when empty or the text `null`."""
    own, type_ = _own(column, form)
    if type_ in {"string", "large_string", "string_view"}:
        return f"case when lower(trim({own})) in ('', 'null') then null else trim({own}) end"
    if type_.startswith("timestamp"):
        return f"{own}::date::varchar"
    if type_ in FLOATS:
        return f"case when isnan({own}) then null else regexp_replace({own}::varchar, '\\.0$', '') end"
    return f"{own}::varchar"


def typed(column: Column, form: Form) -> str:
    """SQL: the value in the contract's type, null when it is missing or does not parse."""
    own, type_ = _own(column, form)
    if _is_exact(column, type_):
        return own
    if column.type == "VARCHAR":
        return raw(column, form) if _is_code(column) else redact(raw(column, form))
    if column.type == "DATE":
        return own + "::date" if type_.startswith("timestamp") else date_of_text(raw(column, form))
    if column.type in {"BIGINT", "INTEGER"}:
        return _integer(raw(column, form), column.type)
    return _decimal(raw(column, form), column.type)


def parses_always(column: Column, form: Form) -> bool:
    """Whether the file's own type already rules out values that do not parse."""
    _, type_ = _own(column, form)
    return column.type == "VARCHAR" or _is_exact(column, type_)


def close_open_end(value: str, start: str) -> str:
    """SQL: an end date with the open-end dates of real exports made null (contracts.md, «Formats»)."""
    return (
        f"case when {value} in ({OPEN_ENDS}) or ({value} = {CENTURY_ARTEFACT} and {start} > {value})"
        f" then null else {value} end"
    )


def _is_code(column: Column) -> bool:
    """Columns whose values are tested against a list or a check digit, so that free text cannot hide in them."""
    return column.kodeverk is not None or column.name == "fodselsnr"


def _own(column: Column, form: Form) -> tuple[str, str]:
    found = form.column(column.name)
    if found is None:
        raise KeyError(column.name)
    return _quoted(found[0], '"'), found[1]


def _quoted(name: str, mark: str) -> str:
    return mark + name.replace(mark, mark * 2) + mark


def _is_exact(column: Column, type_: str) -> bool:
    return (
        (column.type == "DATE" and type_.startswith("date"))
        or (column.type == "BIGINT" and type_ in INTEGERS - {"uint64"})
        or (column.type == "INTEGER" and type_ in {"int8", "int16", "int32", "uint8", "uint16"})
        or column.type.replace(" ", "").lower() == type_.replace("decimal128", "decimal").replace(" ", "")
    )


def date_of_text(text: str) -> str:
    """A shape first, then a calendar: `try_strptime` alone would take `2015-4-3` and `1.4.15`."""
    return (
        f"case when regexp_full_match({text}, '{ISO_DATE}') then try_cast(substr({text}, 1, 10) as date)"
        f" when regexp_full_match({text}, '{NORWEGIAN_DATE}')"
        f" then try_strptime(substr({text}, 1, 10), '%d.%m.%Y')::date"
        f" when regexp_full_match({text}, '{COMPACT_DATE}') then try_strptime({text}, '%Y%m%d')::date end"
    )


def _integer(text: str, type_: str) -> str:
    return f"case when regexp_full_match({text}, '-?[0-9]+') then try_cast({text} as {type_}) end"


def _decimal(text: str, type_: str) -> str:
    """Decimal comma or point, and no more decimals than the contract's type holds (beyond zeros)."""
    scale = int(type_.split(",")[1].rstrip(")"))
    shape = rf"-?[0-9]+([.,][0-9]{{1,{scale}}}0*)?"
    return f"case when regexp_full_match({text}, '{shape}') then try_cast(replace({text}, ',', '.') as {type_}) end"
