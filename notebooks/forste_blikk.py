"""A first look at the current snapshot: what is there, how much of it, and the latest month in figures' data.

Open with `marimo edit notebooks/forste_blikk.py`, or run as a script.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo

    from pipelines import disclosure
    from pipelines.warehouse import snapshot

    leser = snapshot.connect()
    siste = snapshot.last_month(leser)
    mo.md(f"# Et første blikk\n\nØyeblikksbilde **{leser.id}**, siste måned **{siste:%Y-%m}**.")
    return disclosure, leser, mo, siste


@app.cell
def _(leser):
    tabeller = leser.sql("""
        select schema_name || '.' || table_name as tabell, estimated_size as rader, comment as beskrivelse
        from duckdb_tables() order by tabell
    """).pl()
    tabeller
    return (tabeller,)


@app.cell
def _(leser):
    kolonner = leser.sql("""
        select column_name as kolonne, data_type as type, comment as beskrivelse
        from duckdb_columns() where schema_name = 'klargjort' and table_name = 'person_maaned' order by column_index
    """).pl()
    kolonner
    return (kolonner,)


@app.cell
def _(leser):
    maaneder = leser.sql("""
        select maaned, count(*) as personer, count(*) filter (mottaker) as mottakere
        from klargjort.person_maaned group by maaned order by maaned
    """).pl()
    maaneder
    return (maaneder,)


@app.cell
def _(mo):
    mo.md(
        "Tall som skal ut av huset, hentes gjennom avsløringskontrollen:"
        " `skjult` sier at et tall finnes, men ikke vises."
    )
    return


@app.cell
def _(disclosure, leser, siste):
    status = disclosure.published(leser.con, "statistikk.tverrsnitt", maaned=siste, gruppering="alle")
    status.sort("mal")
    return (status,)


@app.cell
def _(kolonner, maaneder, mo, status, tabeller):
    if mo.app_meta().mode == "script":
        print(len(tabeller), "tabeller;", len(kolonner), "kolonner i klargjort.person_maaned")
        print(maaneder)
        print(status.select("mal", "antall", "andel", "skjult").sort("mal"))
    return


if __name__ == "__main__":
    app.run()
