"""How a rule changes the answer: activity status when treatment counts without a valid plan.

The studies count treatment only under a signed plan in force. `behandling_uten_plankrav` is the same without that
requirement, so the status can be worked out both ways from the same person-months. A rule that is to be changed for
good is changed in `sql/klargjort/`, where the tests of the rule stand.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import marimo as mo

    from pipelines.warehouse import snapshot

    leser = snapshot.connect()
    siste = snapshot.last_month(leser)
    mo.md(f"# Behandling uten krav om plan, {siste:%Y-%m}")
    return leser, mo, siste


@app.cell
def _(leser, siste):
    status = leser.sql(
        """
        with person as (
            select aktivitetsstatus as med_krav,
                case
                    when arbeid or tiltak then 'arbeid_eller_tiltak'
                    when behandling_uten_plankrav then 'kun_behandling'
                    when innsatsgruppe = 'varig_tilpasset' then 'varig_tilpasset'
                    when gyldig_plan then 'gyldig_plan'
                    else 'ingen_plan'
                end as uten_krav
            from klargjort.person_maaned where maaned = $maaned and mottaker
        )
        select status, count(*) filter (med_krav = status) as med_krav,
            count(*) filter (uten_krav = status) as uten_krav
        from person, (select distinct unnest([med_krav, uten_krav]) as status from person)
        group by status order by status
        """,
        params={"maaned": siste},
    ).pl()
    endring = status.with_columns(endring=status["uten_krav"] - status["med_krav"])
    endring
    return (endring,)


@app.cell
def _(endring, mo):
    if mo.app_meta().mode == "script":
        print(endring)
        print("Til sammen:", endring["med_krav"].sum(), "mottakere, uansett regel")
    assert endring["endring"].sum() == 0, "every recipient has one status under either rule"
    return


if __name__ == "__main__":
    app.run()
