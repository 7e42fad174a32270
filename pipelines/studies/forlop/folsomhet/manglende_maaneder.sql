-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3, «Panel»: how many months of the panel nobody delivered. No
-- persons are counted.
select
    (datediff('month', min(maaned), max(maaned)) + 1 - count(distinct maaned))::double as verdi,
    null::double as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from klargjort.person_maaned
