-- Grain: one row per profile and group it belongs to. A temporary table.
-- Key: profil, gruppe_nr; gruppe_nr stands for nivaa, gruppering and gruppe together.
-- Rule: rules.md §3 «Results»: by kjonn, aldersgruppe, diagnosegruppe, utdanning, year
-- of entry and length of spell.
--
-- ⟂ `lengde` is the length as observed, censored spells too, as a panel of 1–64 months
-- must have had it; `lengde_avsluttet` has only the spells whose end was seen.
with
    profil as (
        select distinct
            profil, nivaa, kjonn, aldersgruppe, diagnosegruppe, utdanning, startaar, lengdeklasse, sensurert
        from forlop_profil
    )
select
    profil,
    nivaa,
    navn,
    navn.gruppering like 'lengde%' as etter_lengde,
    dense_rank() over (order by nivaa, navn) as gruppe_nr
from profil
cross join
    unnest(
        [
            {'gruppering':'alle', 'gruppe':'alle'},
            {'gruppering':'kjonn', 'gruppe':kjonn},
            {'gruppering':'aldersgruppe', 'gruppe':aldersgruppe},
            {'gruppering':'diagnosegruppe', 'gruppe':diagnosegruppe},
            {'gruppering':'utdanning', 'gruppe':utdanning},
            {'gruppering':'startaar', 'gruppe':startaar},
            {'gruppering':'lengde', 'gruppe':lengdeklasse},
            {'gruppering':'lengde*kjonn', 'gruppe':lengdeklasse || '*' || kjonn},
            {'gruppering':'lengde*aldersgruppe', 'gruppe':lengdeklasse || '*' || aldersgruppe},
            {'gruppering':'lengde*diagnosegruppe', 'gruppe':lengdeklasse || '*' || diagnosegruppe},
            {'gruppering':'lengde*utdanning', 'gruppe':lengdeklasse || '*' || utdanning},
            {'gruppering':'lengde*startaar', 'gruppe':lengdeklasse || '*' || startaar},
            {'gruppering':'lengde_avsluttet', 'gruppe': case when not sensurert then lengdeklasse end}
        ]
    ) as g(navn)
where navn.gruppe is not null
