-- Grain: an extract, summed over the asked-for deliveries as last loaded; without
-- counts where all of them came without it.
-- Key: uttrekk.
-- Rule: contracts.md, «At the door»: read = loaded + duplicate +
-- sheltered + quarantined.
with
    gjeldende as (
        from kontroll.leveranse
        where leveranse in (select unnest($leveranser))
        qualify lastet_tid = max(lastet_tid) over (partition by leveranse)
    )
select
    uttrekk,
    sum(lest)::bigint as lest,
    sum(lastet)::bigint as lastet,
    sum(duplikat)::bigint as duplikat,
    sum(skjermet)::bigint as skjermet,
    sum(karantene)::bigint as karantene
from gjeldende
group by uttrekk
order by uttrekk
