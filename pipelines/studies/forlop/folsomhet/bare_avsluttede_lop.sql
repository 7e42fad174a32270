-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (f) ⟂: mean complexity, and with only of spells that have ended.
select
    avg(kompleksitet::decimal(18, 9))::double as verdi,
    avg(kompleksitet::decimal(18, 9)) filter (not sensurert)::double as verdi_ellers,
    count(*) as antall,
    count_if(not sensurert) as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from statistikk.forlop_oppsummert
where helt_ny
