-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: printed medians that are inside only by the sampling margin.
-- Numbers are counted, not persons.
select
    count_if(status = 'innenfor' and not reprodusert between nedre and ovre)::double as verdi,
    count(*)::double as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from kontroll.avstemming
where status <> 'kan_ikke_testes' and enhet in ('dager', 'maaneder')
