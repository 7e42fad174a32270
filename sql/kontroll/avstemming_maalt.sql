-- Grain: a source, month, measure and group: every monthly result a published
-- number can be tied to.
-- Key: kilde, maaned, mal, gruppering, gruppe, h; h only for the estimate of figure 9.
-- Rule: rules.md §2 and §3, gathered in one shape; what is tied to what stands in
-- reports/published/kobling.csv.
select 'statistikk.tverrsnitt' as kilde, maaned, mal, gruppering, gruppe, null::double as h, antall, nevner
from statistikk.tverrsnitt
union all
select
    'statistikk.tverrsnitt_anslag' as kilde,
    maaned,
    'aktivitetsstatus=' || aktivitetsstatus as mal,
    'alle' as gruppering,
    'alle' as gruppe,
    h,
    antall,
    nevner
from statistikk.tverrsnitt_anslag
union all
-- Who received AAP in a month and in neither of the two before is who
-- starts a spell in it.
select
    'klargjort.forlop' as kilde,
    start as maaned,
    'tilgang' as mal,
    coalesce(
        nullif(
            concat_ws('*', if(kjonn is null, null, 'kjonn'), if(aldersgruppe is null, null, 'aldersgruppe')),
            ''
        ),
        'alle'
    ) as gruppering,
    coalesce(nullif(concat_ws('*', kjonn, aldersgruppe), ''), 'alle') as gruppe,
    null as h,
    count(*) as antall,
    null as nevner
from klargjort.forlop
where start_kjent
group by grouping sets ((), (kjonn), (aldersgruppe), (kjonn, aldersgruppe)), start
