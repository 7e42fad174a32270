-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: persons with a running vedtak in the month, and those who are
-- paid in it.
select
    antall::double as verdi,
    antall_ellers::double as verdi_ellers,
    antall,
    antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from
    (
        select count_if(aap_siden is not null) as antall, count_if(mottaker) as antall_ellers
        from klargjort.person_maaned
        where maaned = $maaned
    )
