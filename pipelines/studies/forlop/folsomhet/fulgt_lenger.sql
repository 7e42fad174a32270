-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 ⟂ `fulgt`: tiltak or work within twelve months, the panel's last
-- month counted as followed too.
select
    antall / nevner as verdi,
    antall_ellers / nevner_ellers as verdi_ellers,
    antall,
    antall_ellers,
    nevner,
    nevner_ellers
from
    (
        select
            count_if(fulgt >= 12) as nevner,
            count_if(fulgt >= 11) as nevner_ellers,
            count_if(fulgt >= 12 and forste_arbeidsrettet <= 12) as antall,
            count_if(fulgt >= 11 and forste_arbeidsrettet <= 12) as antall_ellers
        from statistikk.forlop_oppsummert
        where helt_ny
    )
