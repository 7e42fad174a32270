-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: numbers printed as over or under that are inside by the print,
-- and without the bound on the open side. Numbers are counted, not persons.
select
    count_if(status = 'innenfor')::double as verdi,
    count_if(if(presisjon = 'over', reprodusert >= publisert - 1e-9, reprodusert <= publisert + 1e-9))::double
    as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from kontroll.avstemming
where status <> 'kan_ikke_testes' and presisjon in ('over', 'under') and samme_som is null
