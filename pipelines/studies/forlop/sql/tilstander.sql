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
        select profil, tilstand, fra_nr, least(fra_nr + varighet - 1, fulgt, $fulgt_maaneder) as til_nr
        from klargjort.forlop_episode
        join forlop_profil using (person_key, forlop_nr)
        union all
        select profil, 'fulgt', 1, least(fulgt, $fulgt_maaneder)
        from forlop_profil
    ),
    skift as (
        select profil, tilstand, unnest([fra_nr, til_nr + 1]) as maaned_nr, unnest([1, -1]) as endring
        from perioder
        where fra_nr <= til_nr
    ),
    celler as (
        select
            profil,
            maaned_nr,
            sum(endring) filter (tilstand = 'passiv') as passiv,
            sum(endring) filter (tilstand = 'behandling') as behandling,
            sum(endring) filter (tilstand = 'arbeid') as arbeid,
            sum(endring) filter (tilstand = 'arbeid+behandling') as "arbeid+behandling",
            sum(endring) filter (tilstand = 'tiltak') as tiltak,
            sum(endring) filter (tilstand = 'tiltak+behandling') as "tiltak+behandling",
            sum(endring) filter (tilstand = 'tiltak+arbeid') as "tiltak+arbeid",
            sum(endring) filter (tilstand = 'tiltak+arbeid+behandling') as "tiltak+arbeid+behandling",
            sum(endring) filter (tilstand = 'fulgt') as fulgt
        from skift
        group by profil, maaned_nr
    ),
    grupper as (
        select gruppe_nr, maaned_nr, sum(columns(celler.* exclude (profil, maaned_nr)))::bigint
        from celler
        join forlop_grupper using (profil)
        where not etter_lengde
        group by all
    ),
    -- Every group has a row of every month, also where nothing changes.
    rutenett as (select distinct gruppe_nr, unnest(range(1, $fulgt_maaneder + 1)) as maaned_nr from grupper),
    endringer as (
        select utvalg, gruppering, gruppe, maaned_nr, sum(columns(grupper.* exclude (gruppe_nr, maaned_nr)))
        from rutenett
        left join grupper using (gruppe_nr, maaned_nr)
        join forlop_utvalg using (gruppe_nr)
        group by all
    ),
    summert as (
        select
            utvalg,
            gruppering,
            gruppe,
            maaned_nr,
            coalesce(
                sum(columns(endringer.* exclude (utvalg, gruppering, gruppe, maaned_nr))) over hittil, 0
            )::bigint
        from endringer
        window hittil as (partition by utvalg, gruppering, gruppe order by maaned_nr rows unbounded preceding)
    ),
    lang as (
        unpivot (
            select
                * exclude (fulgt),
                fulgt as nevner,
                fulgt
                - passiv
                - behandling
                - arbeid
                - "arbeid+behandling"
                - tiltak
                - "tiltak+behandling"
                - "tiltak+arbeid"
                - "tiltak+arbeid+behandling" as ute
            from summert
            where fulgt > 0
        )
        on columns(* exclude (utvalg, gruppering, gruppe, maaned_nr, nevner))
        into name tilstand value antall
    )
select
    utvalg,
    'tilstand=' || tilstand as mal,
    gruppering,
    gruppe,
    maaned_nr::integer as maaned_nr,
    antall,
    nevner,
    antall / nevner as verdi
from lang
