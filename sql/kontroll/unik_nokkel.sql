-- Grain: a month where some person has more than one row.
-- Key: maaned.
-- Rule: rules.md §5: keys unique.
with
    dobbelt as (
        select maaned, person_key, count(*) as rader
        from klargjort.person_maaned
        semi join (select unnest($maaneder) as maaned) using (maaned)
        group by maaned, person_key
        having count(*) > 1
    )
select
    maaned,
    'unik_nokkel' as kontroll,
    count(*) as antall,
    format('{} rader for {} personer.', sum(rader)::bigint, count(*)) as detalj
from dobbelt
group by maaned
order by maaned
