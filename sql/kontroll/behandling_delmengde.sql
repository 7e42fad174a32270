-- Grain: a month where someone is in treatment without what treatment requires, or in
-- the narrower kind and not in the wider.
-- Key: maaned.
-- Rule: rules.md §5: behandling ⊆ behandling_inkl_utlopt_plan
-- ⊆ behandling_uten_plankrav, and behandling ⊆ gyldig_plan.
select
    maaned,
    'behandling_delmengde' as kontroll,
    count(*) as antall,
    format(
        '{} uten aktivitet i behandling, {} uten gyldig plan, {} uten at utløpte planer regnes med.',
        count_if(not behandling_uten_plankrav),
        count_if(behandling and not gyldig_plan),
        count_if(behandling and not behandling_inkl_utlopt_plan)
    ) as detalj
from klargjort.person_maaned
semi join (select unnest($maaneder) as maaned) using (maaned)
where
    (behandling and not (gyldig_plan and behandling_inkl_utlopt_plan))
    or (behandling_inkl_utlopt_plan and not behandling_uten_plankrav)
group by maaned
order by maaned
