-- Grain: an asked-for month that has no row in the cross-section.
-- Key: maaned.
-- Rule: rules.md §5: a month in a range is never silently missing.
select
    maaned,
    'manglende_tverrsnitt' as kontroll,
    0::bigint as antall,
    'Måneden er bedt om, men mangler i statistikk.tverrsnitt.' as detalj
from (select unnest($maaneder) as maaned)
anti join statistikk.tverrsnitt using (maaned)
order by maaned
