"""Reports: a changed input is seen in sentence, table and figure; nothing small gets out; anyone can read it."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import openpyxl
import pytest

from pipelines import alternatives, report, sql
from pipelines.errors import AktivitetError
from pipelines.figures.colours import contrast
from pipelines.home import ROOT, Home
from pipelines.report import choices, forlop, html, month, pdf, tertial
from tests.unit.rapport_base import APRIL, MONTHS, base

VOID = {"meta", "link", "br", "img", "path", "use", "rect", "line", "circle"}


class Page(HTMLParser):
    """What a screen reader goes by: headings, ids, tables, figures, links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and data.strip():
            self.words.setdefault(self.open[-1], []).append(data.strip())

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("hjem")
    with base() as snapshot:
        report.write(snapshot, Home(home), APRIL)
    with base(courses=False) as snapshot:
        report.write_tertial(snapshot, Home(home), "2015-T1")
    return home / "reports"


@pytest.fixture(scope="module", params=["2015-04", "2015-T1"])
def text(folder, request) -> str:
    return (folder / request.param / "index.html").read_text()


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


def written(home: Path, sizes=None, statement: str = "", *, courses: bool = False, name: str = "2015-04") -> Path:
    with base(sizes, courses=courses) as snapshot:
        if statement:
            snapshot.execute(statement)
        if name == "2015-04":
            report.write(snapshot, Home(home), APRIL)
        else:
            report.write_tertial(snapshot, Home(home), name)
    return home / "reports" / name


def rows_of(folder: Path, name: str) -> dict[str, list[str]]:
    """A table of a report: first cell → the others."""
    lines = csv.reader(io.StringIO((folder / "tabeller" / f"{name}.csv").read_text()), delimiter=";")
    return {line[0]: line[1:] for line in lines}


def test_a_changed_input_is_seen_in_sentence_table_workbook_and_figure(folder, tmp_path):
    before = folder / "2015-04"
    after = written(
        tmp_path,
        statement="update statistikk.tverrsnitt set antall = antall + 1529, andel = (antall + 1529) / nevner"
        " where mal = 'tiltak' and gruppering = 'alle' and maaned = '2015-04-01'",
    )
    old, new = ((place / "index.html").read_text() for place in (before, after))
    assert "Andelen i arbeidsrettet tiltak er uendret på 25,0 prosent siden mars 2015." in old
    assert (
        "Andelen i arbeidsrettet tiltak gikk opp med 10,0 prosentpoeng, fra 25,0 til 35,0 prosent, siden mars 2015."
        in new
    )
    rows = [
        next(
            row
            for row in csv.reader((place / "tabeller" / "aktivitet.csv").open(), delimiter=";")
            if "tiltak" in row[0]
        )
        for place in (before, after)
    ]
    assert rows == [["I arbeidsrettet tiltak", "3822", "0,249967"], ["I arbeidsrettet tiltak", "5351", "0,349967"]]
    cells = [
        {row[0]: row[1] for row in openpyxl.load_workbook(place / "tabeller.xlsx")["t_aktivitet"].values if row[0]}
        for place in (before, after)
    ]
    assert [found["I arbeidsrettet tiltak"] for found in cells] == [3822, 5351]
    assert (before / "figurer" / "figur_2.svg").read_bytes() != (after / "figurer" / "figur_2.svg").read_bytes()
    assert ">35,0\u202f%<" in new.replace("\n", "")


@pytest.mark.parametrize(("name", "courses"), [("2015-04", True), ("2015-T1", False)])
def test_the_same_snapshot_gives_the_same_bytes(folder, tmp_path, name, courses):
    again = written(tmp_path, courses=courses, name=name)
    files = sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert {path.name for path in files} >= {"index.html", "rapport.pdf", "tabeller.xlsx", "avstemming.csv"}
    assert [path for path in files if (again / path).read_bytes() != (folder / name / path).read_bytes()] == []


def test_a_changed_input_is_seen_in_the_tertials_sentence_table_and_figure(folder, tmp_path):
    """A quarter of the recipients become half in one month: the mean of the four goes up by a sixteenth."""
    before = folder / "2015-T1"
    after = written(
        tmp_path,
        statement="update statistikk.tverrsnitt set antall = 2 * antall, andel = 2 * antall / nevner"
        " where mal = 'tiltak' and gruppering = 'alle' and maaned = '2015-03-01'",
        name="2015-T1",
    )
    old, new = ((place / "index.html").read_text() for place in (before, after))
    assert "Andelen i arbeidsrettet tiltak er uendret på 25,0 prosent siden 1. tertial 2014." in old
    assert (
        "Andelen i arbeidsrettet tiltak gikk opp med 6,2 prosentpoeng, fra 25,0 til 31,2 prosent,"
        " siden 1. tertial 2014."
        " Endringen er større enn støyen." in new
    )
    month, change = (
        [rows_of(place, name)["I arbeidsrettet tiltak"] for place in (before, after)]
        for name in ("maaneder", "endring_andeler")
    )
    assert [row[5] for row in month] == ["0,25", "0,5"]  # March 2015, beside March 2014
    assert [row[4] for row in month] == ["0,25", "0,25"]
    assert [row[-1] for row in change] == ["", "større enn støyen"]
    figures = [(place / "figurer" / "figur_tertial.svg").read_bytes() for place in (before, after)]
    assert figures[0] != figures[1]
    assert "I arbeidsrettet tiltak: 25,0; 25,0; 50,0 og 25,0 prosent i 2015, mot 25,0; 25,0;" in new


def test_a_changed_course_is_seen_in_sentence_table_and_figure(folder, tmp_path):
    page = (folder / "2015-04" / "index.html").read_text()
    with base() as snapshot:
        snapshot.execute(
            "update statistikk.forlop set antall = nevner, verdi = 1"
            " where utvalg = 'helt_ny' and mal = 'noensinne=behandling'"
        )
        found = forlop.results(snapshot.con)
        pictures, _ = forlop.draw(snapshot.con, found, tmp_path)
    (ever,) = (picture for picture in pictures if picture.name == "forlop_noensinne")
    (row,) = (row for row in forlop.by_length(found).texts if row[0] == "Medisinsk behandling")
    said = "I 100,0 prosent av dem er det minst én måned med registrert behandling"
    assert said in " ".join(forlop.sentences(found))
    assert said not in page
    assert set(row[1:]) <= {"100,0\u202f%", ":"}
    assert "behandling 100,0 prosent" in ever.alt
    assert ever.alt not in page
    assert ever.svg.read_bytes() != (folder / "2015-04" / "figurer" / ever.svg.name).read_bytes()


def test_every_figure_drawn_stands_in_the_page_and_in_the_workbook(folder):
    place = folder / "2015-04"
    drawn = {path.stem for path in (place / "figurer").glob("*.svg")}
    assert len(drawn) == 9 + 9
    assert {attributes["id"] for attributes in Page((place / "index.html").read_text()).all("figure")} == drawn
    assert drawn <= set(openpyxl.load_workbook(place / "tabeller.xlsx", read_only=True).sheetnames)


def test_the_page_is_one_file_that_needs_nothing_else(text):
    assert not re.search(r"<script|<link|<img|@import|src=|url\((?!#)|href=\"(?!#)", text)


def test_headings_go_down_one_level_at_a_time_and_there_is_one_title(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_figure_says_what_it_shows_and_every_id_is_its_own(page):
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    figures = page.all("svg")
    assert figures
    for attributes in figures:
        assert attributes["role"] == "img"
        assert set(attributes["aria-labelledby"].split()) <= set(ids)
    assert all(len(words) > 20 for words in page.words["desc"])
    for attributes in page.all("a", "use"):
        target = attributes.get("href") or attributes.get("xlink:href")
        assert target[1:] in ids


def test_every_table_has_a_caption_and_every_header_a_scope(page):
    assert len(page.all("table")) == len(page.all("caption")) > 5
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    assert page.all("html") == [{"lang": "nb"}]


def test_text_can_be_told_from_what_is_behind_it():
    css = (html.TEMPLATES / "rapport.css").read_text()
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", css))
    papers = ["#ffffff", colours["band"], "#fdf3d8"]
    assert all(contrast(colours[ink], paper) >= 4.5 for ink in ("ink", "muted", "accent") for paper in papers)


def test_fewer_than_five_get_out_nowhere(tmp_path):
    """Three of the recipients are in something only they are in: `3` stands in no table, sentence or sheet."""
    few = (
        "update statistikk.tverrsnitt set antall = 3, andel = 3.0 / 987 where mal = 'behandling'"
        " and gruppering = 'alle'; insert into statistikk.tverrsnitt values"
        " ('2015-04-01', 'behandling', 'alle', 'alle', 3, 987, 3.0 / 987, 'k1')"
    )
    place = written(tmp_path, {APRIL: 987}, few)
    (row,) = (
        row
        for row in csv.reader((place / "tabeller" / "aktivitet.csv").open(), delimiter=";")
        if row[0] == "I medisinsk behandling"
    )
    assert row[1:] == [":", ":"]
    assert "Andelen i medisinsk behandling er skjult av hensyn til personvernet." in (place / "index.html").read_text()
    cells = {row[0]: row[1:] for row in openpyxl.load_workbook(place / "tabeller.xlsx")["t_aktivitet"].values if row[0]}
    assert cells["I medisinsk behandling"] == (":", ":")
    with base({APRIL: 987}, courses=False) as snapshot:
        snapshot.execute(few)
        set_by_typst = pdf.source(month.document(snapshot, APRIL, tmp_path)[0], tmp_path)
    assert "Andelen i medisinsk behandling er skjult av hensyn til personvernet." in set_by_typst
    assert small_counts(place) == []


def test_fewer_than_five_get_out_nowhere_of_a_few_courses(folder):
    """Ninety persons: most of what can be said of them is of few."""
    assert small_counts(folder / "2015-04") == []
    assert small_counts(folder / "2015-T1") == []


COUNTED = ("antall", "nevner", "personer")
NOT_PERSONS = ("valg", "avstemming")
LIFE_TABLE = r"(kumulativ_insidens\w*|i_risiko|ute_uten)="
"""Told in fives, so what is left of a group is not told."""


def small_counts(place: Path) -> list[tuple]:
    """Every count of 1–4 in a table, a figure's data or a sheet, and every one that leaves 1–4 of its group."""
    found: list[tuple] = []
    for table in place.joinpath("tabeller").glob("*.csv"):
        if not table.stem.startswith(NOT_PERSONS):
            head, *rows = csv.reader(table.open(), delimiter=";")
            kept = [at for at, name in enumerate(head) if at and "edian" not in name]
            # 1 is a share.
            found += [(table.name, row) for row in rows if {row[at] for at in kept} & {"2", "3", "4"}]
    for data in place.joinpath("figurer").glob("*.csv"):
        found += [(data.name, row) for row in csv.DictReader(data.open(), delimiter=";") if tells_of_few(row)]
    book = openpyxl.load_workbook(place / "tabeller.xlsx", read_only=True)
    for sheet in book.worksheets:
        head, *rows = list(sheet.values)[3:]
        if not sheet.title.startswith(tuple(f"t_{name}" for name in NOT_PERSONS)):
            named = [{str(name): str(cell) for name, cell in zip(head, row, strict=True)} for row in rows]
            found += [(sheet.title, row) for row in named if tells_of_few(row)]
    return found


def tells_of_few(row: dict[str, str]) -> bool:
    count, size, persons = (row.get(name, "") for name in COUNTED)
    numbers = [float(text.replace(",", ".")) for text in (count, size, persons) if re.match(r"\d", text)]
    if re.match(r"\d", count) and re.match(r"\d", size) and not re.match(LIFE_TABLE, row.get("mal", "")):
        numbers.append(numbers[1] - numbers[0])
    return any(0 < number < 5 for number in numbers)


def test_attrition_and_deliveries_hide_what_tells_of_few(folder):
    def rows(name: str) -> dict[str, list[str]]:
        return {
            row[0]: row[1:]
            for row in csv.reader(io.StringIO((folder / "2015-04/tabeller" / name).read_text()), delimiter=";")
        }

    steps = rows("frafall.csv")
    assert steps["I leveransen (skjermede er ikke med)"] == ["17290"]
    assert steps["Med person_id i bruk"] == [":"]  # two persons fewer
    of_courses = rows("frafall_forlop.csv")
    assert of_courses["Av dem: i et forløp denne måneden"] == ["15290"]
    assert of_courses["Av dem: startet etter panelets to første måneder"] == ["10290"]
    assert of_courses["Av dem: helt nye mottakere"] == [":"]  # three persons fewer
    assert rows("leveranser.csv")["meldekort"][1:6] == ["41000", "40940", ":", ":", "38"]  # 2 sheltered, and a cover
    assert rows("leveranser.csv")["person"][1:6] == ["17000", "16940", "20", "10", "30"]


def test_a_tertial_marks_what_moved_more_than_noise(folder):
    page = (folder / "2015-T1" / "index.html").read_text()
    said = (
        "Antallet mottakere gikk ned med 4 927 personer (24,6 prosent), fra 20 000 til 15 073, siden 1. tertial 2014."
    )
    assert said in page.replace("\u202f", " ")
    assert page.count('class="merket"') == 1  # the number of recipients; no share moved
    heads = next(csv.reader((folder / "2015-T1/tabeller/maaneder.csv").open(), delimiter=";"))
    sizes = list(csv.reader((folder / "2015-T1/tabeller/maaneder_antall.csv").open(), delimiter=";"))[1]
    assert sizes == ["Mottakere", *(["20000", "15000"] * 3), "20000", "15290"]
    assert heads == ["Andel", *(f"{name} {year}" for name in ("Jan.", "Feb.", "Mars", "Apr.") for year in (2014, 2015))]


def test_a_tertial_figure_says_both_years_in_words(tmp_path):
    """With what is hidden and what is not there told apart, and both years' deliveries under it."""
    gone = date(2014, 4, 1)
    with base({month: 15_000 for month in MONTHS if month != gone}, courses=False) as snapshot:
        snapshot.execute(
            "update statistikk.tverrsnitt set antall = 2, andel = 2 / nevner where gruppering = 'alle'"
            " and mal = 'tiltak' and maaned = '2015-02-01'"
        )
        snapshot.execute("insert into kontroll.opphav values ('2015-01', 0.1, 1)")
        document, _ = tertial.document(snapshot, date(2015, 1, 1), tmp_path)
    (picture,) = document.pictures
    said = "25,0; skjult; 25,0 og 25,0 prosent i 2015, mot 25,0; 25,0; 25,0 og ukjent prosent i 2014."
    assert f"I arbeidsrettet tiltak: {said}" in picture.alt
    assert "I medisinsk behandling: ukjent i 2015, mot ukjent i 2014." in picture.alt


def test_the_months_of_a_source_line_are_those_of_each_year():
    shown = [date(year, number, 1) for year in (2014, 2015) for number in (1, 2, 3, 4)]
    words, deliveries = tertial.years(shown)
    assert words == "januar 2014–april 2014 og januar 2015–april 2015"
    assert deliveries == "2014-01–2014-04 og 2015-01–2015-04"
    assert tertial.years(shown[:1]) == ("januar 2014", "2014-01")


def test_the_reconciliation_can_be_read_by_a_screen_reader_and_printed_whole(folder):
    text = (folder / "2015-04" / "avstemming.html").read_text()
    page = Page(text)
    assert len(page.all("table")) == len(page.all("caption")) > 1
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    assert page.all("html") == [{"lang": "nb"}]
    printed = text[text.index("@media print") :]
    assert "details::details-content" in printed


def test_a_tertial_says_which_months_it_lacks(tmp_path):
    sizes = {month: 15_000 for month in MONTHS if month not in (APRIL, date(2014, 3, 1), date(2014, 4, 1))}
    with base(sizes, courses=False) as snapshot:
        page = html.render(tertial.document(snapshot, date(2015, 1, 1), tmp_path)[0])
    assert "Det er ingen resultater for april 2015; tallene gjelder resten av tertialet." in page
    assert "Sammenligningen med 1. tertial 2014 gjelder bare januar og februar, som finnes begge år." in page


def test_without_results_nothing_is_written(tmp_path):
    with base(courses=False) as snapshot:
        with pytest.raises(AktivitetError, match="no results for 2013-04"):
            report.write(snapshot, Home(tmp_path), date(2013, 4, 1))
        with pytest.raises(AktivitetError, match="no results for 2013-T2"):
            report.write_tertial(snapshot, Home(tmp_path), "2013-T2")
    assert not list(tmp_path.rglob("*.html"))


def test_without_courses_or_a_month_before_the_report_says_so(tmp_path):
    with base({APRIL: 15_000}, courses=False) as snapshot:
        page = html.render(month.document(snapshot, APRIL, tmp_path)[0])
    assert "Det er ingen resultater for mars 2015 å holde tallene mot." in page
    assert "Det er ikke bygd forløp" in page


def test_the_appendix_prints_the_sql_and_code_lists_as_they_are(text):
    page = Page(text)
    listings = "\n".join(page.words["code"])
    statement = (ROOT / "sql/tverrsnitt/tverrsnitt.sql").read_text().strip().splitlines()[-1]
    assert statement in listings
    assert "GJENN_AVB" in page.words["th"]
    assert "dato_innkommet" in page.words["th"]


def test_every_choice_is_measured_or_the_appendix_says_why_not(folder):
    """`valg.csv` of a snapshot with courses: a number of what is moved, or a reason, for each choice."""
    said = {row[0]: row[1] for row in rows_of_choices(folder)}
    assert list(said) == [choice.valg for choice in choices.choices()]
    reasons = {choice.valg for choice in choices.choices() if "grunn" in choice.folsomhet}
    for valg, folsomhet in said.items():
        assert re.search(r"\d", folsomhet) or folsomhet.startswith(("Kan ikke vises: ", "Har ikke noe tall: ")), valg
        assert folsomhet.startswith("Har ikke noe tall: ") == (valg in reasons)
    # Of ninety persons some of it is hidden.
    assert sum(bool(re.search(r"\d", folsomhet)) for folsomhet in said.values()) >= len(said) / 2
    named = {choice.folsomhet.get("variant") for choice in choices.choices()} - {None}
    assert named == {path.stem for path in (ROOT / "sql" / "folsomhet").glob("*.sql")}


def test_a_share_of_nobody_cannot_be_known(monkeypatch):
    """DuckDB says NaN of 0 / 0, which no text can print: a register of few months has courses of no length."""
    con = duckdb.connect()
    monkeypatch.setattr(sql, "run", lambda *_, **__: con.execute("select 0 / 0, null, 0, null, 0, 9"))
    assert alternatives.alternative(con, "alle_i_nevneren", date(2015, 4, 1)) == alternatives.Alternative()


def rows_of_choices(folder: Path) -> list[tuple[str, str]]:
    lines = csv.reader(io.StringIO((folder / "2015-04" / "tabeller" / "valg.csv").read_text()), delimiter=";")
    return [(line[0], line[2]) for line in lines][1:]


def test_every_choice_in_the_sql_is_in_the_appendix():
    listed = {choice.sql for choice in choices.choices()}
    made = {
        path.relative_to(ROOT / "sql").with_suffix("").as_posix()
        for path in (ROOT / "sql").rglob("*.sql")
        if "⟂" in path.read_text() and path.parent.name != "folsomhet"  # they say what the choices move
    }
    assert made <= listed
    assert all((ROOT / "sql" / f"{name}.sql").is_file() for name in listed)
