"""A question of one's own: how large a share of recipients reported work, by age, month by month – and a figure.

Change the SQL; columns and their meaning are in `forste_blikk.py` and in the comments of the snapshot.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo
    from matplotlib.figure import Figure

    from pipelines.base import bokmaal
    from pipelines.warehouse import snapshot

    leser = snapshot.connect()
    mo.md(f"# Hvem melder om arbeid?\n\nØyeblikksbilde **{leser.id}**.")
    return Figure, bokmaal, leser, mo


@app.cell
def _(leser):
    # Bare de som er spurt teller i nevneren: hos andre sier det ingenting om personen at `arbeid` er usann.
    arbeid = leser.sql("""
        select maaned, aldersgruppe, count(*) as spurte, count(*) filter (arbeid) as i_arbeid,
            if(count(*) filter (arbeid) >= 5, count(*) filter (arbeid) / count(*), null) as andel
        from klargjort.person_maaned
        where mottaker and meldekort_status = 'mottatt'
        group by all order by all
    """).pl()
    arbeid
    return (arbeid,)


@app.cell
def _(Figure, arbeid):
    figur = Figure(figsize=(8, 4), layout="constrained")
    akser = figur.subplots()
    for (gruppe,), _rader in arbeid.group_by("aldersgruppe", maintain_order=True):
        prosent = [None if andel is None else 100 * andel for andel in _rader["andel"]]
        akser.plot(_rader["maaned"].to_list(), [float("nan") if p is None else p for p in prosent], label=gruppe)
    akser.set_title("Andel av spurte AAP-mottakere som har meldt om arbeid, etter alder", loc="left")
    akser.set_ylabel("Prosent")
    akser.set_ylim(bottom=0)
    if not arbeid.is_empty():
        akser.legend(ncols=3, frameon=False)
    figur
    return (figur,)


@app.cell
def _(arbeid, bokmaal, figur, mo):
    if mo.app_meta().mode == "script":
        for (_maaned,), _rader in arbeid.group_by("maaned", maintain_order=True):
            print(f"Spurte mottakere i {bokmaal.maaned(_maaned)}, etter alder:")
            print(_rader.drop("maaned"))
        print(len(figur.axes[0].lines), "linjer i figuren")
    return


if __name__ == "__main__":
    app.run()
