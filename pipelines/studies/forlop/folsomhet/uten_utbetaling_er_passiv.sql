-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «Panel» ⟂: the share of the months of spells that are passive, if
-- a month without pay always is.
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
            count(*) as nevner,
            count_if(f.tilstand = 'passiv') as antall,
            count_if(f.tilstand = 'passiv' or not f.mottaker) as antall_ellers
        from klargjort.forlop_maaned f
        join klargjort.forlop using (person_key, forlop_nr)
        where helt_ny
    )
