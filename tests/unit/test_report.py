"""Reports: a changed input is seen in sentence, table and figure; nothing small gets out; anyone can read it."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from pipelines.base.home import ROOT
from pipelines.document import html, pdf, report_folder, workbook
from pipelines.drawing.rendering import Workshop
from pipelines.model import sql
from pipelines.report import choices, month
from pipelines.studies.forlop import section as forlop
from tests.traader import ONE
from tests.unit.rapport_base import APRIL, base, made, write_both, written, written_tertial
from tests.unit.rapport_lest import Page, rows_of, small_counts


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_both(tmp_path_factory.mktemp("hjem"))


@pytest.fixture(scope="module", params=["2015-04", "2015-T1"])
def text(folder, request) -> str:
    return (folder / request.param / "index.html").read_text()


@pytest.fixture(scope="module")
def page(text) -> Page:
    return Page(text)


@pytest.mark.usefixtures("without_png")
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


def test_the_same_snapshot_gives_the_same_bytes(folder, tmp_path):
    """In a process of its own: with another order of sets, and all the threads of the machine."""
    environment = {name: value for name, value in os.environ.items() if name not in ONE}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "2017"}
    subprocess.run([sys.executable, "-m", "tests.unit.rapport_base", str(tmp_path)], env=environment, check=True)
    first, second = (
        {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        for place in (folder, tmp_path / "reports")
    )
    forms = {path.rpartition("/")[2] for path in first}
    assert forms >= {"index.html", "rapport.pdf", "tabeller.xlsx", "avstemming.csv", "figur_9.png", "figur_9.svg"}
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


@pytest.mark.usefixtures("without_png")
def test_a_changed_input_is_seen_in_the_tertials_sentence_table_and_figure(folder, tmp_path):
    """A quarter of the recipients become half in one month: the mean of the four goes up by a sixteenth."""
    before = folder / "2015-T1"
    after = written_tertial(
        tmp_path,
        "update statistikk.tverrsnitt set antall = 2 * antall, andel = 2 * antall / nevner"
        " where mal = 'tiltak' and gruppering = 'alle' and maaned = '2015-03-01'",
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


@pytest.mark.usefixtures("without_png")
def test_a_changed_course_is_seen_in_sentence_table_and_figure(folder, tmp_path):
    page = (folder / "2015-04" / "index.html").read_text()
    with base() as snapshot:
        snapshot.execute(
            "update statistikk.forlop set antall = nevner, verdi = 1"
            " where utvalg = 'helt_ny' and mal = 'noensinne=behandling'"
        )
        found = forlop.results(snapshot.con)
        with Workshop(tmp_path) as workshop:
            pictures, _ = forlop.draw(snapshot.con, found, workshop)
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


@pytest.mark.usefixtures("without_png")
def test_fewer_than_five_get_out_nowhere(tmp_path):
    """Three of the recipients are in something only they are in: `3` stands in no table, sentence or sheet."""
    few = (
        "update statistikk.tverrsnitt set antall = 3, andel = 3.0 / 987 where mal = 'behandling'"
        " and gruppering = 'alle'; insert into statistikk.tverrsnitt values"
        " ('2015-04-01', 'behandling', 'alle', 'alle', 3, 987, 3.0 / 987, 'k1')"
    )
    with base({APRIL: 987}, courses=False) as snapshot:
        snapshot.execute(few)
        document = made(month, snapshot, APRIL, tmp_path)
    workbook.write(document, tmp_path)
    (row,) = (
        row
        for row in csv.reader((tmp_path / "tabeller" / "aktivitet.csv").open(), delimiter=";")
        if row[0] == "I medisinsk behandling"
    )
    assert row[1:] == [":", ":"]
    cells = openpyxl.load_workbook(tmp_path / "tabeller.xlsx")["t_aktivitet"].values
    assert {row[0]: row[1:] for row in cells if row[0]}["I medisinsk behandling"] == (":", ":")
    said = "Andelen i medisinsk behandling er skjult av hensyn til personvernet."
    assert said in html.render(document)
    assert said in pdf.source(document, tmp_path)  # what is set by typst
    assert small_counts(tmp_path) == []


def test_fewer_than_five_get_out_nowhere_of_a_few_courses(folder):
    """Ninety persons: most of what can be said of them is of few."""
    assert small_counts(folder / "2015-04") == []
    assert small_counts(folder / "2015-T1") == []


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


def test_nothing_is_in_the_folder_of_a_report_but_what_the_next_run_clears(folder):
    assert {path.name for path in (folder / "2015-04").iterdir()} == set(report_folder.WRITTEN)
    assert {path.name for path in (folder / "2015-T1").iterdir()} <= set(report_folder.WRITTEN)


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


def test_the_reconciliation_can_be_read_by_a_screen_reader_and_printed_whole(folder):
    text = (folder / "2015-04" / "avstemming.html").read_text()
    page = Page(text)
    assert len(page.all("table")) == len(page.all("caption")) > 1
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}
    assert page.all("html") == [{"lang": "nb"}]
    printed = text[text.index("@media print") :]
    assert "details::details-content" in printed


def test_the_appendix_prints_the_sql_and_code_lists_as_they_are(text):
    page = Page(text)
    listings = "\n".join(page.words["code"])
    statement = sql.read("tverrsnitt/tverrsnitt").strip().splitlines()[-1]
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
    (by_plan,) = (words for valg, words in said.items() if "fotnote 5," in valg)
    assert by_plan == (
        "40,1 prosent med kravet, 49,7 prosent om planen også kan være utløpt, 50,7 prosent uten krav om plan"
    )
    # Of ninety persons some of it is hidden.
    assert sum(bool(re.search(r"\d", folsomhet)) for folsomhet in said.values()) >= len(said) / 2
    named = {choice.folsomhet.get("variant") for choice in choices.choices()} - {None}
    assert named == {name.removeprefix("folsomhet/") for name in sql.files() if name.startswith("folsomhet/")}


def rows_of_choices(folder: Path) -> list[tuple[str, str]]:
    lines = csv.reader(io.StringIO((folder / "2015-04" / "tabeller" / "valg.csv").read_text()), delimiter=";")
    return [(line[0], line[2]) for line in lines][1:]
