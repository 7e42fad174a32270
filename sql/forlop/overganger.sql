-- Transitions: of the months in one tilstand, the share that is in another one and six months later
-- Key: (utvalg, mal, gruppering, gruppe); mal = `overgang_1=fra>til`, `overgang_6=fra>til`; what never
-- occurs has no row
-- rules.md §3 (e); `ute` = has left by then
--
-- ⟂ A month counts when the one or six months after it are within the follow-up (fulgt).
with
    celler as (
        select
            profil.profil,
            maaned.tilstand,
            coalesce(neste.tilstand, 'ute') as om_1,
            if(maaned.maaned_nr + 6 <= fulgt, coalesce(sjette.tilstand, 'ute'), null) as om_6,
            count(*) as antall
        from klargjort.forlop_maaned as maaned
        join forlop_profil as profil using (person_key, forlop_nr)
        left join
            klargjort.forlop_maaned as neste
            on neste.person_key = maaned.person_key
            and neste.forlop_nr = maaned.forlop_nr
            and neste.maaned_nr = maaned.maaned_nr + 1
        left join
            klargjort.forlop_maaned as sjette
            on sjette.person_key = maaned.person_key
            and sjette.forlop_nr = maaned.forlop_nr
            and sjette.maaned_nr = maaned.maaned_nr + 6
        where maaned.maaned_nr + 1 <= fulgt
        group by all
    ),
    grupper as (
        select nivaa, gruppering, gruppe, tilstand, om_1, om_6, sum(antall) as antall
        from celler
        join forlop_grupper using (profil)
        where gruppering not like 'lengde%'
        group by all
    ),
    tall as (
        select
            utvalg,
            gruppering,
            gruppe,
            overgang.maaneder,
            tilstand,
            overgang.til,
            sum(antall)::bigint as antall
        from grupper
        join forlop_utvalg on nivaa >= minst
        cross join unnest([{'maaneder':1, 'til':om_1}, {'maaneder':6, 'til':om_6}]) as o(overgang)
        where overgang.til is not null
        group by all
    )
select
    utvalg,
    format('overgang_{}={}>{}', maaneder, tilstand, til) as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over fra)::bigint as nevner,
    antall / (sum(antall) over fra) as verdi
from tall
window fra as (partition by utvalg, gruppering, gruppe, maaneder, tilstand)
