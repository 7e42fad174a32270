-- Grain: one row per population, measure and group: spells by class of length, number
-- of passive stretches, the longest one, and work intensity.
-- Key: utvalg, mal, gruppering, gruppe; a class nobody is in has no row.
-- Rule: rules.md §3 (c); arbeidsintensitet: months with AAP and work of all months with
-- AAP, classes as SSB's (studies.md §2).
--
-- A spell may have several passive stretches in a class: personer counts the spells behind antall.
with
    celler as (
        select
            profil,
            [
                'lengde=' || spell.lengdeklasse,
                'passive_perioder=' || if(passive_perioder >= 4, '4+', passive_perioder::varchar),
                'lengste_passive=' || case
                    when lengste_passive = 0
                    then '0'
                    when lengste_passive <= 3
                    then '1-3'
                    when lengste_passive <= 6
                    then '4-6'
                    when lengste_passive <= 12
                    then '7-12'
                    when lengste_passive <= 24
                    then '13-24'
                    else '25+'
                end,
                'arbeidsintensitet=' || case
                    when maaneder_arbeid = 0
                    then 'ingen'
                    when 2 * maaneder_arbeid < spell.lengde
                    then 'lav'
                    when maaneder_arbeid < spell.lengde
                    then 'hoy'
                    else 'full'
                end
            ] as klasser,
            count(*) as antall,
            count(*) as personer
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
        group by profil, klasser
    ),
    passive as (
        select profil, [klasse] as klasser, sum(antall) as antall, count(*) as personer
        from
            (
                select
                    person_key,
                    forlop_nr,
                    'passiv_varighet=' || case
                        when varighet <= 3
                        then '1-3'
                        when varighet <= 6
                        then '4-6'
                        when varighet <= 12
                        then '7-12'
                        when varighet <= 24
                        then '13-24'
                        else '25+'
                    end as klasse,
                    count(*) as antall
                from klargjort.forlop_episode
                where tilstand = 'passiv'
                group by person_key, forlop_nr, klasse
            )
        join forlop_profil using (person_key, forlop_nr)
        group by profil, klasse
    ),
    grupper as (
        select gruppe_nr, klasser, sum(antall) as antall, sum(personer) as personer
        from
            (
                from celler
                union all
                from passive
            )
        join forlop_grupper using (profil)
        group by gruppe_nr, klasser
    ),
    tall as (
        select
            utvalg, gruppering, gruppe, mal, sum(antall)::bigint as antall, sum(personer)::bigint as personer
        from grupper
        join forlop_utvalg using (gruppe_nr)
        cross join unnest(klasser) as k(mal)
        group by utvalg, gruppering, gruppe, mal
    )
select
    utvalg,
    mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over familie)::bigint as nevner,
    antall / (sum(antall) over familie) as verdi,
    personer
from tall
window familie as (partition by utvalg, gruppering, gruppe, split_part(mal, '=', 1))
