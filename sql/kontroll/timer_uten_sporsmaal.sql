-- Grain: a month where cards nobody was asked to fill in carry hours.
-- Key: maaned.
-- Rule: rules.md §1, `arbeid`: hours are work also where nobody was asked. This is
-- how many that makes.
select
    maaned,
    'timer_uten_sporsmaal' as kontroll,
    count(*) as antall,
    format(
        '{} personer har timer på kort de ikke er bedt om å fylle ut, og regnes som i arbeid.', count(*)
    ) as detalj
from klargjort.person_maaned
semi join (select unnest($maaneder) as maaned) using (maaned)
where arbeid and meldekort_status <> 'mottatt'
group by maaned
order by maaned
