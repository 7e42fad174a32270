"""The pages that code, SQL and tests cite: what is cited is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.base.home import ROOT

PAGES = {
    path.name: path for path in [*(ROOT / "docs" / "spesifikasjon").glob("*.md"), ROOT / "docs" / "beslutninger.md"]
}
CITING = ("pipelines", "sql", "tests", "benchmarks", "notebooks", "data_contracts", "docs", "reports", ".")
ENDINGS = {".py", ".sql", ".yaml", ".md"}
PAGE = rf"\b({'|'.join(sorted(re.escape(name) for name in PAGES))})\b`?(?:\]\([^)]*\))?"
CHAPTER = re.compile(rf"{PAGE} §(\d+(?:\.\d+)*)")
QUOTE = re.compile(rf"{PAGE}(?: §[\d.]+)?(?: \([a-z]\))?,? ((?:«[^»]+»(?:, | and )?)+)")
"""What is quoted right after a page, or after its chapter, is a heading there, or words in bold that open a rule."""


def texts() -> dict[str, str]:
    """Every file that may cite, with comment signs and line breaks out of the way."""
    found: dict[str, str] = {}
    for folder in CITING:
        for path in (ROOT / folder).glob("*" if folder == "." else "**/*"):
            if path.suffix in ENDINGS and path.name != Path(__file__).name:
                text = re.sub(r"\n *(?:--|#+ |>)? *", " ", path.read_text(encoding="utf-8"))
                found[path.relative_to(ROOT).as_posix()] = text
    return found


def chapters(page: str) -> set[str]:
    """The numbers of a page's headings: `3`, `2.1.1`."""
    return set(re.findall(r"^#+ (\d+(?:\.\d+)*)\.? ", PAGES[page].read_text(encoding="utf-8"), re.MULTILINE))


def names(page: str) -> list[str]:
    """The headings of a page, and what it has in bold."""
    text = PAGES[page].read_text(encoding="utf-8")
    bold = re.findall(r"\*\*([^*]+)\*\*", text)
    return [" ".join(name.split()) for name in [*re.findall(r"^#+ (?:[\d.]+ )?(.+)$", text, re.MULTILINE), *bold]]


def cited(pattern: re.Pattern[str]) -> list[tuple[str, str, str]]:
    """(file, page, what is cited of it)."""
    return [(name, *match) for name, text in texts().items() for match in pattern.findall(text)]


def test_a_chapter_that_is_cited_exists() -> None:
    found = cited(CHAPTER)
    assert {page for _, page, _ in found} >= {"rules.md", "studies.md", "arena-schemas.md"}
    assert [one for one in found if one[2] not in chapters(one[1])] == []


def test_a_heading_that_is_cited_exists() -> None:
    found = [
        (name, page, quoted) for name, page, several in cited(QUOTE) for quoted in re.findall("«([^»]+)»", several)
    ]
    assert {page for _, page, _ in found} >= {"rules.md", "contracts.md", "design.md", "beslutninger.md"}
    assert [one for one in found if not any(name.startswith(one[2]) for name in names(one[1]))] == []


@pytest.mark.parametrize("text", ["(rules.md §99)", "contracts.md, «At the dour»", "`design.md`, «Decisions»"])
def test_what_is_not_there_is_found(text: str) -> None:
    for _page, chapter in CHAPTER.findall(text):
        assert chapter not in chapters("rules.md")
    for page, several in QUOTE.findall(text):
        assert not any(name.startswith(several.strip("«»")) for name in names(page))
    assert CHAPTER.search(text) or QUOTE.search(text)
