"""What is certain of a column's values, asked once of many rows, so that what cannot be is not asked of every row.

Tens of millions of rows come in a month's deliveries, and nearly all columns of nearly all files are sound: no value
missing, every code on the list, every number within its limits. A profile says so from the least and the greatest
value and from the distinct texts, at a tenth of the price of trying every rule on every row. What is not certain is
tried, so a profile changes how long the door takes and never what it decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipelines.ingest.identity import NUMBER
from pipelines.model.contracts import Column

DISTINCT_TEXTS = 1000
"""With more distinct texts than this a column is free text, and nothing is certain of it."""
TEXTS = {"string", "large_string", "string_view", "binary", "large_binary", "binary_view"}
"""Some writers do not say of text that it is text: to Arrow it is bytes."""
INTEGERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
"""Arrow's names."""
RANGES = {"BIGINT": (-(1 << 63), (1 << 63) - 1), "INTEGER": (-(1 << 31), (1 << 31) - 1)}
CALENDAR = "date '0001-01-01' and date '9999-12-31'"
"""Parquet has dates a calendar does not; DuckDB cannot reckon with them."""


@dataclass(frozen=True)
class Profile:
    """What is certain of all values of a column of the files of one form; by default nothing."""

    complete: bool = False
    """No value is missing."""
    parses: bool = False
    """Every value there is has the contract's type already, or can be given it."""
    span: tuple[Any, Any] | None = None
    """The least and the greatest number or date."""
    texts: frozenset[str] | None = None
    """Every text there is, none of them with blanks around it and none of them saying that a value is missing."""

    def listed(self, codes: Collection[str]) -> bool:
        """Whether every code is on the list."""
        return self.texts is not None and self.texts <= set(codes)

    def between(self, least: float | date | None, greatest: float | date | None) -> bool:
        """Whether every number or date is within the limits."""
        return (
            self.span is not None
            and (least is None or self.span[0] >= least)
            and (greatest is None or self.span[1] <= greatest)
        )

    def outside(self, dates: Collection[date]) -> bool:
        """Whether no date is one of these."""
        return self.span is not None and not any(self.span[0] <= day <= self.span[1] for day in dates)

    def written_as(self, pattern: str) -> bool:
        """Whether every text is written so."""
        return self.texts is not None and all(re.fullmatch(pattern, text) for text in self.texts)

    @property
    def harmless(self) -> bool:
        """Whether no text holds a NUL or what could be someone's number."""
        return self.texts is not None and not any("\0" in t or NUMBER.search(t) for t in self.texts)


UNKNOWN = Profile()
NOT_READ = Profile(complete=True, parses=True, texts=frozenset())
"""Of a column that files of the month need not have: it is null, and that breaks no rule."""


def question(value: str, type_: str) -> str:
    """SQL: one aggregate over a column of the Arrow type, which `answer` understands; `value` is its name."""
    missing = f"count(*) - count({value})"
    if type_ in INTEGERS or type_.startswith("decimal"):
        return f"row({missing}, min({value}), max({value}))"
    if type_.startswith("date"):
        known = f"min({value}) between {CALENDAR} and max({value}) between {CALENDAR}"
        least, greatest = (f"case when {known} then {name}({value}) end" for name in ("min", "max"))
        return f"row({missing}, coalesce({known}, true), {least}, {greatest})"
    if type_ in TEXTS:
        return f"row({missing}, (list(distinct {value}) filter ({value} is not null))[:{DISTINCT_TEXTS + 1}])"
    return "null"


def answer(found: Sequence[Any] | None, column: Column, type_: str) -> Profile:
    """The profile of a column of the contract from what was found in the file's column."""
    if found is None:
        return UNKNOWN
    missing, *rest = found
    complete = missing == 0
    if type_ in TEXTS:
        texts = frozenset(rest[0] or ())
        if len(texts) > DISTINCT_TEXTS or any(t != t.strip() or t.lower() in {"", "null"} for t in texts):
            return UNKNOWN
        return Profile(complete, column.type == "VARCHAR", None, texts)
    if type_.startswith("date"):
        possible, *span_of = rest
        span = None if span_of[0] is None else (span_of[0], span_of[1])
        return Profile(complete, column.type == "DATE" and possible, span if column.type == "DATE" else None)
    span = None if rest[0] is None else (rest[0], rest[1])
    return Profile(complete, _fits(column, type_, span), None if column.type == "DATE" else span)


def _fits(column: Column, type_: str, span: tuple[Any, Any] | None) -> bool:
    if column.type in RANGES and type_ in INTEGERS:
        least, greatest = RANGES[column.type]
        return span is None or (least <= span[0] and span[1] <= greatest)
    return _digits(column.type) is not None and _digits(column.type) == _digits(type_)


def _digits(type_: str) -> str | None:
    """The digits of a decimal type, as «3,1» of both DECIMAL(3,1) and decimal128(3, 1)."""
    found = re.fullmatch(r"decimal\d*\((.*)\)", type_.lower())
    return found[1].replace(" ", "") if found else None
