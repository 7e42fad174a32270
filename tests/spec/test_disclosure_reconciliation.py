"""Published against reproduced at the door: a reading of results that may not be shown is hidden with them."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.disclosure import reconciled_counts
from tests.spec.avstemming import database
from tests.spec.tabeller import tabell

FAA_BAK_ETT = """
id            | studie  | periode | minste_gruppe | reprodusert | skjult
--------------+---------+---------+---------------+-------------+-------
fire          | studien | 2015-04 | 4             | 10          | ja
samme_sted    | studien | 2015-04 | 900           | 90          | ja
ikke_beregnet | studien | 2015-04 |               |             | nei
annen_maaned  | studien | 2015-05 | 900           | 90          | nei
annen_studie  | en_til  | 2015-04 | 900           | 90          | nei
ingen         | tredje  | 2015-04 | 0             | 0           | nei
fem           | fjerde  | 2015-04 | 5             | 50          | nei
"""


def lest(rader: list[dict[str, Any]], skjulte: pl.DataFrame | None = None, **tabeller: str) -> pl.DataFrame:
    """The readings as they may be shown, where `skjulte` are the results they are made of."""

    def published(_: str, **__: Any) -> pl.DataFrame:
        assert skjulte is not None
        return skjulte

    con: duckdb.DuckDBPyConnection = database(**tabeller)
    forvalg = {"lesning": "", "studie": "studien", "minste_gruppe": 900, "reprodusert": 90}
    frame = pl.DataFrame(
        [forvalg | {"nr": nr, "periode": str(nr)} | rad for nr, rad in enumerate(rader)], infer_schema_length=None
    ).with_columns(
        pl.col("minste_gruppe", "reprodusert").cast(pl.Float64),
        avvik=pl.lit(1.5),
        utvalgsmargin=pl.lit(2.5),
        status=pl.lit("innenfor"),
        grunn=pl.lit(None, pl.String),
    )
    return reconciled_counts.avstemming(con, frame, published)


def skjult(frame: pl.DataFrame) -> set[str]:
    return {f"{rad['id']} {rad['lesning']}".strip() for rad in frame.filter("skjult").iter_rows(named=True)}


def test_few_persons_behind_one_number_hide_those_of_its_study_and_period() -> None:
    rader = tabell(FAA_BAK_ETT)
    frame = lest([{navn: verdi for navn, verdi in rad.items() if navn != "skjult"} for rad in rader])
    assert skjult(frame) == {rad["id"] for rad in rader if rad["skjult"] == "ja"}
    hidden = frame.filter("skjult")
    assert set(hidden.select("reprodusert", "avvik", "utvalgsmargin").rows()) == {(None, None, None)}
    assert set(hidden["status"]) == {"kan_ikke_testes"}
    assert set(hidden["grunn"]) == {reconciled_counts.HIDDEN}
    assert "minste_gruppe" not in frame.columns


def test_rows_stand_in_reading_order() -> None:
    frame = lest([{"id": "b", "nr": 2}, {"id": "a", "lesning": "y", "nr": 1}, {"id": "a", "lesning": "x", "nr": 1}])
    assert frame.select("id", "lesning").rows() == [("a", "x"), ("a", "y"), ("b", "")]


def test_a_reading_of_a_hidden_result_of_the_courses() -> None:
    """kobling_forlop.csv: the panel's size has no month; one reading of «det første året» is by month 12."""
    resultater = pl.DataFrame(
        [
            ("delrapport2", "forlop", "alle", "alle", None, True),
            ("delrapport2", "noensinne=behandling", "alle", "alle", None, False),
            ("delrapport2", "noensinne=begge", "alle", "alle", 12, True),
            ("delrapport2", "noensinne=begge", "lengde", "1-12", None, False),
        ],
        schema=[*reconciled_counts.COURSE, "skjult"],
        orient="row",
    ).cast({"maaned_nr": pl.Int32})
    frame = lest(
        [
            {"id": "forlop.panel.n"},
            {"id": "forlop.behandling_minst_en_mnd"},
            {"id": "forlop.begge_forste_aar", "lesning": "forløpets lengde"},
            {"id": "forlop.begge_forste_aar", "lesning": "tid i forløpet"},
        ],
        resultater,
    )
    assert skjult(frame) == {"forlop.panel.n", "forlop.begge_forste_aar tid i forløpet"}


def test_a_reading_of_a_hidden_estimate() -> None:
    """kobling.csv: what figure 9 adds is h = ½ less h = 0; its count is h = ½ alone."""
    anslag = pl.DataFrame(
        {"maaned": [date(2015, 4, 1)] * 2, "aktivitetsstatus": ["kun_behandling"] * 2}
        | {"h": [0.0, 0.5], "skjult": [True, False]}
    )
    frame = lest([{"id": "tverrsnitt.fig9.paaslag_antall"}, {"id": "tverrsnitt.fig9.kun_behandling_antall"}], anslag)
    assert skjult(frame) == {"tverrsnitt.fig9.paaslag_antall"}


@pytest.mark.parametrize(
    ("menn_i_november", "ventet"),
    [(5, set()), (2, {"tilgang.k4.2011.menn", "tilgang.k4.2011.kvinner"})],
)
def test_inflow_of_a_quarter_is_hidden_with_a_month_of_few(menn_i_november: int, ventet: set[str]) -> None:
    """Two men of twelve: the women would give them away, all twelve do not."""
    forlop = "person_key | start      | kjonn\n-----------+------------+------\n" + "".join(
        f"p{maaned}_{nr} | 2011-{maaned}-01 | {'M' if nr < menn else 'K'}\n"
        for maaned, menn in ((10, 6), (11, menn_i_november), (12, 6))
        for nr in range(12)
    )
    rader = [{"id": f"tilgang.k4.2011.{hvem}"} for hvem in ("i_alt", "menn", "kvinner")]
    assert skjult(lest(rader, klargjort__forlop=forlop)) == ventet
