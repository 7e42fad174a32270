"""Thresholds: the numbers of the rules, each written once, under `terskler` of the YAML of the table it is a rule of.

Names are unique over all tables, so a name says which number it is wherever it is used: `$opphold_dager` in any SQL
file (a check and a sensitivity too), `{opphold_dager}` in descriptions and in the text of choices, `sql.threshold`
in Python. The value is part of the fingerprint of the table that defines it and of those whose SQL names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.base import bokmaal, yaml_file

Value = int | list[int]
SECTION = "terskler"
NAMED = re.compile(r"\{(\w+)(:ord)?\}")


def read(paths: Iterable[Path]) -> dict[str, Value]:
    """The thresholds of the YAML files by name. Raises ValueError for a name that two files define."""
    found: dict[str, Value] = {}
    for path in paths:
        own: dict[str, Value] = yaml_file.read(path).get(SECTION, {})
        if twice := sorted(own.keys() & found.keys()):
            raise ValueError(f"{path.name} defines {', '.join(twice)} under {SECTION}, as another file does")
        found |= own
    return found


def filled(text: str, known: Mapping[str, Value], others: Iterable[str] = ()) -> str:
    """The text with `{name}` as the threshold's value, and `{name:ord}` in words up to twelve.

    Names among `others` are left for whoever fills them. Raises ValueError for a name that is nowhere.
    """
    left = frozenset(others)

    def value(match: re.Match[str]) -> str:
        if match[1] in left:
            return match[0]
        if match[1] not in known:
            raise ValueError(f"«{match[0]}» is no threshold: {text}")
        return printed(known[match[1]], in_words=bool(match[2]))

    return NAMED.sub(value, text)


def printed(value: Value, *, in_words: bool = False) -> str:
    """In bokmål: «31», «2 500», «12, 24 og 36»; in words «to»."""
    if isinstance(value, list):
        return bokmaal.ramse([printed(one, in_words=in_words) for one in value])
    return bokmaal.tallord(value) if in_words else bokmaal.tall(value)
