-- Grain: one row per type of courses, measure, group and month: size, background,
-- months, ends and typical course, and how the types were chosen.
-- Key: type_nr, mal, gruppering, gruppe, maaned_nr; type_nr is null for what is said of
-- all types.
-- Rule: rules.md §3 (f), the typology (pipelines/studies/forlop/typology.py).
with
    spell as (
        select type_nr, sekvens, kjonn, aldersgruppe, diagnosegruppe, utdanning, startaar
        from klargjort.forlop_type
        join klargjort.forlop using (person_key, forlop_nr)
    ),
    grupper as (
        select type_nr, gruppering, gruppe, count(*) as antall
        from
            (
                select
                    type_nr,
                    unnest(
                        [
                            {'gruppering':'alle', 'gruppe':'alle'},
                            {'gruppering':'kjonn', 'gruppe':kjonn},
                            {'gruppering':'aldersgruppe', 'gruppe':aldersgruppe},
                            {'gruppering':'diagnosegruppe', 'gruppe':diagnosegruppe},
                            {'gruppering':'utdanning', 'gruppe':utdanning},
                            {'gruppering':'startaar', 'gruppe':startaar::varchar}
                        ],
                        recursive := true
                    )
                from spell
            )
        group by type_nr, gruppering, gruppe
    ),
    tilstander as (
        select
            unnest(
                [
                    'passiv',
                    'behandling',
                    'arbeid',
                    'arbeid+behandling',
                    'tiltak',
                    'tiltak+behandling',
                    'tiltak+arbeid',
                    'tiltak+arbeid+behandling',
                    'ute'
                ]
            ) as tilstand,
            unnest(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'u']) as bokstav
    ),
    maaneder as (
        select type_nr, maaned_nr, tilstand, count(*) as antall
        from
            (
                select
                    type_nr,
                    unnest(string_split(sekvens, '')) as bokstav,
                    generate_subscripts(string_split(sekvens, ''), 1) as maaned_nr
                from spell
            )
        join tilstander using (bokstav)
        group by type_nr, maaned_nr, tilstand
    ),
    siste as (
        select type_nr, right(rtrim(sekvens, 'u'), 1) as bokstav, count(*) as antall
        from spell
        where sekvens like '%u'
        group by type_nr, bokstav
    ),
    samlet as (
        select
            type_nr,
            'storrelse' as mal,
            gruppering,
            gruppe,
            null as maaned_nr,
            antall,
            sum(antall) over (partition by gruppering, gruppe) as nevner,
            antall / nevner as verdi
        from grupper
        union all
        select
            type_nr,
            'bakgrunn',
            gruppering,
            gruppe,
            null,
            antall,
            sum(antall) over (partition by type_nr, gruppering) as nevner,
            antall / nevner
        from grupper
        where gruppering <> 'alle'
        union all
        select
            type_nr,
            'tilstand=' || tilstand,
            'alle',
            'alle',
            maaned_nr,
            antall,
            sum(antall) over (partition by type_nr, maaned_nr) as nevner,
            antall / nevner
        from maaneder
        union all
        select
            type_nr,
            'siste_tilstand=' || tilstand,
            'alle',
            'alle',
            null,
            antall,
            sum(antall) over (partition by type_nr) as nevner,
            antall / nevner
        from siste
        join tilstander using (bokstav)
        union all
        -- How many of the nearest are *not* in the state is nobody's business: the
        -- course is what is told.
        select type_nr, 'typisk=' || tilstand, 'alle', 'alle', maaned_nr, antall, antall, 1
        from forlop_type_typisk
        union all
        select null, mal, if(mal = 'silhuett', 'antall_typer', 'alle'), gruppe, null, null, null, verdi
        from forlop_type_valg
    )
select
    type_nr::integer as type_nr,
    navn,
    mal,
    gruppering,
    gruppe,
    maaned_nr::integer as maaned_nr,
    antall::bigint as antall,
    nevner::bigint as nevner,
    verdi::double as verdi
from samlet
left join forlop_type_navn using (type_nr)
order by all
