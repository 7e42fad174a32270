"""The figures of the courses: what they are drawn from, that every word can be read, and that no one is shown."""

from __future__ import annotations

import random
import re
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from pipelines.base.errors import AktivitetError
from pipelines.disclosure import Results
from pipelines.drawing.rendering import Drawing
from pipelines.studies.forlop import figure_lop, figure_parts
from pipelines.studies.forlop import figures as forlop
from pipelines.studies.forlop import fill as build
from tests.spec.historier import INGEN_DELTAKELSER, TYPER, person_maaneder
from tests.spec.tabeller import person_key
from tests.unit.resultater import ORIGIN, month_table
from tests.unit.test_figures_tverrsnitt import texts

AGES = ("18-19", "20-24", "25-29", "30-39", "40-49", "50-59", "60-67", "annet")
DIAGNOSES = ("psykisk", "muskel_skjelett", "nervesystem", "hjerte_kar", "allment", "annet", "uoppgitt")
STATES = "pppppppbbbaattxyzw"


def histories(persons: int, months: int) -> list[dict]:
    """Courses of every length and state, with starts all over the panel."""
    noise = random.Random(2017)
    found = []
    for number in range(persons):
        start, left = noise.randrange(2, max(months - 3, 3)), noise.randrange(1, 70)
        course = ""
        while len(course) < left:
            course += noise.choice(STATES) * noise.randrange(1, 12)
        history = "." * start + course[:left]
        found.append(
            {
                "person": f"p_{number}",
                "maaneder": history[:months].ljust(months, "."),
                "kjonn": noise.choice("KM"),
                "aldersgruppe": noise.choice(AGES),
                "diagnosegruppe": noise.choice(DIAGNOSES),
                "utdanning": noise.choice(["grunnskole", "videregaaende", "hoyere_inntil_4", "uoppgitt"]),
            }
        )
    return found


def database(persons: int, months: int, times: int = 1) -> duckdb.DuckDBPyConnection:
    """The tables of the courses of so many persons, counted `times` over."""
    con = duckdb.connect()
    for schema in ("klargjort", "statistikk"):
        con.execute(f"create schema {schema}")
    con.execute(INGEN_DELTAKELSER)
    rows = [
        {**row, "person_key": str(person_key(row.pop("person")))} for row in person_maaneder(histories(persons, months))
    ]
    con.register("ramme", pl.DataFrame(rows, schema=TYPER))
    con.execute("create table klargjort.person_maaned as select * replace (person_key::uuid as person_key) from ramme")
    con.execute(ORIGIN)
    con.execute("insert into kontroll.opphav select distinct strftime(maaned, '%Y-%m'), 0.1, 1 from ramme")
    con.register("kort", month_table(date(2010, 1, 1), 1000))
    con.execute(
        "create table statistikk.tverrsnitt as select * replace (forste as maaned)"
        " from kort, (select min(maaned) as forste from ramme)"
    )
    build.build(con, "k1")
    for table in ("forlop", "forlop_typer"):
        con.execute(f"update statistikk.{table} set antall = antall * $n, nevner = nevner * $n", {"n": times})
    con.execute("update statistikk.forlop set personer = personer * $n", {"n": times})
    return con


SHAPES = {"the country": (450, 72, 400), "an office": (300, 72, 1), "two years": (60, 24, 50), "a handful": (6, 12, 1)}


@cache
def figures_of(shape: str) -> dict[str, Drawing]:
    with database(*SHAPES[shape]) as con:
        return {one.name: one for one in forlop.figures(Results(con))}


@pytest.fixture(params=SHAPES)
def drawn(request) -> dict[str, Drawing]:
    return figures_of(request.param)


def test_no_two_texts_overlap_and_none_leaves_the_paper(drawn):
    for one in drawn.values():
        boxes = [(text.get_text(), text.get_window_extent()) for text in texts(one.figure)]
        for text, box in boxes:
            assert one.figure.bbox.fully_contains(*box.min), f"{one.name}: {text}"
            assert one.figure.bbox.fully_contains(*box.max), f"{one.name}: {text}"
        for (first, a), (second, b) in combinations(boxes, 2):
            across, up = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
            assert across <= 1 or up <= 1, f"{one.name}: «{first}» and «{second}» overlap"


def test_every_source_line_tells_register_months_run_and_cards(drawn):
    for one in drawn.values():
        said = words(one.figure)
        assert "Syntetisk register (10 prosent). Kilde: Arena, meldekort og utbetalinger, " in said, one.name
        assert re.search(
            r"Leveranse \d{4}-\d\d–\d{4}-\d\d\. Kjøring k1\. Mottakere med mottatt meldekort: 91,2 prosent\.", said
        )


def test_nothing_is_drawn_of_fewer_than_ten_spells(drawn):
    for one in drawn.values():
        shown = one.data.filter(~pl.col("skjult"))
        assert shown.filter(pl.col("antall").is_between(1, 9) | pl.col("nevner").is_between(1, 9)).is_empty(), one.name
        hidden = one.data.filter("skjult")
        assert hidden.filter(pl.col("antall").is_not_null() | pl.col("verdi").is_not_null()).is_empty(), one.name


def test_every_figure_says_what_it_is_of_whom_and_of_when(drawn):
    for name, one in drawn.items():
        words = " ".join(text.get_text() for text in one.figure.texts)
        assert one.title == forlop.TEXTS[name][0]
        assert "nye mottakere av AAP" in words
        assert "Kilde: Arena, meldekort og utbetalinger, januar 2013–" in words
        assert "Kjøring k1." in words


@pytest.fixture
def country() -> dict[str, Drawing]:
    return figures_of("the country")


def test_all_are_there_in_order_and_without_a_typology_those_of_the_types_are_not(country):
    assert list(country) == list(forlop.TEXTS)
    assert list(figures_of("two years")) == [name for name in forlop.TEXTS if "typer" not in name]


def words(figure) -> str:
    return " ".join(text.get_text() for text in texts(figure)).replace("\u2009", " ")


def test_the_distribution_adds_up_to_those_who_are_followed(country):
    data = country["forlop_tilstand"].data
    of_month = data.group_by("maaned_nr").agg(pl.col("antall").sum(), pl.col("nevner").max(), pl.col("mal").n_unique())
    assert of_month.select((pl.col("antall") == pl.col("nevner")).all()).item()
    assert of_month["mal"].unique().to_list() == [9]
    assert "Har sluttet på AAP" in words(country["forlop_tilstand"].figure)


def test_ever_shows_both_readings_side_by_side(country):
    data = country["forlop_noensinne"].data
    assert set(data.filter(gruppering="lengde")["gruppe"]) == {"1-12", "13-24", "25-36", "37+"}
    assert set(data.filter(gruppering="alle")["maaned_nr"]) == {12, 24, 36}
    said = words(country["forlop_noensinne"].figure)
    assert "Etter forløpets lengde, måneder" in said
    assert "Innen så mange måneder" in said


def test_transitions_from_a_state_add_up_to_a_hundred(country):
    for name in ("forlop_overganger_1", "forlop_overganger_6"):
        rows = country[name].data.with_columns(fra=pl.col("mal").str.extract("=(.*)>"))
        assert rows.group_by("fra").agg(pl.col("verdi").sum())["verdi"].to_list() == pytest.approx([1.0] * 8)


def test_the_twenty_most_common_courses(country):
    assert country["forlop_vanligste"].data.height == 20
    assert words(country["forlop_vanligste"].figure).count("%") == 0  # percent is said once, over the column


def test_a_typical_course_is_drawn_from_month_1_to_36(country):
    rows = country["forlop_typer"].data
    for number in rows["type_nr"].unique():
        stretches = figure_lop._stretches(rows.filter(type_nr=number))
        assert stretches[0][0] == 1
        assert sum(length for _, length, _ in stretches) == 36


def test_a_month_too_few_share_is_left_white():
    rows = pl.DataFrame(
        {
            "mal": ["typisk=passiv", "typisk=behandling", "typisk=passiv"],
            "maaned_nr": [1, 2, 3],
            "verdi": [1.0, None, 1.0],
        }
    )
    assert figure_lop._stretches(rows) == [(1, 1, "passiv"), (2, 1, None), (3, 1, "passiv")]


def test_few_are_hidden_with_their_share():
    frame = pl.DataFrame(
        {"antall": [9, 10, 0, 50], "nevner": [100, 100, 100, 9], "verdi": [0.09, 0.1, 0.0, 1.0], "skjult": [False] * 4}
    )
    shown = figure_parts.drawable(frame)
    assert shown["skjult"].to_list() == [True, False, False, True]
    assert shown["verdi"].to_list() == [None, 0.1, 0.0, None]


def test_months_of_few_persons_are_hidden_however_many_they_are():
    frame = pl.DataFrame({"antall": [24, 24], "nevner": [24, 24], "personer": [1, 10], "verdi": 1.0, "skjult": False})
    shown = figure_parts.drawable(frame)
    assert shown["antall"].to_list() == [None, 24]
    assert shown.columns == ["antall", "nevner", "verdi", "skjult"]


def test_without_results_it_says_so():
    with database(0, 3) as con, pytest.raises(AktivitetError, match="no results for courses"):
        forlop.figures(Results(con))


def test_a_state_is_drawn_where_it_stands_or_not_at_all():
    """Month 2 lacks behandling, and what is above still ends where those who left begin; month 3 lacks the states on
    both sides of it, and where it stands cannot be known."""
    known = {"tiltak": 0.2, "behandling": 0.2, "passiv": 0.5, "ute": 0.1}
    figure = Figure(figsize=(3, 2), dpi=100)
    canvas = FigureCanvasAgg(figure)
    months = {1: known, 2: known | {"behandling": None}, 3: known | {"tiltak": None, "passiv": None}}
    complete = {month: dict.fromkeys(figure_parts.STATES, 0.0) | shares for month, shares in months.items()}
    figure_parts.stack(figure.add_axes((0, 0, 1, 1)), complete)
    canvas.draw()
    named = {to_hex(colour): state for state, colour in figure_parts.COLOURS.items()}
    pixels = np.asarray(canvas.buffer_rgba()) / 255

    def places(month: int) -> dict[str, list[float]]:
        """State → where its colour begins and ends."""
        seen = [named.get(to_hex(pixel), "") for pixel in pixels[::-1, 100 * month - 50]]
        return {
            state: [seen.index(state) / 200, 1 - seen[::-1].index(state) / 200]
            for state in ("tiltak", "behandling", "passiv", "ute")
            if state in seen
        }

    def near(expected: dict[str, list[float]]) -> dict[str, Any]:
        return {state: pytest.approx(edges, abs=0.02) for state, edges in expected.items()}

    assert places(1) == near({"tiltak": [0, 0.2], "behandling": [0.2, 0.4], "passiv": [0.4, 0.9], "ute": [0.9, 1]})
    assert places(2) == near({"tiltak": [0, 0.2], "passiv": [0.4, 0.9], "ute": [0.9, 1]})
    assert places(3) == near({"ute": [0.9, 1]})
