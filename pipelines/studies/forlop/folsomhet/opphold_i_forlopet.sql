-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «Spell»: how many spells there are if every month
-- without pay ends one.
with
    betalt as (
        select datediff('month', lag(maaned) over (partition by person_key order by maaned), maaned) as siden
        from klargjort.person_maaned
        where mottaker
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
            count_if(siden is null or siden > $opphold_maaneder) as antall,
            count_if(siden is null or siden > 1) as antall_ellers
        from betalt
    )
