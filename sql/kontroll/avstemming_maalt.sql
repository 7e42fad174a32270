-- Grain: a source, month, measure and group: every monthly result a published
-- number can be tied to.
-- Key: kilde, maaned, mal, gruppering, gruppe, h (h only for the estimate of figure 9).
-- Rule: rules.md §2 and §3, gathered in one shape; what is tied to what stands in
-- reports/published/kobling.csv.
-- ⟂ `rett_til_aap`: in a spell by vedtak, paid or not; of them `rett_til_aap_nedsatt`
-- have spesielt or varig tilpasset innsats.
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
union all
select
    'klargjort.person_maaned' as kilde,
    maaned,
    mal,
    'alle' as gruppering,
    'alle' as gruppe,
    null as h,
    antall,
    null as nevner
from
    (
        select
            maaned,
            count_if(aap_siden is not null) as rett_til_aap,
            count_if(
                aap_siden is not null and innsatsgruppe in ('spesielt_tilpasset', 'varig_tilpasset')
            ) as rett_til_aap_nedsatt
        from klargjort.person_maaned
        group by maaned
    )
    unpivot (antall for mal in (rett_til_aap, rett_til_aap_nedsatt))
