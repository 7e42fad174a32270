-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: recipients of the month with a running vedtak in more than 48
-- months, and those more than 48 months after aap_siden, where a gap starts it anew.
with
    mottakere as (
        select person_key, maaned, aap_siden from klargjort.person_maaned where maaned = $maaned and mottaker
    ),
    lenge as (
        select mottakere.person_key
        from mottakere
        join
            klargjort.person_maaned as tidligere
            on tidligere.person_key = mottakere.person_key
            and tidligere.maaned <= mottakere.maaned
            and tidligere.aap_siden is not null
        group by mottakere.person_key
        having count(*) > 48
    )
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
            (select count(*) from lenge) as antall,
            count_if(aap_siden + interval 48 month <= last_day(maaned)) as antall_ellers
        from mottakere
    )
