-- Grain: one row.
-- Key: none.
-- Rule: rules.md §1, `gyldig_plan` ⟂: a signed plan whose period has begun and is not
-- over, and one that only is not over (2017:1 ch. 2).
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
            count_if(p.gyldig_plan) as antall,
            count_if(coalesce(a.gyldig_uten_startkrav, false)) as antall_ellers,
            count(*) as nevner
        from klargjort.person_maaned p
        left join klargjort.aktivitetsplan_maaned a using (person_key, maaned)
        where p.maaned = $maaned and p.mottaker
    )
