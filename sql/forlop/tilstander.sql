-- The distribution over tilstand in each month of the spell, 1–64, those who
-- have left shown as `ute`
-- Key: (utvalg, mal, gruppering, gruppe, maaned_nr); every state has
-- a row in every month
-- rules.md §3 (b)
--
-- ⟂ In month k count the spells that can be followed for k months (fulgt): of all of
-- these it is known whether they are still going on, so no share is moved by when the
-- panel happens to end.
with
    -- Each episode, and each spell's follow-up, begins to count in one month and has
    -- stopped counting in another.
    perioder as (
        select profil, tilstand, fra_nr, least(fra_nr + varighet - 1, fulgt, 64) as til_nr
        from klargjort.forlop_episode
        join forlop_profil using (person_key, forlop_nr)
        union all
        select profil, 'fulgt', 1, least(fulgt, 64)
        from forlop_profil
    ),
    celler as (
        select profil, tilstand, skift.nr as maaned_nr, sum(skift.endring) as endring
        from perioder
        cross join unnest([{'nr':fra_nr, 'endring':1}, {'nr':til_nr + 1, 'endring':-1}]) as s(skift)
        where fra_nr <= til_nr
        group by profil, tilstand, maaned_nr
    ),
    grupper as (
        select gruppe_nr, tilstand, maaned_nr, sum(endring) as endring
        from celler
        join forlop_grupper using (profil)
        where not etter_lengde
        group by gruppe_nr, tilstand, maaned_nr
    ),
    tall as (
        select utvalg, gruppering, gruppe, tilstand, maaned_nr, sum(endring) as endring
        from grupper
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe, tilstand, maaned_nr
    ),
    rutenett as (
        select utvalg, gruppering, gruppe, tilstand, maaned_nr
        from (select distinct utvalg, gruppering, gruppe from tall)
        cross join
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
                    'fulgt'
                ]
            ) as t(tilstand)
        cross join range(1, 65) as m(maaned_nr)
    ),
    summert as (
        select
            * exclude (endring),
            (
                sum(coalesce(endring, 0)) over (
                    partition by utvalg, gruppering, gruppe, tilstand
                    order by maaned_nr
                    rows unbounded preceding
                )
            )::bigint as antall
        from rutenett
        left join tall using (utvalg, gruppering, gruppe, tilstand, maaned_nr)
    ),
    fordelt as (
        select
            *,
            max(antall) filter (tilstand = 'fulgt') over maaned as nevner,
            (sum(antall) filter (tilstand <> 'fulgt') over maaned)::bigint as inne
        from summert
        window maaned as (partition by utvalg, gruppering, gruppe, maaned_nr)
    )
select
    utvalg,
    'tilstand=' || if(tilstand = 'fulgt', 'ute', tilstand) as mal,
    gruppering,
    gruppe,
    maaned_nr::integer as maaned_nr,
    if(tilstand = 'fulgt', nevner - inne, antall) as antall,
    nevner,
    if(tilstand = 'fulgt', nevner - inne, antall) / nevner as verdi
from fordelt
where nevner > 0
