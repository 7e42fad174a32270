"""Reports of what is missing, and what is said of every choice: put together, and not written as files."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import polars as pl
import pytest

from pipelines.base.errors import AktivitetError
from pipelines.base.home import ROOT, Home
from pipelines.disclosure import alternatives
from pipelines.document import html
from pipelines.drawing.colours import contrast
from pipelines.model import sql
from pipelines.reconciliation import section as reconciled
from pipelines.report import choices, month, origin, tertial, writer
from pipelines.studies.tverrsnitt import alt
from tests.unit.rapport_base import APRIL, MONTHS, base, made


def test_a_report_says_what_share_a_synthetic_register_is():
    with base(courses=False) as snapshot:
        assert origin.warning(snapshot, [APRIL]) == ""
        snapshot.execute("insert into kontroll.opphav values ('2015-04', 0.0005, 1)")
        assert "trukket som 0,05 prosent av befolkningen" in origin.warning(snapshot, [APRIL])


def test_text_can_be_told_from_what_is_behind_it():
    css = (html.TEMPLATES / "rapport.css").read_text()
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", css))
    papers = ["#ffffff", colours["band"], "#fdf3d8"]
    assert all(contrast(colours[ink], paper) >= 4.5 for ink in ("ink", "muted", "accent") for paper in papers)


@pytest.mark.usefixtures("without_png")
def test_a_tertial_figure_says_both_years_in_words(tmp_path):
    """With what is hidden and what is not there told apart, and both years' deliveries under it."""
    gone = date(2014, 4, 1)
    with base({month: 15_000 for month in MONTHS if month != gone}, courses=False) as snapshot:
        snapshot.execute(
            "update statistikk.tverrsnitt set antall = 2, andel = 2 / nevner where gruppering = 'alle'"
            " and mal = 'tiltak' and maaned = '2015-02-01'"
        )
        snapshot.execute("insert into kontroll.opphav values ('2015-01', 0.1, 1)")
        document = made(tertial, snapshot, date(2015, 1, 1), tmp_path)
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


@pytest.mark.usefixtures("without_png")
def test_a_tertial_says_which_months_it_lacks(tmp_path):
    sizes = {month: 15_000 for month in MONTHS if month not in (APRIL, date(2014, 3, 1), date(2014, 4, 1))}
    with base(sizes, courses=False) as snapshot:
        page = html.render(made(tertial, snapshot, date(2015, 1, 1), tmp_path))
    assert "Det er ingen resultater for april 2015; tallene gjelder resten av tertialet." in page
    assert "Sammenligningen med 1. tertial 2014 gjelder bare januar og februar, som finnes begge år." in page


def test_without_results_nothing_is_written(tmp_path):
    with base(courses=False) as snapshot:
        with pytest.raises(AktivitetError, match="no results for 2013-04"):
            writer.write(snapshot, Home(tmp_path), date(2013, 4, 1))
        with pytest.raises(AktivitetError, match="no results for 2013-T2"):
            writer.write_tertial(snapshot, Home(tmp_path), "2013-T2")
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.usefixtures("without_png")
def test_without_courses_or_a_month_before_the_report_says_so(tmp_path):
    with base({APRIL: 15_000}, courses=False) as snapshot:
        page = html.render(made(month, snapshot, APRIL, tmp_path))
    assert "Det er ingen resultater for mars 2015 å holde tallene mot." in page
    assert "Det er ikke bygd forløp" in page


def test_a_share_of_nobody_cannot_be_known(monkeypatch):
    """DuckDB says NaN of 0 / 0, which no text can print: a register of few months has courses of no length."""
    con = duckdb.connect()
    monkeypatch.setattr(sql, "run", lambda *_, **__: con.execute("select 0 / 0, null, 0, null, 0, 9"))
    assert alternatives.alternative(con, "alle_i_nevneren", date(2015, 4, 1)) == alternatives.Alternative()


def test_every_choice_in_the_sql_is_in_the_appendix():
    listed = {choice.sql for choice in choices.choices()}
    made = {
        path.relative_to(ROOT / "sql").with_suffix("").as_posix()
        for path in (ROOT / "sql").rglob("*.sql")
        if "⟂" in path.read_text() and path.parent.name != "folsomhet"  # they say what the choices move
    }
    assert made <= listed
    assert all((ROOT / "sql" / f"{name}.sql").is_file() for name in listed)


def rows_of(*statuses: str, use: str | None = None, same_as: str | None = None) -> list[dict[str, str | None]]:
    return [{"status": status, "tilpasning": use, "samme_som": same_as} for status in statuses]


def test_the_sentence_says_what_the_print_takes_before_what_the_sample_does():
    rows = rows_of("innenfor", "innenfor", "innenfor_med_utvalgsmargin", "utenfor", "kan_ikke_testes")
    rows += rows_of("innenfor", "utenfor", same_as="et-annet-tall")
    schema = {"status": pl.String, "tilpasning": pl.String, "samme_som": pl.String}
    assert reconciled.sentence(pl.DataFrame(rows, schema)) == (
        "Av 4 trykte tall som kan testes, er 2 innenfor trykkets nøyaktighet, 1 til når utvalgsmarginen regnes med, og"
        " 1 er utenfor."
    )
    by_print = pl.DataFrame(rows_of("innenfor", "utenfor"), schema)
    assert reconciled.sentence(by_print) == (
        "Av 2 trykte tall som kan testes, er 1 innenfor trykkets nøyaktighet og 1 er utenfor."
    )
    none = pl.DataFrame(rows_of("kan_ikke_testes", use="tilpasset"), schema)
    assert reconciled.sentence(none) == "Ingen av de trykte tallene kan testes mot dette øyeblikksbildet."


def test_what_a_synthetic_register_was_fitted_to_is_told_apart_from_what_was_held_out_and_what_nobody_used():
    rows = [
        *rows_of("innenfor", "utenfor", use="tilpasset"),
        *rows_of("innenfor", use="folger"),
        *rows_of("innenfor", use="gitt"),
        *rows_of("innenfor_med_utvalgsmargin", "utenfor", "kan_ikke_testes", use="holdt_utenfor"),
        *rows_of("innenfor", use="ikke_brukt"),
    ]
    rows_schema = {"status": pl.String, "tilpasning": pl.String, "samme_som": pl.String}
    said = reconciled.sentence(pl.DataFrame(rows, rows_schema))
    assert said.endswith(
        "tilpasset, gitt eller følger av det: 3 av 4; holdt utenfor tilpasningen: 0 av 2; ikke brukt: 1 av 1."
    )
    untested = pl.DataFrame([*rows[:4], *rows_of("kan_ikke_testes", use="ikke_brukt")], rows_schema)
    assert reconciled.sentence(untested).endswith("var: tilpasset, gitt eller følger av det: 3 av 4.")


@pytest.mark.parametrize(("hidden", "said"), [(False, ""), (True, " (av dem som vises)")])
def test_the_lowest_of_what_is_shown_is_not_said_to_be_the_lowest_of_all(hidden, said):
    groups = pl.DataFrame(
        {
            "gruppering": ["alle", "kjonn", "kjonn", "kjonn"],
            "gruppe": ["alle", "K", "M", "U"],
            "andel": [0.2, 0.3, 0.1, None],
            "skjult": [False, False, False, hidden],
        }
    )
    assert alt.text(groups).endswith(f"lavest menn med 10,0 prosent{said}.")
