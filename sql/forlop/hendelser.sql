-- Counts for the life tables: how and in which month of the spell the waiting
-- for each event ended
-- Key: (utvalg, gruppering, gruppe, hendelse, maaned_nr), maaned_nr 1–64
-- rules.md §3 (d). The tables themselves: pipelines/disclosure/life_table.py and curves.py
--
-- ⟂ Leaving is dated to the first month outside (lengde + 1), so that those who have
-- left by month k are the same here as in (b). Who is still waiting at the end of the
-- follow-up (fulgt), or in month 64, is censored there.
with
    ventetid as (
        select
            profil,
            hendelse,
            least(maaned_nr, ute_nr, spell.fulgt) as slutt_nr,
            maaned_nr,
            ute_nr,
            spell.fulgt
        from
            (
                select
                    *,
                    if(sensurert, null, lengde + 1) as ute_nr,
                    unnest(
                        [
                            {'hendelse':'tiltak', 'maaned_nr':forste_tiltak},
                            {'hendelse':'arbeid', 'maaned_nr':forste_arbeid},
                            {'hendelse':'behandling', 'maaned_nr':forste_behandling},
                            {'hendelse':'arbeidsrettet', 'maaned_nr':forste_arbeidsrettet},
                            {'hendelse':'aktivitet', 'maaned_nr':forste_aktivitet},
                            {'hendelse':'ute', 'maaned_nr':if(sensurert, null, lengde + 1)}
                        ],
                        recursive := true
                    )
                from statistikk.forlop_oppsummert
            ) as spell
        join forlop_profil using (person_key, forlop_nr)
        where spell.fulgt >= 1
    ),
    celler as (
        select
            profil,
            hendelse,
            least(slutt_nr, 64) as maaned_nr,
            count(*) filter (maaned_nr = least(slutt_nr, 64)) as inntraff,
            count(*) filter (ute_nr = least(slutt_nr, 64) and hendelse <> 'ute') as ute,
            count(*) as i_alt
        from ventetid
        group by profil, hendelse, least(slutt_nr, 64)
    ),
    grupper as (
        select gruppe_nr, hendelse, maaned_nr, sum(inntraff) as inntraff, sum(ute) as ute, sum(i_alt) as i_alt
        from celler
        join forlop_grupper using (profil)
        where not etter_lengde
        group by gruppe_nr, hendelse, maaned_nr
    )
select
    utvalg,
    gruppering,
    gruppe,
    hendelse,
    maaned_nr,
    sum(inntraff)::bigint as inntraff,
    sum(ute)::bigint as ute,
    sum(i_alt)::bigint as i_alt
from grupper
join forlop_utvalg using (gruppe_nr)
group by utvalg, gruppering, gruppe, hendelse, maaned_nr
