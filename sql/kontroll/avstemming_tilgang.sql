-- Grain: a month and a group by sex and age.
-- Key: maaned, gruppering, gruppe.
-- Rule: rules.md §3 and §6. Who received AAP in a month and in neither of the two before
-- is who starts a spell in it.
select
    start as maaned,
    coalesce(
        nullif(
            concat_ws('*', if(kjonn is null, null, 'kjonn'), if(aldersgruppe is null, null, 'aldersgruppe')),
            ''
        ),
        'alle'
    ) as gruppering,
    coalesce(nullif(concat_ws('*', kjonn, aldersgruppe), ''), 'alle') as gruppe,
    count(*) as antall
from klargjort.forlop
where start_kjent
group by grouping sets ((), (kjonn), (aldersgruppe), (kjonn, aldersgruppe)), start
