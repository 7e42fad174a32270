-- Grain: a month where someone is in treatment without what treatment requires.
-- Key: maaned. Severity: error.
-- Rule: rules.md §5: behandling ⊆ behandling_uten_plankrav, and
-- behandling ⊆ gyldig_plan.
select
    maaned,
    'behandling_delmengde' as kontroll,
    count(*) as antall,
    format(
        '{} uten aktivitet i behandling, {} uten gyldig plan.',
        count_if(not behandling_uten_plankrav),
        count_if(not gyldig_plan)
    ) as detalj
from klargjort.person_maaned
semi join (select unnest($maaneder) as maaned) using (maaned)
where behandling and not (behandling_uten_plankrav and gyldig_plan)
group by maaned
order by maaned
