-- Transitions: of the months in one tilstand, the share that is in another one and six months later
-- Key: (utvalg, mal, gruppering, gruppe); mal = `overgang_1=fra>til`, `overgang_6=fra>til`; what never
-- occurs has no row
-- rules.md §3 (e); `ute` = has left by then
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
    celler as (
        select
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
        group by all
    ),
    grupper as (
        select gruppe_nr, fra, til, sum(om_1) as om_1, sum(om_6) as om_6
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
            sum(om_6)::bigint as overgang_6
        from grupper
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe, fra, til
    ),
    lang as (unpivot tall on overgang_1, overgang_6 into name steg value antall)
select
    utvalg,
    format('{}={}>{}', steg, fra, til) as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over samme)::bigint as nevner,
    antall / (sum(antall) over samme) as verdi
from lang
where antall > 0
window samme as (partition by utvalg, gruppering, gruppe, steg, fra)
