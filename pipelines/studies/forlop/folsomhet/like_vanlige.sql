-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (f) ⟂: how many of the most common courses are as common as
-- another. No persons are counted.
select
    count_if(like_mange > 1)::double as verdi,
    count(*)::double as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from
    (
        select count(*) over (partition by antall) as like_mange
        from statistikk.forlop
        where utvalg = 'helt_ny' and mal like 'lop=%' and gruppering = 'alle'
    )
