-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «Panel» ⟂: the share of the months inside spells of which the
-- delivery has no row.
select
    antall / nevner as verdi,
    null::double as verdi_ellers,
    antall,
    null::bigint as antall_ellers,
    nevner,
    null::bigint as nevner_ellers
from
    (
        select count(*) as nevner, count_if(p.person_key is null) as antall
        from klargjort.forlop_maaned f
        left join klargjort.person_maaned p using (person_key, maaned)
    )
