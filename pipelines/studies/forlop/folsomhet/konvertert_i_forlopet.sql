-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «New recipients» ⟂: converted only where the spell's own
-- first month says so.
select
    antall::double as verdi,
    antall_ellers::double as verdi_ellers,
    antall,
    antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from
    (
        select
            count_if(f.helt_ny) as antall,
            count_if(f.forlop_nr = 1 and f.start_kjent and not coalesce(p.konvertert, false)) as antall_ellers
        from klargjort.forlop f
        join klargjort.person_maaned p on p.person_key = f.person_key and p.maaned = f.start
    )
