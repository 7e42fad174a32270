-- Grain: a month where some group's statuses do not sum to its recipients.
-- Key: maaned.
-- Rule: rules.md §5: shares of aktivitetsstatus sum to the recipients; so do those of
-- the other three families, and tiltak + arbeid - both is either.
with
    tall as (
        select *, split_part(mal, '=', 1) as familie
        from statistikk.tverrsnitt
        semi join (select unnest($maaneder) as maaned) using (maaned)
    ),
    summer as (
        select maaned, gruppering, gruppe, familie, sum(antall) as delsum, any_value(nevner) as ventet
        from tall
        where mal like '%=%'
        group by maaned, gruppering, gruppe, familie
        union all
        select
            maaned,
            gruppering,
            gruppe,
            'arbeid_eller_tiltak' as familie,
            sum(case when mal = 'arbeid_og_tiltak' then - antall else antall end) filter (
                where mal in ('tiltak', 'arbeid', 'arbeid_og_tiltak')
            ) as delsum,
            any_value(antall) filter (where mal = 'aktivitetsstatus=arbeid_eller_tiltak') as ventet
        from tall
        group by maaned, gruppering, gruppe
    )
select
    maaned,
    'summerer_til_mottakere' as kontroll,
    count(*) as antall,
    'Summerer ikke: ' || string_agg(distinct familie, ', ' order by familie) || '.' as detalj
from summer
where delsum is distinct from ventet
group by maaned
order by maaned
