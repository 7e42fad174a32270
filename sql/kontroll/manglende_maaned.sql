-- Grain: an asked-for month that has no person-months.
-- Key: maaned.
-- Rule: rules.md §5: a month in a range is never silently missing.
select
    maaned,
    'manglende_maaned' as kontroll,
    0::bigint as antall,
    'Måneden er bedt om, men har ingen personmåneder.' as detalj
from (select unnest($maaneder) as maaned)
anti join klargjort.person_maaned using (maaned)
order by maaned
