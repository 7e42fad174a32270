-- Spells by days from aap_siden to the first tiltak, among those who start one, in
-- classes of thirty days
-- Key: (utvalg, mal, gruppering, gruppe); a class nobody is in has no row
-- rules.md §3 (d) and §8: the median that is published follows from these
with
    celler as (
        select profil, dager_til_tiltak // 30 * 30 as fra, count(*) as antall
        from statistikk.forlop_oppsummert
        join forlop_profil using (person_key, forlop_nr)
        where dager_til_tiltak is not null
        group by profil, fra
    ),
    tall as (
        select utvalg, gruppering, gruppe, fra, sum(antall)::bigint as antall
        from celler
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        where not etter_lengde
        group by utvalg, gruppering, gruppe, fra
    )
select
    utvalg,
    format('dager_til_tiltak={}-{}', fra::integer, (fra + 29)::integer) as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over (partition by utvalg, gruppering, gruppe))::bigint as nevner,
    antall / (sum(antall) over (partition by utvalg, gruppering, gruppe)) as verdi
from tall
