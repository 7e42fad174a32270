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
    celler as (
        select maaned, kjonn, aldersgruppe, diagnosegruppe, utdanning, fylke, profil, count(*) as personer
        from personer
        left join
            profiler using (
                mottaker,
                tiltak,
                arbeid,
                behandling,
                behandling_uten_plankrav,
                gyldig_plan,
                aktivitetsstatus,
                innsatsgruppe,
                plan_status,
                meldekort_status
            )
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
            coalesce(sum(personer) filter (where mottaker), 0) as mottakere,
            coalesce(sum(personer) filter (where tiltak), 0) as tiltak,
            coalesce(sum(personer) filter (where arbeid), 0) as arbeid,
            coalesce(sum(personer) filter (where (arbeid or tiltak)), 0) as arbeid_eller_tiltak,
            coalesce(sum(personer) filter (where arbeid and tiltak), 0) as arbeid_og_tiltak,
            coalesce(sum(personer) filter (where behandling), 0) as behandling,
            coalesce(sum(personer) filter (where behandling_uten_plankrav), 0) as behandling_uten_plankrav,
            coalesce(sum(personer) filter (where gyldig_plan), 0) as gyldig_plan,
            coalesce(
                sum(personer) filter (where aktivitetsstatus = 'arbeid_eller_tiltak'), 0
            ) as "aktivitetsstatus=arbeid_eller_tiltak",
            coalesce(
                sum(personer) filter (where aktivitetsstatus = 'kun_behandling'), 0
            ) as "aktivitetsstatus=kun_behandling",
            coalesce(
                sum(personer) filter (where aktivitetsstatus = 'varig_tilpasset'), 0
            ) as "aktivitetsstatus=varig_tilpasset",
            coalesce(
                sum(personer) filter (where aktivitetsstatus = 'gyldig_plan'), 0
            ) as "aktivitetsstatus=gyldig_plan",
            coalesce(
                sum(personer) filter (where aktivitetsstatus = 'ingen_plan'), 0
            ) as "aktivitetsstatus=ingen_plan",
            coalesce(sum(personer) filter (where innsatsgruppe = 'standard'), 0) as "innsatsgruppe=standard",
            coalesce(
                sum(personer) filter (where innsatsgruppe = 'situasjonsbestemt'), 0
            ) as "innsatsgruppe=situasjonsbestemt",
            coalesce(
                sum(personer) filter (where innsatsgruppe = 'spesielt_tilpasset'), 0
            ) as "innsatsgruppe=spesielt_tilpasset",
            coalesce(
                sum(personer) filter (where innsatsgruppe = 'varig_tilpasset'), 0
            ) as "innsatsgruppe=varig_tilpasset",
            coalesce(sum(personer) filter (where innsatsgruppe = 'uoppgitt'), 0) as "innsatsgruppe=uoppgitt",
            coalesce(sum(personer) filter (where plan_status = 'gyldig'), 0) as "plan_status=gyldig",
            coalesce(sum(personer) filter (where plan_status = 'utlopt'), 0) as "plan_status=utlopt",
            coalesce(
                sum(personer) filter (where plan_status = 'ikke_signert'), 0
            ) as "plan_status=ikke_signert",
            coalesce(sum(personer) filter (where plan_status = 'ingen'), 0) as "plan_status=ingen",
            coalesce(
                sum(personer) filter (where meldekort_status = 'mottatt'), 0
            ) as "meldekort_status=mottatt",
            coalesce(
                sum(personer) filter (where meldekort_status = 'ikke_spurt'), 0
            ) as "meldekort_status=ikke_spurt",
            coalesce(
                sum(personer) filter (where meldekort_status = 'mangler'), 0
            ) as "meldekort_status=mangler"
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
