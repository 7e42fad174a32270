-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (d) ⟂: the median of days to the first tiltak, as the lower of the
-- two in the middle and as their mean.
select
    quantile_disc(dager_til_tiltak, 0.5)::double as verdi,
    median(dager_til_tiltak)::double as verdi_ellers,
    count(*) as antall,
    count(*) as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from statistikk.forlop_oppsummert
where helt_ny and dager_til_tiltak is not null
