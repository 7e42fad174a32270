-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (f) ⟂: mean complexity when the alphabet is eight states, and when
-- it is those that occur.
with
    alfabet as (
        select count(distinct tilstand) as tilstander
        from klargjort.forlop_episode
        join klargjort.forlop using (person_key, forlop_nr)
        where helt_ny
    )
select
    avg(kompleksitet::decimal(18, 9))::double as verdi,
    -- Entropy is divided by the logarithm of the alphabet, and
    -- complexity goes with its root.
    verdi * sqrt(ln(8) / ln(nullif(any_value(tilstander), 1))) as verdi_ellers,
    count(*) as antall,
    count(*) as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from statistikk.forlop_oppsummert
cross join alfabet
where helt_ny
