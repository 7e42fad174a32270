"""Numbers and names as bokmål writes them; files that are the same bytes every time."""

from __future__ import annotations

import matplotlib as mpl
import polars as pl
import pytest

from pipelines.base.files import csv_text, write_private
from pipelines.drawing import style

THIN = "\u2009"


def test_numbers_have_thin_spaces_and_decimal_comma():
    assert style.count(152900) == f"152{THIN}900"
    assert style.count(38.6) == "39"
    assert style.decimal(-1234.56) == f"−1{THIN}234,6"
    assert style.percent(0.2257) == "22,6"
    assert style.percent(0.2265) == "22,7"
    assert style.percent(0.2257, 0) == "23"


def test_hidden_unknown_and_zero_are_three_different_things():
    assert [style.count(None, hidden=True), style.count(None), style.count(0)] == [":", "..", "0"]
    assert style.percent(None, hidden=True) == ":"


@pytest.mark.parametrize(
    ("code", "list_name", "expected"),
    [
        ("arbeid_eller_tiltak", None, "I arbeid eller tiltak"),
        ("gyldig_plan", "mal", "Har godkjent og gyldig plan"),
        ("aktivitetsstatus=gyldig_plan", None, "Gyldig plan, ingen aktivitet"),
        ("meldekort_status=ikke_spurt", None, "Ikke spurt"),
        ("annet", "diagnosegruppe", "Andre diagnoser"),
        ("annet", "aldersgruppe", "Annen alder"),
        ("K*30-39", "kjonn*aldersgruppe", "Kvinner, 30–39 år"),
        ("30-39*annet", "aldersgruppe*diagnosegruppe", "30–39 år, Andre diagnoser"),
        ("kjonn*aldersgruppe", "gruppering", "Kjønn, Alder"),
        ("Troms", "fylke", "Troms"),
    ],
)
def test_names(code, list_name, expected):
    assert style.navn(code, list_name) == expected


def test_the_source_line_leaves_out_what_it_is_not_told():
    assert style.source_line("april 2015") == "Kilde: Arena, meldekort og utbetalinger, april 2015."
    told = style.source_line("april 2015", "2015-04", "k1", "Meldekort: alle mottatt.")
    assert told.endswith("april 2015. Leveranse 2015-04. Kjøring k1. Meldekort: alle mottatt.")


def test_a_published_table_as_text():
    frame = pl.DataFrame(
        {
            "gruppe": ["menn", "kvinner", "annet", "ukjent"],
            "antall": [0, 1200, None, None],
            "andel": [0.0, 1 / 3, None, None],
            "skjult": [False, False, True, False],
        }
    )
    assert csv_text(frame).splitlines() == [
        "gruppe;antall;andel",
        "annet;:;:",
        "kvinner;1200;0,333333",
        "menn;0;0",
        "ukjent;..;..",
    ]


def picture():
    with style.house_style():
        page = style.sheet("En tittel", "En undertittel", style.source_line("april 2015"), height=2.0)
        axes = style.axes_style(page.axes(1, 0.3, 5, 1.5), grid="x", spines=("left",))
        axes.barh(["a", "b"], [1, 2], color=style.colour("tiltak"), hatch="//")
    return page.figure


def test_saved_twice_gives_the_same_bytes_and_only_the_owner_may_read(tmp_path):
    data = pl.DataFrame({"gruppe": ["a", "b"], "antall": [10, 20]})
    first = style.save(picture(), tmp_path / "first", "figur_1", data)
    second = style.save(picture(), tmp_path / "second", "figur_1", data)
    assert [path.name for path in first] == ["figur_1.svg", "figur_1.png", "figur_1.csv"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert {path.stat().st_mode & 0o777 for path in first} == {0o600}
    assert first[0].parent.stat().st_mode & 0o777 == 0o700


def test_pictures_carry_neither_date_nor_version(tmp_path):
    svg, png, _ = style.save(picture(), tmp_path, "figur_1", pl.DataFrame({"antall": [1]}))
    text = svg.read_text()
    assert "<title>En tittel</title>" in text
    assert "<dc:date>" not in text
    assert "matplotlib v" not in text.lower()
    assert b"Software" not in png.read_bytes()


def test_the_user_s_own_settings_do_not_reach_a_figure(tmp_path):
    plain = style.save(picture(), tmp_path / "plain", "figur_1", pl.DataFrame({"antall": [1]}))
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "none"}):
        other = style.save(picture(), tmp_path / "other", "figur_1", pl.DataFrame({"antall": [1]}))
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in other]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = write_private(tmp_path / "tabell.csv", b"old")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="no space"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text", ["Varig tilpasset innsats, ingen aktivitet", "152\u2009900", "Muskel- og skjelettlidelser"]
)
def test_text_is_as_wide_as_it_is_measured(text):
    """What is wrapped, and placed beside other text, by measure; in the SVG and, but for a pixel, in the PNG."""
    with style.house_style():
        figure = style.sheet("", "", "", 1.0).figure
        drawn = figure.text(0, 0, text, size=style.BODY).get_window_extent().width / figure.dpi
    assert style.text_width(text) == pytest.approx(drawn, abs=1.5 / style.DPI)
