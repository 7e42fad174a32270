-- Grain: one row per month, measure and group of recipients; every measure for
-- every group, also when 0.
-- Key: maaned, mal, gruppering, gruppe.
-- Rule: rules.md §2 (2017:1 ch. 2, figures 1-8).
with
    personer as (
        select
            * replace (
                coalesce(innsatsgruppe, 'uoppgitt') as innsatsgruppe,
                coalesce(kjonn, 'uoppgitt') as kjonn,
                coalesce(fylke, 'uoppgitt') as fylke
            )
        from klargjort.person_maaned
        semi join (select unnest($maaneder) as maaned) using (maaned)
    ),
    telt as (
        select
            maaned,
            kjonn,
            aldersgruppe,
            diagnosegruppe,
            utdanning,
            fylke,
            count(*) filter (where mottaker) as mottakere,
            count(*) filter (where mottaker and tiltak) as tiltak,
            count(*) filter (where mottaker and arbeid) as arbeid,
            count(*) filter (where mottaker and (arbeid or tiltak)) as arbeid_eller_tiltak,
            count(*) filter (where mottaker and arbeid and tiltak) as arbeid_og_tiltak,
            count(*) filter (where mottaker and behandling) as behandling,
            count(*) filter (where mottaker and behandling_uten_plankrav) as behandling_uten_plankrav,
            count(*) filter (where mottaker and gyldig_plan) as gyldig_plan,
            count(*) filter (
                where aktivitetsstatus = 'arbeid_eller_tiltak'
            ) as "aktivitetsstatus=arbeid_eller_tiltak",
            count(*) filter (where aktivitetsstatus = 'kun_behandling') as "aktivitetsstatus=kun_behandling",
            count(*) filter (
                where aktivitetsstatus = 'varig_tilpasset'
            ) as "aktivitetsstatus=varig_tilpasset",
            count(*) filter (where aktivitetsstatus = 'gyldig_plan') as "aktivitetsstatus=gyldig_plan",
            count(*) filter (where aktivitetsstatus = 'ingen_plan') as "aktivitetsstatus=ingen_plan",
            count(*) filter (where mottaker and innsatsgruppe = 'standard') as "innsatsgruppe=standard",
            count(*) filter (
                where mottaker and innsatsgruppe = 'situasjonsbestemt'
            ) as "innsatsgruppe=situasjonsbestemt",
            count(*) filter (
                where mottaker and innsatsgruppe = 'spesielt_tilpasset'
            ) as "innsatsgruppe=spesielt_tilpasset",
            count(*) filter (
                where mottaker and innsatsgruppe = 'varig_tilpasset'
            ) as "innsatsgruppe=varig_tilpasset",
            count(*) filter (where mottaker and innsatsgruppe = 'uoppgitt') as "innsatsgruppe=uoppgitt",
            count(*) filter (where mottaker and plan_status = 'gyldig') as "plan_status=gyldig",
            count(*) filter (where mottaker and plan_status = 'utlopt') as "plan_status=utlopt",
            count(*) filter (where mottaker and plan_status = 'ikke_signert') as "plan_status=ikke_signert",
            count(*) filter (where mottaker and plan_status = 'ingen') as "plan_status=ingen",
            count(*) filter (where mottaker and meldekort_status = 'mottatt') as "meldekort_status=mottatt",
            count(*) filter (
                where mottaker and meldekort_status = 'ikke_spurt'
            ) as "meldekort_status=ikke_spurt",
            count(*) filter (where mottaker and meldekort_status = 'mangler') as "meldekort_status=mangler"
        from personer
        group by
            grouping sets (
                (maaned),
                (maaned, kjonn),
                (maaned, aldersgruppe),
                (maaned, diagnosegruppe),
                (maaned, utdanning),
                (maaned, fylke),
                (maaned, kjonn, aldersgruppe),
                (maaned, aldersgruppe, diagnosegruppe)
            )
    ),
    lang as (
        select maaned, kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke, nevner, mal, antall
        from
            (select *, mottakere as nevner from telt) unpivot (
                antall for mal in (
                    columns(* exclude (maaned, kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke, nevner))
                )
            )
    )
-- A characteristic that is not grouped by is null, and no group is: the names that are
-- left are the grouping.
select
    maaned,
    mal,
    coalesce(
        nullif(
            concat_ws(
                '*',
                case when kjonn is not null then 'kjonn' end,
                case when aldersgruppe is not null then 'aldersgruppe' end,
                case when diagnosegruppe is not null then 'diagnosegruppe' end,
                case when utdanning is not null then 'utdanning' end,
                case when fylke is not null then 'fylke' end
            ),
            ''
        ),
        'alle'
    ) as gruppering,
    coalesce(
        nullif(concat_ws('*', kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke), ''), 'alle'
    ) as gruppe,
    antall::bigint as antall,
    nevner::bigint as nevner,
    antall / nullif(nevner, 0) as andel
from lang
where nevner > 0 or gruppering = 'alle'
order by all
