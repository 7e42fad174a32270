-- Grain: one row.
-- Key: none.
-- Rule: rules.md §1, `tiltak` ⟂: who takes part when an offered place and an accepted
-- one count by their dates, and when neither counts.
select
    antall / nevner as verdi,
    antall_ellers / nevner as verdi_ellers,
    antall,
    antall_ellers,
    nevner,
    nevner as nevner_ellers
from
    (
        select
            count_if(p.tiltak) as antall,
            count_if(coalesce(t.tiltak_uten_tilbud, false)) as antall_ellers,
            count(*) as nevner
        from klargjort.person_maaned p
        left join klargjort.tiltak_maaned t using (person_key, maaned)
        where p.maaned = $maaned and p.mottaker
    )
