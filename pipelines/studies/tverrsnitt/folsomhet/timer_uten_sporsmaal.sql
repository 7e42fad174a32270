-- Grain: one row.
-- Key: none.
-- Rule: rules.md §1, `meldekort_status` ⟂: hours on a card nobody was asked to
-- fill in counted as work.
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
            count_if(arbeid or timer_arbeidet > 0) as antall_ellers,
            count(*) as nevner
        from klargjort.person_maaned
        where maaned = $maaned and mottaker
    )
