"""Small result tables for the tests of figures: `statistikk.tverrsnitt*` of a register that is counted by formula."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from pipelines.drawing.labels import NAMES

MEASURES = {
    "tiltak": 0.25,
    "arbeid": 0.23,
    "arbeid_eller_tiltak": 0.445,
    "arbeid_og_tiltak": 0.035,
    "behandling": 0.401,
    "behandling_inkl_utlopt_plan": 0.497,
    "behandling_uten_plankrav": 0.507,
    "gyldig_plan": 0.75,
    "aktivitetsstatus=arbeid_eller_tiltak": 0.445,
    "aktivitetsstatus=kun_behandling": 0.226,
    "aktivitetsstatus=varig_tilpasset": 0.056,
    "aktivitetsstatus=gyldig_plan": 0.153,
    "aktivitetsstatus=ingen_plan": 0.12,
    "innsatsgruppe=spesielt_tilpasset": 0.91,
    "innsatsgruppe=varig_tilpasset": 0.08,
    "innsatsgruppe=standard": 0.008,
    "innsatsgruppe=uoppgitt": 0.002,
    "meldekort_status=mottatt": 0.912,
    "meldekort_status=ikke_spurt": 0.031,
    "meldekort_status=mangler": 0.057,
}
"""What share of any group each measure holds; those with `=` add up to all."""
ORIGIN = """
create schema kontroll;
create table kontroll.opphav (leveranse varchar, syntetisk_andel double, syntetisk_seed bigint);
"""
"""Where deliveries come from: of a real register until a test says otherwise."""
FACETS = ("kjonn", "aldersgruppe", "diagnosegruppe", "utdanning")


def spread(size: int, shares: list[float]) -> list[int]:
    """`size` persons over the shares, in whole persons; rounding lands in the first."""
    parts = [round(size * share) for share in shares]
    return [size - sum(parts[1:]), *parts[1:]]


def group_counts(size: int) -> dict[str, int]:
    """Every measure of a group of `size` persons; the values of one variable add up to it."""
    found = {mal: round(size * share) for mal, share in MEASURES.items() if "=" not in mal}
    for variable in {mal.split("=")[0] for mal in MEASURES if "=" in mal}:
        values = [mal for mal in MEASURES if mal.startswith(f"{variable}=")]
        found |= zip(values, spread(size, [MEASURES[mal] for mal in values]), strict=True)
    found["arbeid_eller_tiltak"] = found["aktivitetsstatus=arbeid_eller_tiltak"]
    found["arbeid"] = found["arbeid_eller_tiltak"] + found["arbeid_og_tiltak"] - found["tiltak"]
    return {"mottakere": size, **found}


def month_table(month: date, size: int) -> pl.DataFrame:
    """`statistikk.tverrsnitt` of one month with `size` recipients; groups halve from one to the next.

    The first group of a variable is what the others leave of everybody, so that sums hold to the person: two or three
    persons lost in rounding would be people whom no table prints, and be protected as such.
    """
    everybody = group_counts(size)
    rows = [(month, mal, "alle", "alle", n, size) for mal, n in everybody.items()]
    for facet in FACETS:
        first, *others = NAMES[facet]
        counts = {code: group_counts(round(size * 0.5**number)) for number, code in enumerate(others, start=2)}
        counts[first] = {mal: n - sum(of[mal] for of in counts.values()) for mal, n in everybody.items()}
        for code, of_group in counts.items():
            if of_group["mottakere"]:
                rows += [(month, mal, facet, code, n, of_group["mottakere"]) for mal, n in of_group.items()]
    columns = ["maaned", "mal", "gruppering", "gruppe", "antall", "nevner"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        andel=pl.when(pl.col("nevner") > 0).then(pl.col("antall") / pl.col("nevner")), kjoring_id=pl.lit("k1")
    )


def year_table(months: pl.DataFrame) -> pl.DataFrame:
    """`statistikk.tverrsnitt_aar` of monthly rows (rules.md §2)."""
    by_year = months.with_columns(aar=pl.col("maaned").dt.year().cast(pl.Int32))
    span = by_year.group_by("aar").agg(
        fra_maaned=pl.col("maaned").min(),
        til_maaned=pl.col("maaned").max(),
        maaneder=pl.col("maaned").n_unique().cast(pl.Int32),
    )
    return (
        by_year.group_by("aar", "mal", "gruppering", "gruppe", "kjoring_id")
        .agg(pl.col("antall").sum(), pl.col("nevner").sum())
        .join(span, on="aar")
        .with_columns(
            antall=pl.col("antall") / pl.col("maaneder"),
            nevner=pl.col("nevner") / pl.col("maaneder"),
            andel=pl.when(pl.col("nevner") > 0).then(pl.col("antall") / pl.col("nevner")),
        )
    )


def estimate_table(months: pl.DataFrame) -> pl.DataFrame:
    """`statistikk.tverrsnitt_anslag` of monthly rows, h in twelfths (2017:1 fn. 15–17)."""
    statuses = months.filter(pl.col("gruppering") == "alle", pl.col("mal").str.starts_with("aktivitetsstatus="))
    rows = []
    for (month,), of_month in statuses.group_by("maaned", maintain_order=True):
        counted = {mal.split("=")[1]: n for mal, n in of_month.select("mal", "antall").iter_rows()}
        size = of_month["nevner"][0]
        for twelfths in range(13):
            h = twelfths / 12
            plan, none = counted["gyldig_plan"] * (1 - h), counted["ingen_plan"] * (1 - h)
            moved = {
                **counted,
                "gyldig_plan": plan,
                "ingen_plan": none,
                "kun_behandling": counted["kun_behandling"] + h * (counted["gyldig_plan"] + counted["ingen_plan"]),
            }
            moved["med_aktivitet"] = counted["arbeid_eller_tiltak"] + moved["kun_behandling"]
            moved["uten_aktivitet"] = plan + none
            moved["uten_aktivitet_inkl_varig_tilpasset"] = plan + none + counted["varig_tilpasset"]
            rows += [(month, twelfths, h, code, float(n), size) for code, n in moved.items()]
    columns = ["maaned", "h_tolvdeler", "h", "aktivitetsstatus", "antall", "nevner"]
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        andel=pl.when(pl.col("nevner") > 0).then(pl.col("antall") / pl.col("nevner")), kjoring_id=pl.lit("k1")
    )


def database(sizes: dict[date, int]) -> duckdb.DuckDBPyConnection:
    """A database in memory with the three tables of months with so many recipients each."""
    months = pl.concat([month_table(month, size) for month, size in sizes.items()])
    con = duckdb.connect()
    con.execute("create schema statistikk")
    con.execute(ORIGIN)
    tables = {"": months, "_aar": year_table(months), "_anslag": estimate_table(months)}
    for name, frame in tables.items():
        con.register("frame", frame)
        con.execute(f"create table statistikk.tverrsnitt{name} as from frame")
        con.unregister("frame")
    return con
