"""The cross-section of a month: who is in what, by group, and what the register cannot see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.base import bokmaal
from pipelines.disclosure import Results
from pipelines.document.blocks import SKJULT, Column, Paragraph, Picture, Section, Table, Value
from pipelines.drawing.labels import navn, order
from pipelines.studies.tverrsnitt import counts
from pipelines.studies.tverrsnitt.counts import Counts

GROUPINGS = ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning")
BY_GROUP = ("tiltak", "arbeid", "arbeid_eller_tiltak", "behandling", "gyldig_plan")
LISTS = ("aktivitetsstatus", "innsatsgruppe", "plan_status", "meldekort_status")
ESTIMATES = ("med_aktivitet", "uten_aktivitet", "uten_aktivitet_inkl_varig_tilpasset")
H = {0: "0 (ingen flyttes)", 6: "½ (rapportens)", 8: "⅔ (undersøkelsens)", 12: "1 (alle flyttes)"}


def section(results: Results, month: date, now: Counts, by_name: Mapping[str, Picture]) -> list[Section]:
    """The chapter: activity, groups, the estimate, and the nine figures."""
    words = bokmaal.maaned(month)
    return [
        Section("tverrsnitt", f"Tverrsnitt: {words}", [Paragraph(LEAD), activities(now, words)]),
        Section("status", "Aktivitetsstatus", [statuses(now, words), by_name["figur_8"]], 3),
        Section(
            "anslag",
            "Behandling som ikke er registrert",
            [Paragraph(ESTIMATE), estimate(results, month), by_name["figur_9"]],
            3,
        ),
        Section("grupper", "Etter kjennetegn", [groups(now, words), *(by_name[f"figur_{n}"] for n in (2, 4, 5))], 3),
        Section("aar", "Utvikling over år", [by_name[f"figur_{n}"] for n in (1, 3, 6, 7)], 3),
    ]


LEAD = (
    "Tverrsnittet er alle som fikk utbetalt arbeidsavklaringspenger (AAP) i måneden. Det som står om dem, er målt på"
    " månedens egen leveranse. En person kan være i flere aktiviteter samtidig, så andelene summerer ikke til hundre."
)
ESTIMATE = (
    "Registeret viser bare behandling som er ført i en gyldig aktivitetsplan. Anslaget flytter en andel h av dem med"
    " gyldig plan uten aktivitet, og av dem uten plan, til medisinsk behandling. Det gir et bånd for hvor mange som er"
    " uten aktivitet, ikke et punkt."
)


def activities(now: Counts, words: str) -> Table:
    """Every measure of everyone: number and share."""
    rows: list[Sequence[Value]] = []
    for mal in order("mal"):
        count = counts.of(now, mal)
        rows.append((navn(mal, "mal"), count.shown_antall, count.shown_andel))
    return Table("aktivitet", f"AAP-mottakere etter aktivitet, {words}", _columns("Aktivitet"), rows)


def statuses(now: Counts, words: str) -> Table:
    """The variables whose values share out the recipients."""
    rows: list[Sequence[Value]] = []
    for variable in LISTS:
        for code in order(variable):
            if (f"{variable}={code}", "alle", "alle") not in now:
                continue
            count = counts.of(now, f"{variable}={code}")
            rows.append((navn(code, variable), VARIABLES[variable], count.shown_antall, count.shown_andel))
    columns = [Column("Verdi"), Column("Kjennetegn"), Column("Antall", "count"), Column("Andel", "percent")]
    return Table("status", f"AAP-mottakere etter status, {words}", columns, rows)


VARIABLES = {
    "aktivitetsstatus": "Aktivitetsstatus",
    "innsatsgruppe": "Innsatsgruppe",
    "plan_status": "Aktivitetsplan",
    "meldekort_status": "Meldekort",
}


def groups(now: Counts, words: str) -> Table:
    """Shares in each activity by sex, age, diagnosis and education."""
    rows: list[Sequence[Value]] = []
    for gruppering in GROUPINGS:
        for gruppe in order(gruppering):
            if ("mottakere", gruppering, gruppe) not in now:
                continue
            shares = [counts.of(now, mal, gruppering, gruppe).shown_andel for mal in BY_GROUP]
            rows.append(
                (navn(gruppe, gruppering), counts.of(now, "mottakere", gruppering, gruppe).shown_antall, *shares)
            )
    shown = [Column(navn(mal, "mal"), "percent") for mal in BY_GROUP]
    return Table(
        "grupper",
        f"AAP-mottakere etter kjennetegn, {words}: andel av gruppen i hver aktivitet",
        [Column("Gruppe"), Column("Mottakere", "count"), *shown],
        rows,
    )


def estimate(results: Results, month: date) -> Table:
    """The estimate of 2017:1 figure 9 at the h's that have a name."""
    frame = results("statistikk.tverrsnitt_anslag", maaned=month, h_tolvdeler=list(H))
    found = {(row["h_tolvdeler"], row["aktivitetsstatus"]): row for row in frame.iter_rows(named=True)}
    rows: list[Sequence[Value]] = []
    for twelfths, name in H.items():
        cells = [found.get((twelfths, code)) for code in ESTIMATES]
        rows.append((name, *(None if cell is None else SKJULT if cell["skjult"] else cell["andel"] for cell in cells)))
    columns = [Column("Andel h som flyttes"), *(Column(navn(code, "anslag"), "percent") for code in ESTIMATES)]
    return Table(
        "anslag", f"Anslått aktivitet når en andel h antas å være i behandling, {bokmaal.maaned(month)}", columns, rows
    )


def _columns(first: str) -> list[Column]:
    return [Column(first), Column("Antall", "count"), Column("Andel", "percent")]
