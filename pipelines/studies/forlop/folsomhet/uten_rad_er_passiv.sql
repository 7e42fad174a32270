-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «Panel» ⟂: the share of the months of spells that are passive,
-- without those of which there is no row.
select
    passive / maaneder as verdi,
    passive_med_rad / med_rad as verdi_ellers,
    passive as antall,
    passive_med_rad as antall_ellers,
    maaneder as nevner,
    med_rad as nevner_ellers
from
    (
        select
            count(*) as maaneder,
            count_if(p.person_key is not null) as med_rad,
            count_if(f.tilstand = 'passiv') as passive,
            count_if(f.tilstand = 'passiv' and p.person_key is not null) as passive_med_rad
        from klargjort.forlop_maaned f
        join klargjort.forlop using (person_key, forlop_nr)
        left join klargjort.person_maaned p using (person_key, maaned)
        where helt_ny
    )
