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
    -- Few combinations of what is counted occur: persons are counted by these, and the
    -- measures are sums over them.
    profiler as (
        select row_number() over () as profil, *
        from
            (
                select distinct
                    mottaker,
                    tiltak,
                    arbeid,
                    behandling,
                    behandling_inkl_utlopt_plan,
                    behandling_uten_plankrav,
                    gyldig_plan,
                    aktivitetsstatus,
                    innsatsgruppe,
                    plan_status,
                    meldekort_status
                from personer
                where mottaker
            )
    ),
    -- Natural: by every column of the combination.
    celler as (
        select maaned, kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke, profil, count(*) as personer
        from personer
        natural left join profiler
        group by
            grouping sets (
                (maaned, profil),
                (maaned, kjonn, profil),
                (maaned, aldersgruppe, profil),
                (maaned, diagnosegruppe, profil),
                (maaned, utdanning, profil),
                (maaned, fylke, profil),
                (maaned, kjonn, aldersgruppe, profil),
                (maaned, aldersgruppe, diagnosegruppe, profil)
            )
    ),
    telt as (
        select
            maaned,
            kjonn,
            aldersgruppe,
            diagnosegruppe,
            utdanning,
            fylke,
            sum(if(mottaker, personer, 0)) as mottakere,
            sum(if(tiltak, personer, 0)) as tiltak,
            sum(if(arbeid, personer, 0)) as arbeid,
            sum(if(arbeid or tiltak, personer, 0)) as arbeid_eller_tiltak,
            sum(if(arbeid and tiltak, personer, 0)) as arbeid_og_tiltak,
            sum(if(behandling, personer, 0)) as behandling,
            sum(if(behandling_inkl_utlopt_plan, personer, 0)) as behandling_inkl_utlopt_plan,
            sum(if(behandling_uten_plankrav, personer, 0)) as behandling_uten_plankrav,
            sum(if(gyldig_plan, personer, 0)) as gyldig_plan,
            sum(
                if(aktivitetsstatus = 'arbeid_eller_tiltak', personer, 0)
            ) as "aktivitetsstatus=arbeid_eller_tiltak",
            sum(if(aktivitetsstatus = 'kun_behandling', personer, 0)) as "aktivitetsstatus=kun_behandling",
            sum(if(aktivitetsstatus = 'varig_tilpasset', personer, 0)) as "aktivitetsstatus=varig_tilpasset",
            sum(if(aktivitetsstatus = 'gyldig_plan', personer, 0)) as "aktivitetsstatus=gyldig_plan",
            sum(if(aktivitetsstatus = 'ingen_plan', personer, 0)) as "aktivitetsstatus=ingen_plan",
            sum(if(innsatsgruppe = 'standard', personer, 0)) as "innsatsgruppe=standard",
            sum(if(innsatsgruppe = 'situasjonsbestemt', personer, 0)) as "innsatsgruppe=situasjonsbestemt",
            sum(if(innsatsgruppe = 'spesielt_tilpasset', personer, 0)) as "innsatsgruppe=spesielt_tilpasset",
            sum(if(innsatsgruppe = 'varig_tilpasset', personer, 0)) as "innsatsgruppe=varig_tilpasset",
            sum(if(innsatsgruppe = 'uoppgitt', personer, 0)) as "innsatsgruppe=uoppgitt",
            sum(if(plan_status = 'gyldig', personer, 0)) as "plan_status=gyldig",
            sum(if(plan_status = 'utlopt', personer, 0)) as "plan_status=utlopt",
            sum(if(plan_status = 'ikke_signert', personer, 0)) as "plan_status=ikke_signert",
            sum(if(plan_status = 'ingen', personer, 0)) as "plan_status=ingen",
            sum(if(meldekort_status = 'mottatt', personer, 0)) as "meldekort_status=mottatt",
            sum(if(meldekort_status = 'ikke_spurt', personer, 0)) as "meldekort_status=ikke_spurt",
            sum(if(meldekort_status = 'mangler', personer, 0)) as "meldekort_status=mangler"
        from celler
        left join profiler using (profil)
        group by maaned, kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke
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
