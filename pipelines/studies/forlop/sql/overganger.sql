-- Grain: one row per population, measure and group: of the months in one tilstand, the
-- share that is in another one and six months later.
-- Key: utvalg, mal, gruppering, gruppe; mal = `overgang_1=fra>til`,
-- `overgang_6=fra>til`; what never occurs has no row.
-- Rule: rules.md §3 (e); `ute` = has left by then. antall and nevner are months,
-- personer the spells they are of.
--
-- ⟂ A month counts when the one or six months after it are within the follow-up (fulgt).
with
    episoder as (
        select person_key, forlop_nr, tilstand, fra_nr, fra_nr + varighet - 1 as til_nr
        from klargjort.forlop_episode
        union all
        -- After the spell's last month everybody is out for ever.
        select person_key, forlop_nr, 'ute', lengde + 1, fulgt
        from klargjort.forlop
        where lengde < fulgt
    ),
    -- Of the months of an episode, moved one or six ahead, how many lie in each of the episodes from it on.
    per_forlop as (
        select
            person_key,
            forlop_nr,
            profil,
            naa.tilstand as fra,
            etter.tilstand as til,
            sum(
                greatest(
                    0, least(naa.til_nr + 1, etter.til_nr, fulgt) - greatest(naa.fra_nr + 1, etter.fra_nr) + 1
                )
            ) as om_1,
            sum(
                greatest(
                    0, least(naa.til_nr + 6, etter.til_nr, fulgt) - greatest(naa.fra_nr + 6, etter.fra_nr) + 1
                )
            ) as om_6
        from episoder as naa
        join episoder as etter using (person_key, forlop_nr)
        join forlop_profil using (person_key, forlop_nr)
        where naa.tilstand <> 'ute' and etter.fra_nr between naa.fra_nr and naa.til_nr + 6
        group by person_key, forlop_nr, profil, fra, til
    ),
    celler as (
        select
            profil,
            fra,
            til,
            sum(om_1) as om_1,
            sum(om_6) as om_6,
            count(*) filter (om_1 > 0) as forlop_1,
            count(*) filter (om_6 > 0) as forlop_6
        from per_forlop
        group by profil, fra, til
    ),
    grupper as (
        select
            gruppe_nr,
            fra,
            til,
            sum(om_1) as om_1,
            sum(om_6) as om_6,
            sum(forlop_1) as forlop_1,
            sum(forlop_6) as forlop_6
        from celler
        join forlop_grupper using (profil)
        where not etter_lengde
        group by gruppe_nr, fra, til
    ),
    tall as (
        select
            utvalg,
            gruppering,
            gruppe,
            fra,
            til,
            sum(om_1)::bigint as overgang_1,
            sum(om_6)::bigint as overgang_6,
            sum(forlop_1)::bigint as forlop_1,
            sum(forlop_6)::bigint as forlop_6
        from grupper
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe, fra, til
    ),
    lang as (
        select
            utvalg,
            gruppering,
            gruppe,
            fra,
            til,
            'overgang_1' as steg,
            overgang_1 as antall,
            forlop_1 as personer
        from tall
        union all
        select utvalg, gruppering, gruppe, fra, til, 'overgang_6', overgang_6, forlop_6
        from tall
    )
select
    utvalg,
    format('{}={}>{}', steg, fra, til) as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over samme)::bigint as nevner,
    antall / (sum(antall) over samme) as verdi,
    personer
from lang
where antall > 0
window samme as (partition by utvalg, gruppering, gruppe, steg, fra)
