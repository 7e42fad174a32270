-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 ⟂ `fulgt`: tiltak or work within the first year, the panel's last
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
            count_if(fulgt >= $forste_aar) as nevner,
            count_if(fulgt >= $forste_aar - 1) as nevner_ellers,
            count_if(fulgt >= $forste_aar and forste_arbeidsrettet <= $forste_aar) as antall,
            count_if(fulgt >= $forste_aar - 1 and forste_arbeidsrettet <= $forste_aar) as antall_ellers
        from statistikk.forlop_oppsummert
        where helt_ny
    )
