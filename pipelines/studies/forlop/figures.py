"""The figures of the courses (rules.md §3), read through `disclosure`.

What is drawn of each figure and how stands in the modules `forlop_*`. It is the new recipients (utvalg `helt_ny`)
that are shown, as in NAV-rapport 2017:2.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import duckdb
import polars as pl
from matplotlib.figure import Figure

from pipelines.base.errors import AktivitetError
from pipelines.disclosure import published
from pipelines.drawing import style
from pipelines.drawing.rendering import Drawing
from pipelines.drawing.source import coverage_of, register, run, span
from pipelines.studies.forlop import figure_andeler, figure_kurver, figure_lop, figure_overganger, figure_tilstand
from pipelines.studies.forlop.figure_kurver import EVENTS
from pipelines.studies.forlop.figure_parts import STATES, UTE, unknown

UTVALG = "helt_ny"
WHO = "nye mottakere av AAP"
TEXTS = {
    "forlop_tilstand": (f"Aktivitet måned for måned blant {WHO}", "Forløpene som kan følges så lenge."),
    "forlop_tilstand_aldersgruppe": (
        f"Aktivitet måned for måned blant {WHO}, etter alder",
        "Prosent av forløpene som kan følges så lenge. Alder i forløpets første måned.",
    ),
    "forlop_tilstand_diagnosegruppe": (
        f"Aktivitet måned for måned blant {WHO}, etter diagnose",
        "Prosent av forløpene som kan følges så lenge. Diagnose i forløpets første måned.",
    ),
    "forlop_noensinne": (
        f"Aktivitet noen gang i forløpet blant {WHO}",
        "Minst én måned. Til venstre forløp av hver lengde, så langt de er sett. Til høyre det som har skjedd innen "
        "12, 24 og 36 måneder i alle forløp som kan følges så lenge.",
    ),
    "forlop_insidens": (
        f"Tid til første aktivitet og til avgang blant {WHO}",
        "Andelen som har begynt, når avgang regnes som et konkurrerende utfall (Aalen–Johansen), og andelen som har "
        "sluttet (Kaplan–Meier). Felt: 95 prosent konfidensintervall.",
    ),
    "forlop_passiv": (
        f"Perioder uten registrert aktivitet blant {WHO}",
        "En periode er sammenhengende måneder uten tiltak, arbeid og behandling. Forløp som ikke er avsluttet, er med "
        "så langt de er sett.",
    ),
    "forlop_overganger_1": (
        f"Hvor {WHO} er én måned etter",
        "Av månedene i hver tilstand: andelen som er i samme eller en annen tilstand én måned senere. T er tiltak, A "
        "arbeid, B behandling.",
    ),
    "forlop_overganger_6": (
        f"Hvor {WHO} er seks måneder etter",
        "Av månedene i hver tilstand: andelen som er i samme eller en annen tilstand seks måneder senere. T er tiltak, "
        "A arbeid, B behandling.",
    ),
    "forlop_vanligste": (
        f"De vanligste forløpene blant {WHO}",
        "Forløpet som en rekke av tilstander fra venstre mot høyre, uansett hvor lenge hver av dem varte.",
    ),
    "forlop_typer": (
        f"Typer av forløp blant {WHO}",
        "De første 36 månedene. Typisk forløp: den vanligste tilstanden hver måned blant minst ti av forløpene som "
        "ligner mest på typens midtpunkt. Navnet sier hva det typiske forløpet inneholder, ikke alle i typen.",
    ),
    "forlop_typer_tilstand": (
        f"Hver type av forløp måned for måned blant {WHO}",
        "Prosent av forløpene i typen. Navnet sier hva det typiske forløpet inneholder, ikke alle i typen.",
    ),
    "forlop_typer_bakgrunn": (
        f"Hvem som har hver type av forløp blant {WHO}",
        "Kjennetegn i forløpets første måned. Hver linje summerer til 100 før avrunding.",
    ),
}
"""Name of the figure → its title and what stands under it."""

Draw = Callable[[pl.DataFrame, str, str, str], Figure]


def figures(con: duckdb.DuckDBPyConnection) -> list[Drawing]:
    """The figures in the order of `TEXTS`; those of the types are left out where there is no typology.

    Raises AktivitetError when there are no results.
    """
    results = published(con, "statistikk.forlop", utvalg=UTVALG)
    if results.is_empty():
        raise AktivitetError("There are no results for courses; materialize some months first.")
    page = Page(con, results, published(con, "statistikk.forlop_typer"))
    drawings = {one.name: one for one in (*page.activity(), *page.courses(), *page.of_types())}
    return [drawings[name] for name in TEXTS if name in drawings]


class Page:
    """Selections and source lines of the figures of one database."""

    def __init__(self, con: duckdb.DuckDBPyConnection, results: pl.DataFrame, types: pl.DataFrame) -> None:
        self.results = results.with_columns(_familie=pl.col("mal").str.split("=").list.first())
        self.types = types
        months = published(con, "statistikk.tverrsnitt", gruppering="alle")["maaned"].unique().sort().to_list()
        self.first, self.last = months[0], months[-1]
        self.register = register(con, self.first, self.last)
        self.cards = coverage_of(con, months)

    def of(self, *families: str, gruppering: str = "alle", within: bool = False) -> pl.DataFrame:
        """Rows of families of measures: what is said of whole courses, or, `within`, of a month or up to it."""
        chosen = pl.col("_familie").is_in(families) & (pl.col("gruppering") == gruppering)
        return self.results.filter(chosen, pl.col("maaned_nr").is_not_null() == within).drop("_familie")

    def drawing(self, name: str, draw: Draw, data: pl.DataFrame, note: str = "") -> Drawing:
        """The figure `name`, of `data` with its texts and source."""
        title, subtitle = TEXTS[name]
        notes = " ".join(text for text in (note, unknown(data)) if text)
        source = style.source_line(*span(self.first, self.last), run(data), self.cards, notes, register=self.register)
        return Drawing(name, title, data, partial(draw, data, title, subtitle, source))

    def activity(self) -> list[Drawing]:
        """(a)–(d): state by month, ever, time to the first, passive stretches."""
        ever = pl.concat([self.of("noensinne", gruppering="lengde"), self.of("noensinne", within=True)])
        ever = ever.filter(pl.col("mal").is_in([f"noensinne={measure}" for measure in figure_andeler.MEASURES]))
        curves = self.of(
            "kumulativ_insidens", "kumulativ_insidens_nedre", "kumulativ_insidens_ovre", "i_risiko", within=True
        ).filter(pl.col("mal").str.split("=").list.last().is_in(list(EVENTS)))
        passive = self.of("passive_perioder", "lengste_passive", "passiv_varighet")
        return [
            self.drawing("forlop_tilstand", figure_tilstand.tilstand, self.of("tilstand", within=True)),
            self.by_group("aldersgruppe"),
            self.by_group("diagnosegruppe"),
            self.drawing("forlop_noensinne", figure_andeler.ever, ever),
            self.drawing("forlop_insidens", figure_kurver.curves, curves),
            self.drawing("forlop_passiv", figure_andeler.passive, passive),
        ]

    def by_group(self, grouping: str) -> Drawing:
        """(b) in panels, one for each group that there is something to draw of."""
        rows = self.of("tilstand", gruppering=grouping, within=True)
        present = set(rows.filter(pl.col("verdi").is_not_null())["gruppe"])
        groups = [(group, style.navn(group, grouping)) for group in style.order(grouping) if group in present]
        return self.drawing(f"forlop_tilstand_{grouping}", partial(figure_tilstand.panels, groups=groups), rows)

    def courses(self) -> list[Drawing]:
        """(e) and (f): transitions and the most common courses."""
        return [
            self.drawing("forlop_overganger_1", figure_overganger.transitions, self.of("overgang_1")),
            self.drawing("forlop_overganger_6", figure_overganger.transitions, self.of("overgang_6")),
            self.drawing("forlop_vanligste", figure_lop.common, self.of("lop")),
        ]

    def of_types(self) -> list[Drawing]:
        """The typology: typical courses, states by month, and background."""
        rows = self.types.filter(pl.col("type_nr").is_not_null())
        if rows.is_empty():
            return []
        stability = self.types.filter(mal="justert_randindeks")["verdi"].item()
        note = f"Samsvar med typer fra et annet utvalg (justert Rand-indeks): {style.decimal(stability, 2)}."
        is_typical = pl.col("mal").str.starts_with("typisk=") | pl.col("mal").is_in(["storrelse", f"tilstand={UTE}"])
        by_month = rows.filter(pl.col("mal").is_in([f"tilstand={state}" for state in STATES]))
        by_month = by_month.with_columns(gruppering=pl.lit("type"), gruppe=pl.col("type_nr").cast(pl.String))
        names = rows.select("type_nr", "navn").unique().sort("type_nr").rows()
        panels = partial(figure_tilstand.panels, groups=[(str(number), f"{number}  {name}") for number, name in names])
        return [
            self.drawing(
                "forlop_typer", figure_lop.typical, rows.filter(is_typical, pl.col("gruppering") == "alle"), note
            ),
            self.drawing("forlop_typer_tilstand", panels, by_month, note),
            self.drawing("forlop_typer_bakgrunn", figure_lop.background, rows.filter(mal="storrelse"), note),
        ]
