-- Grain: an extract, summed over the asked-for deliveries as last loaded.
-- Key: uttrekk.
-- Rule: contracts.md, «At the door»: read = loaded + duplicate +
-- sheltered + quarantined.
with
    gjeldende as (
        from kontroll.leveranse
        where leveranse in (select unnest($leveranser))
        qualify row_number() over (partition by leveranse, uttrekk order by lastet_nr desc) = 1
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
