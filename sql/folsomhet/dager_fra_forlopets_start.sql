-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 ⟂: median days to the first tiltak, from the start of the AAP
-- period and from the spell's first month. The median that is published follows from
-- the classes of thirty days (rules.md §8).
select
    quantile_disc(fra_perioden, 0.5)::double as verdi,
    quantile_disc(fra_forlopet, 0.5) filter (fra_forlopet >= 0)::double as verdi_ellers,
    count(*) as antall,
    count_if(fra_forlopet >= 0) as antall_ellers,
    null::bigint as nevner,
    null::bigint as nevner_ellers,
    histogram(fra_perioden // 30 * 30) as klasser,
    histogram(fra_forlopet // 30 * 30) filter (fra_forlopet >= 0) as klasser_ellers
from
    (
        select
            dager_til_tiltak as fra_perioden,
            aap_siden + dager_til_tiltak::integer - start::date as fra_forlopet
        from statistikk.forlop_oppsummert
        where helt_ny and dager_til_tiltak is not null
    )
