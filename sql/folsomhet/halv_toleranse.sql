-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂ `avledet`: computed numbers that are inside, and with half the
-- tolerance. No persons are counted.
select
    count_if(status = 'innenfor')::double as verdi,
    count_if(abs(reprodusert - publisert) <= (ovre - nedre) / 4 + coalesce(utvalgsmargin, 0) + 1e-9)::double
    as verdi_ellers,
    null::bigint as antall,
    null::bigint as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers
from kontroll.avstemming
where status <> 'kan_ikke_testes' and presisjon = 'avledet'
