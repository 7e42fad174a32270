-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: printed medians that are inside only by the sampling margin.
-- Numbers are counted, not persons.
select
    count_if(status = 'innenfor_med_utvalgsmargin')::double as verdi,
    count(*)::double as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from kontroll.avstemming
where status <> 'kan_ikke_testes' and samme_som is null and enhet in ('dager', 'maaneder')
