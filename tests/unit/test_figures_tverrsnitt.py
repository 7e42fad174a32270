"""The nine figures of 2017:1 chapter 2: what they are drawn from, and that every word on them can be read."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations
from operator import attrgetter

import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from pipelines.base.errors import AktivitetError
from pipelines.base.files import csv_text
from pipelines.disclosure import Results
from pipelines.drawing import layout, source
from pipelines.drawing.rendering import Drawing
from pipelines.studies.tverrsnitt import figure_groups, figure_status, figure_trend
from pipelines.studies.tverrsnitt import figures as tverrsnitt
from tests.unit.resultater import database

APRIL = date(2015, 4, 1)


def months(first: date, last: date, size: int) -> dict[date, int]:
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return {date(number // 12, number % 12 + 1, 1): size for number in span}


# Recipients per month: as in the studies, and shapes that are hard on a layout.
SHAPES = {
    "the studies": months(date(2010, 3, 1), date(2016, 10, 1), 152_900),
    "a tenth": months(date(2014, 1, 1), date(2015, 12, 1), 15_000),
    "one month": {APRIL: 1_234_567},
    "a small office": months(date(2014, 11, 1), date(2015, 6, 1), 60),
    "hidden": {date(2014, 4, 1): 12, APRIL: 3},
    "nobody": {APRIL: 0},
    "sixteen years": {date(year, 4, 1): 150_000 + year for year in range(2010, 2026)},
    "a hole and a spike": {date(2010, 4, 1): 20, date(2012, 4, 1): 900_000, APRIL: 40, date(2016, 4, 1): 0},
}


@cache
def figures_of(shape: str) -> list[Drawing]:
    with database(SHAPES[shape]) as con:
        if shape != "the studies":
            con.execute("insert into kontroll.opphav values ('2015-04', 0.025, 1)")  # the longest source lines
        return sorted(tverrsnitt.figures(Results(con), APRIL), key=attrgetter("name"))


@pytest.fixture(params=SHAPES)
def drawn(request) -> list[Drawing]:
    return figures_of(request.param)


def texts(figure: Figure) -> list[Text]:
    """Every text that is drawn, axis labels included."""
    figure.draw_without_rendering()
    found = list(figure.texts)
    for axes in figure.axes:
        found += axes.texts
        if axes.axison:
            for axis in (axes.xaxis, axes.yaxis):
                low, high = sorted(axis.get_view_interval())
                found += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high + 1e-9]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def test_no_two_texts_overlap_and_none_leaves_the_paper(drawn):
    for one in drawn:
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts(one.figure)]
        outside = [text for text, box in boxes if not one.figure.bbox.fully_contains(*box.min)]
        outside += [text for text, box in boxes if not one.figure.bbox.fully_contains(*box.max)]
        assert not outside, one.name
        for (first, a), (second, b) in combinations(boxes, 2):
            across = min(a.x1, b.x1) - max(a.x0, b.x0)
            up = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across <= 1 or up <= 1, f"{one.name}: «{first}» and «{second}» overlap"


def test_the_check_itself_sees_an_overlap():
    figure = Figure()
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "two")
    first, second = (text.get_window_extent() for text in texts(figure))
    assert min(first.x1, second.x1) - max(first.x0, second.x0) > 1


def test_all_nine_are_there_with_title_and_source(drawn):
    assert [one.name for one in drawn] == [f"figur_{number}" for number in range(1, 10)]
    for one in drawn:
        words = " ".join(text.get_text() for text in one.figure.texts)
        assert one.title in words
        assert "Kilde: Arena, meldekort og utbetalinger" in words
        assert "Kjøring k1." in words
        assert "skjult" in one.data.columns


@pytest.fixture
def studies() -> dict[str, Drawing]:
    return {one.name: one for one in figures_of("the studies")}


def words(figure: Figure) -> str:
    return " ".join(text.get_text() for text in texts(figure)).replace("\u2009", " ")


def test_part_years_are_named(studies):
    assert "2010: mars–desember. 2016: januar–oktober." in words(studies["figur_1"].figure)
    spans = figure_trend.part_years(studies["figur_1"].data)
    assert spans == {2010: "mars–desember", 2016: "januar–oktober"}


def test_a_year_with_a_month_missing_in_the_middle_says_how_many_it_has():
    frame = pl.DataFrame(
        {"aar": [2015], "fra_maaned": [date(2015, 1, 1)], "til_maaned": [date(2015, 12, 1)], "maaneder": [11]}
    )
    assert figure_trend.part_years(frame) == {2015: "januar–desember, 11 måneder"}


def test_a_year_without_months_keeps_its_place():
    assert figure_trend.years(pl.DataFrame({"aar": [2010, 2013]})) == [2010, 2011, 2012, 2013]
    assert figure_trend.years(pl.DataFrame({"aar": []})) == []


def test_yearly_figures_say_counts_and_share(studies):
    said = words(studies["figur_1"].figure)
    assert "152 900" in said
    assert "38 225" in said
    assert "25,0" in said
    assert set(studies["figur_1"].data["mal"]) == {"mottakere", "tiltak"}


def test_annet_is_everybody_who_is_neither_spesielt_nor_varig_tilpasset(studies):
    of_2015 = studies["figur_7"].data.filter(aar=2015)
    shares = dict(of_2015.select("innsatsgruppe", "andel").iter_rows())
    assert shares == pytest.approx({"spesielt_tilpasset": 0.91, "varig_tilpasset": 0.08, "annet": 0.01}, abs=1e-4)
    assert sum(shares.values()) == pytest.approx(1)


def test_annet_is_hidden_when_it_would_give_another_away():
    frame = pl.DataFrame(
        {
            "aar": [2015, 2015],
            "fra_maaned": [date(2015, 1, 1)] * 2,
            "til_maaned": [date(2015, 12, 1)] * 2,
            "maaneder": [12] * 2,
            "mal": ["innsatsgruppe=spesielt_tilpasset", "innsatsgruppe=varig_tilpasset"],
            "antall": [90.0, None],
            "nevner": [100.0, 100.0],
            "andel": [0.9, None],
            "skjult": [False, True],
        }
    )
    annet = figure_trend.innsatsbehov_data(frame).filter(innsatsgruppe="annet")
    assert annet.select("antall", "andel", "skjult").row(0) == (None, None, True)


def test_groups_come_in_the_order_of_the_chapter_and_empty_rests_are_left_out():
    rows = [
        ("aldersgruppe", "annet", 0),
        ("aldersgruppe", "20-24", 10),
        ("aldersgruppe", "18-19", 0),
        ("kjonn", "M", 10),
        ("kjonn", "K", 10),
        ("fylke", "Oslo", 10),
        ("alle", "alle", 20),
        ("diagnosegruppe", "uoppgitt", None),
    ]
    frame = pl.DataFrame(rows, schema=["gruppering", "gruppe", "nevner"], orient="row")
    assert figure_groups.groups_data(frame)["gruppe"].to_list() == ["alle", "K", "M", "18-19", "20-24", "uoppgitt"]


def test_figure_8_says_who_is_in_something_and_who_in_nothing(studies):
    said = words(studies["figur_8"].figure)
    assert "I arbeid, tiltak eller behandling: 67,1." in said
    assert "Uten registrert aktivitet og ikke varig tilpasset: 27,3." in said
    assert "Mottakere i alt 152 900" in said


def test_figure_9_moves_half_of_each_group_and_shows_the_bounds(studies):
    data = studies["figur_9"].data
    half = dict(data.filter(h_tolvdeler=figure_status.HALF).select("aktivitetsstatus", "antall").iter_rows())
    counted = dict(data.filter(h_tolvdeler=0).select("aktivitetsstatus", "antall").iter_rows())
    assert half["gyldig_plan"] == counted["gyldig_plan"] / 2
    assert half["ingen_plan"] == counted["ingen_plan"] / 2
    said = words(studies["figur_9"].figure)
    for mark in ("½", "⅔", "27,3", "13,7", "9,1"):
        assert mark in said


def test_the_source_line_tells_month_delivery_run_and_cards(studies):
    assert (
        "april 2015. Leveranse 2015-04. Kjøring k1. Meldekort: 91,2 prosent mottatt, 3,1 prosent ikke spurt, "
        "5,7 prosent mangler."
    ) in words(studies["figur_8"].figure)
    assert "mars 2010–oktober 2016. Leveranse 2010-03–2016-10." in words(studies["figur_1"].figure)
    for number in (1, 3, 6, 7):
        assert "Kjøring k1. Mottakere med mottatt meldekort: 91,2 prosent." in words(studies[f"figur_{number}"].figure)
    assert not any("yntetisk" in words(one.figure) for one in studies.values())


def test_every_source_line_of_a_synthetic_register_says_so_first():
    for one in figures_of("one month"):
        assert "Syntetisk register (2,5 prosent). Kilde: Arena" in words(one.figure), one.name
    with database({APRIL: 15_000}) as con:
        con.execute("insert into kontroll.opphav values ('2015-03', null, null), ('2015-04', 0.1, 1)")
        assert source.register(con, date(2015, 3, 1), date(2015, 3, 1)) == ""
        con.execute("update kontroll.opphav set syntetisk_andel = 0.0125")
        assert source.register(con, APRIL, APRIL) == "Syntetisk register (1,25 prosent)."


def test_coverage_says_what_is_hidden():
    rows = [("meldekort_status=mottatt", None, True), ("meldekort_status=ikke_spurt", 0.031, False)]
    rows.append(("meldekort_status=mangler", None, True))
    frame = pl.DataFrame(rows, schema=["mal", "andel", "skjult"], orient="row")
    assert source.coverage(frame) == "Meldekort: 3,1 prosent ikke spurt; skjult: mottatt og mangler."
    assert source.coverage(frame.clear()) == ""


def test_signs_are_explained_only_where_they_stand():
    frame = pl.DataFrame({"andel": [0.5, None, None], "skjult": [False, True, False]})
    assert layout.signs(frame) == "«:» er skjult av hensyn til personvernet, «..» kan ikke vites."
    assert layout.signs(frame[:2]) == "«:» er skjult av hensyn til personvernet."
    assert layout.signs(frame[:1]) == ""


def test_hidden_parts_of_a_bar_are_one_part_at_the_end():
    found = layout.segments({"a": 0.5, "b": None, "c": 0.25, "d": 0.0, "e": None})
    assert [(part.code, part.start, part.length) for part in found] == [
        ("a", 0, 0.5),
        ("c", 0.5, 0.25),
        (None, 0.75, 0.25),
    ]
    assert layout.segments({"a": 0.0}) == []


def test_what_is_hidden_reaches_no_table():
    tables = {one.name: csv_text(one.data).splitlines()[1:] for one in figures_of("hidden")}
    assert all(line.endswith(":;:;:;k1") for line in tables["figur_8"])  # antall, nevner, andel
    assert all(":" in line for line in tables["figur_2"])


def test_a_month_without_results_is_refused():
    with database(SHAPES["one month"]) as con, pytest.raises(AktivitetError, match="no results for 2011-05"):
        next(tverrsnitt.figures(Results(con), date(2011, 5, 1)))
