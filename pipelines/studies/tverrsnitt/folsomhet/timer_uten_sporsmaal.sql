-- Grain: one row.
-- Key: none.
-- Rule: rules.md §1, `arbeid` ⟂: work by the cards, and only of those who were asked.
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
            count_if(arbeid) as antall,
            count_if(arbeid and meldekort_status = 'mottatt') as antall_ellers,
            count(*) as nevner
        from klargjort.person_maaned
        where maaned = $maaned and mottaker
    )
