-- Shares of spells in which something happened at all, over the whole spell or within
-- its first $lengdegrenser months
-- Key: (utvalg, mal, gruppering, gruppe, maaned_nr); maaned_nr is
-- null for the whole spell
-- rules.md §3 (a): by length of spell (gruppering `lengde`) *and* by elapsed time; B's
-- «det første året» is either
--
-- ⟂ Elapsed time is counted over all spells that could be followed so long (fulgt),
-- those that ended earlier included: what is asked is whether it happened within
-- those first months.
with
    celler as (
        select
            profil,
            maaned_nr,
            count(*) as nevner,
            count(*) filter (forste_tiltak <= coalesce(maaned_nr, spell.lengde)) as tiltak,
            count(*) filter (forste_arbeid <= coalesce(maaned_nr, spell.lengde)) as arbeid,
            count(*) filter (forste_behandling <= coalesce(maaned_nr, spell.lengde)) as behandling,
            count(*) filter (forste_arbeidsrettet <= coalesce(maaned_nr, spell.lengde)) as arbeidsrettet,
            count(*) filter (forste_aktivitet <= coalesce(maaned_nr, spell.lengde)) as aktivitet,
            count(*) filter (forste_begge <= coalesce(maaned_nr, spell.lengde)) as begge,
            count(*) filter (forste_samtidig <= coalesce(maaned_nr, spell.lengde)) as samtidig,
            count(*) filter (forste_samtidig_tiltak <= coalesce(maaned_nr, spell.lengde)) as samtidig_tiltak,
            count(*) filter (forste_samtidig_arbeid <= coalesce(maaned_nr, spell.lengde)) as samtidig_arbeid
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
        cross join unnest(list_prepend(null, $lengdegrenser)) as grense(maaned_nr)
        where maaned_nr is null or spell.fulgt >= maaned_nr
        group by profil, maaned_nr
    ),
    grupper as (
        select gruppe_nr, maaned_nr, sum(columns(celler.* exclude (profil, maaned_nr)))::bigint
        from celler
        join forlop_grupper using (profil)
        where maaned_nr is null or not etter_lengde
        group by all
    ),
    tall as (
        select
            utvalg,
            gruppering,
            gruppe,
            maaned_nr,
            sum(columns(grupper.* exclude (gruppe_nr, maaned_nr)))::bigint
        from grupper
        join forlop_utvalg using (gruppe_nr)
        group by all
    )
select
    utvalg,
    'noensinne=' || mal as mal,
    gruppering,
    gruppe,
    maaned_nr,
    antall,
    nevner,
    antall / nevner as verdi
from
    (
        unpivot (select *, nevner - aktivitet as ingen from tall)
        on columns(* exclude (utvalg, gruppering, gruppe, maaned_nr, nevner))
        into name mal value antall
    )
