-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (b) ⟂: the passive in the last month of the first year, of
-- those who can be followed so long and of all.
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
            count_if(f.fulgt >= $forste_aar) as nevner,
            count(*) as nevner_ellers,
            count_if(f.fulgt >= $forste_aar and m.tilstand = 'passiv') as antall,
            count_if(m.tilstand = 'passiv') as antall_ellers
        from klargjort.forlop f
        left join
            klargjort.forlop_maaned m
            on m.person_key = f.person_key
            and m.forlop_nr = f.forlop_nr
            and m.maaned_nr = $forste_aar
        where f.helt_ny
    )
