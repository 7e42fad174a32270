# Forløp: fra måneder til hele løp. Kjør med `.venv/bin/marimo edit notebooks/forlop.py`.
# Leser det gjeldende øyeblikksbildet. Resultatene kommer gjennom pipelines.disclosure.

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Forløp på AAP")


@app.cell
def _():
    import marimo as mo
    import polars as pl

    from pipelines.disclosure import published
    from pipelines.reconciliation.reconcile import PUBLISHED, course_couplings
    from pipelines.studies.forlop import figures as forlop
    from pipelines.warehouse import snapshot

    return PUBLISHED, course_couplings, forlop, mo, pl, published, snapshot


@app.cell
def _(mo, snapshot):
    reader = snapshot.connect()
    first, last, persons = reader.execute(
        "select min(maaned), max(maaned), count(distinct person_key) from klargjort.person_maaned"
    ).fetchall()[0]
    mo.md(
        f"""
        # Forløp på arbeidsavklaringspenger

        NAV-rapport 2017:2 fulgte nye mottakere i 1–64 måneder. Rapporten er bare kjent gjennom det
        2017:1 siterer, så dette er en rekonstruksjon på definisjoner som står i `sql/forlop/`, for hele
        befolkningen og ikke et utvalg.

        Øyeblikksbilde `{reader.id}`: {first:%Y-%m} til {last:%Y-%m}, {persons} personer.
        """
    )
    return (reader,)


@app.cell
def _(mo):
    mo.md("""
    ## Fra måneder til forløp

    Et forløp starter i en måned med utbetaling uten utbetaling de to foregående, og slutter med den
    siste som ikke følges av utbetaling de to neste. Én måned uten utbetaling ligger altså inne i
    forløpet, to avslutter det. De *helt nye* er personens første forløp, ikke konvertert i 2010, og
    med kjent start.
    """)
    return


@app.cell
def _(reader):
    # How many spells each condition keeps, in the order they are laid on.
    reader.sql(
        """
        select
            count(*) as alle,
            count(*) filter (start_kjent) as kjent_start,
            count(*) filter (start_kjent and forlop_nr = 1) as forste_i_panelet,
            count(*) filter (helt_ny) as helt_ny,
            count(*) filter (helt_ny and not sensurert) as helt_ny_og_avsluttet
        from klargjort.forlop
        """
    ).pl()
    return


@app.cell
def _(forlop, reader):
    # Every figure, drawn from what the door lets through.
    drawn = {one.name: one.figure for one in forlop.figures(reader.con)}
    return (drawn,)


@app.cell
def _(drawn):
    drawn["forlop_tilstand"]
    return


@app.cell
def _(mo):
    mo.md("""
    ## «Det første året» kan leses på to måter

    2017:1 sier at om lag en tredjedel har både behandling og arbeidsrettet aktivitet «det første
    året». Det kan være forløp som varer i høyst tolv måneder, eller de første tolv månedene av alle
    forløp. Begge lesningene, side om side; den siste bare for forløp som kan følges så lenge.
    """)
    return


@app.cell
def _(pl, published, reader):
    ever = published(reader.con, "statistikk.forlop", utvalg="helt_ny", mal=["noensinne=begge", "noensinne=samtidig"])
    ever.filter(
        ((pl.col("gruppering") == "lengde") & pl.col("maaned_nr").is_null())
        | ((pl.col("gruppering") == "alle") & pl.col("maaned_nr").is_not_null())
    ).select("mal", "gruppering", "gruppe", "maaned_nr", "antall", "nevner", "verdi", "skjult")
    return


@app.cell
def _(drawn):
    drawn["forlop_noensinne"]
    return


@app.cell
def _(mo):
    mo.md("""
    ## Tid til det første, når noen slutter før de begynner

    Å slutte på AAP er et konkurrerende utfall: den som har sluttet, begynner ikke i tiltak. Kurvene
    er Aalen–Johansen på månedsnivå, eksakt fra antall, og avgangen er én minus Kaplan–Meier. Her med
    intervaller for de første to årene.
    """)
    return


@app.cell
def _(pl, published, reader):
    kinds = ("kumulativ_insidens", "kumulativ_insidens_nedre", "kumulativ_insidens_ovre")
    curve = published(reader.con, "statistikk.forlop", utvalg="helt_ny", mal=[f"{kind}=tiltak" for kind in kinds])
    curve.filter(pl.col("gruppering") == "alle", pl.col("maaned_nr").is_in([3, 6, 12, 24])).pivot(
        "mal", index="maaned_nr", values="verdi"
    )
    return


@app.cell
def _(drawn):
    drawn["forlop_insidens"]
    return


@app.cell
def _(drawn):
    drawn["forlop_passiv"]
    return


@app.cell
def _(drawn):
    drawn["forlop_overganger_6"]
    return


@app.cell
def _(drawn):
    drawn["forlop_vanligste"]
    return


@app.cell
def _(mo):
    mo.md("""
    ## Hvor sammensatte forløpene er

    Overganger, entropi, turbulens og kompleksitet slik TraMineR definerer dem, for alle forløp,
    etter lengde.
    """)
    return


@app.cell
def _(pl, published, reader):
    measures = ("overganger", "ulike_tilstander", "entropi", "turbulens", "kompleksitet")
    means = published(
        reader.con, "statistikk.forlop", utvalg="helt_ny", mal=[f"snitt={measure}" for measure in measures]
    )
    means.filter(pl.col("gruppering") == "lengde").pivot("mal", index="gruppe", values="verdi").sort("gruppe")
    return


@app.cell
def _(drawn, mo):
    # With few courses there is no typology, and then there is no figure of it.
    drawn.get("forlop_typer", mo.md("Det er for få forløp til en typologi."))
    return


@app.cell
def _(mo):
    mo.md("""
    ## De siterte tallene

    Panelet i 2017:2 gikk fra mars 2010 til juni 2015 og omfattet 10-prosentsutvalget. Utvalget
    `delrapport2` er det samme SQL-et på det som var kjent da; uten et panel som dekker den tiden, er
    det ikke noe å sammenligne med.
    """)
    return


@app.cell
def _(PUBLISHED, course_couplings, pl, published, reader):
    said = pl.concat(
        [pl.read_csv(PUBLISHED / f"{study}.csv") for study in ("forlop", "tertial")], how="vertical_relaxed"
    )
    key = ["utvalg", "mal", "gruppering", "gruppe", "maaned_nr"]
    coupled = course_couplings()
    ours = pl.concat(
        [
            published(reader.con, "statistikk.forlop", utvalg=utvalg, mal=coupled["mal"].unique().to_list())
            for utvalg in coupled["utvalg"].unique(maintain_order=True)
        ]
    )
    coupled.join(ours, on=key, how="left", nulls_equal=True, maintain_order="left").join(
        said.select("id", "gruppe", trykt="verdi", presisjon="presisjon", tekst="mal"), on="id", suffix="_trykt"
    ).select("tekst", "gruppe_trykt", "lesning", "trykt", "presisjon", "verdi", "antall", "nevner")
    return


if __name__ == "__main__":
    app.run()
