-- Grain: a month where the first activity status is not the union of tiltak and arbeid.
-- Key: maaned.
-- Rule: rules.md §5: tiltak ∪ arbeid equals its status group, and nobody but
-- recipients has a status.
select
    maaned,
    'arbeid_eller_tiltak' as kontroll,
    count(*) as antall,
    format('{} personmåneder der tiltak, arbeid og aktivitetsstatus ikke stemmer.', count(*)) as detalj
from klargjort.person_maaned
semi join (select unnest($maaneder) as maaned) using (maaned)
where
    (aktivitetsstatus is not null) is distinct from mottaker
    or mottaker
    and (aktivitetsstatus = 'arbeid_eller_tiltak') is distinct from (tiltak or arbeid)
group by maaned
order by maaned
