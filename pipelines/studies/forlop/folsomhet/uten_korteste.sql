-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (f) ⟂: mean complexity, and with spells of one month left out.
select
    avg(kompleksitet::decimal(18, 9))::double as verdi,
    avg(kompleksitet::decimal(18, 9)) filter (lengde > 1)::double as verdi_ellers,
    count(*) as antall,
    count_if(lengde > 1) as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from statistikk.forlop_oppsummert
where helt_ny
