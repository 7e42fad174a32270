-- Transitions: of the months in one tilstand, the share that is in another one and six months later
-- Key: (utvalg, mal, gruppering, gruppe); mal = `overgang_1=fra>til`, `overgang_6=fra>til`; what never
-- occurs has no row
-- rules.md §3 (e); `ute` = has left by then
--
-- ⟂ A month counts when the one or six months after it are within the follow-up (fulgt).
with
    episoder as (
        select person_key, forlop_nr, tilstand, fra_nr, fra_nr + varighet - 1 as til_nr, steg
        from klargjort.forlop_episode
        cross join unnest([1, 6]) as s(steg)
        union all
        -- After the spell's last month everybody is out for ever.
        select person_key, forlop_nr, 'ute', lengde + 1, fulgt, steg
        from klargjort.forlop
        cross join unnest([1, 6]) as s(steg)
        where lengde < fulgt
    ),
    -- Of the months of an episode, moved one or six ahead, how many lie in each of the episodes from it on.
    celler as (
        select
            profil,
            steg,
            naa.tilstand as fra,
            etter.tilstand as til,
            sum(
                least(naa.til_nr + steg, etter.til_nr, fulgt) - greatest(naa.fra_nr + steg, etter.fra_nr) + 1
            ) as antall
        from episoder as naa
        join episoder as etter using (person_key, forlop_nr, steg)
        join forlop_profil using (person_key, forlop_nr)
        where
            naa.tilstand <> 'ute'
            and least(naa.til_nr + steg, etter.til_nr, fulgt) >= greatest(naa.fra_nr + steg, etter.fra_nr)
        group by all
    ),
    grupper as (
        select nivaa, gruppering, gruppe, steg, fra, til, sum(antall) as antall
        from celler
        join forlop_grupper using (profil)
        where gruppering not like 'lengde%'
        group by nivaa, gruppering, gruppe, steg, fra, til
    ),
    tall as (
        select utvalg, gruppering, gruppe, steg, fra, til, sum(antall)::bigint as antall
        from grupper
        join forlop_utvalg on nivaa >= minst
        group by utvalg, gruppering, gruppe, steg, fra, til
    )
select
    utvalg,
    format('overgang_{}={}>{}', steg, fra, til) as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over samme)::bigint as nevner,
    antall / (sum(antall) over samme) as verdi
from tall
window samme as (partition by utvalg, gruppering, gruppe, steg, fra)
