-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 ⟂ `lengde`: treatment ever in spells of at most a year, and in those
-- of them that have ended.
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
            count(*) as nevner,
            count_if(not sensurert) as nevner_ellers,
            count(forste_behandling) as antall,
            count(forste_behandling) filter (not sensurert) as antall_ellers
        from statistikk.forlop_oppsummert
        where helt_ny and lengde <= $forste_aar
    )
