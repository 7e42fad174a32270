-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «New recipients»: the new ones with those who may have
-- started before the panel.
select
    antall::double as verdi,
    antall_ellers::double as verdi_ellers,
    antall,
    antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from
    (
        select count_if(helt_ny) as antall, count_if(forlop_nr = 1 and not konvertert) as antall_ellers
        from klargjort.forlop
    )
