-- Months in each activity and each tilstand: mean per spell, and share of all months
-- Key: (utvalg, mal, gruppering, gruppe); antall is months, nevner spells (maaneder) or months (maanedsandel)
-- rules.md §3 (c); censored spells as far as they are seen
with
    celler as (
        select
            profil,
            count(*) as forlop,
            sum(spell.lengde) as alle,
            sum(maaneder_tiltak) as tiltak,
            sum(maaneder_arbeid) as arbeid,
            sum(maaneder_behandling) as behandling,
            sum(maaneder_arbeidsrettet) as arbeidsrettet,
            sum(maaneder_aktivitet) as aktivitet,
            sum(maaneder_samtidig) as samtidig,
            sum(maaneder_samtidig_tiltak) as samtidig_tiltak,
            sum(maaneder_samtidig_arbeid) as samtidig_arbeid,
            sum(maaneder_uten_utbetaling) as uten_utbetaling,
            sum(maaneder_uten_meldekort) as uten_meldekort,
            sum(tilstand_passiv) as passiv,
            sum(tilstand_behandling) as "tilstand:behandling",
            sum(tilstand_arbeid) as "tilstand:arbeid",
            sum(tilstand_arbeid_behandling) as "tilstand:arbeid+behandling",
            sum(tilstand_tiltak) as "tilstand:tiltak",
            sum(tilstand_tiltak_behandling) as "tilstand:tiltak+behandling",
            sum(tilstand_tiltak_arbeid) as "tilstand:tiltak+arbeid",
            sum(tilstand_tiltak_arbeid_behandling) as "tilstand:tiltak+arbeid+behandling"
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
        group by profil
    ),
    tall as (
        select utvalg, gruppering, gruppe, sum(columns(celler.* exclude (profil)))::bigint
        from celler
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by all
    ),
    lang as (
        unpivot (select *, alle as maaneder from tall)
        on columns(* exclude (utvalg, gruppering, gruppe, forlop, maaneder))
        into name mal value antall
    )
select
    utvalg,
    'maaneder=' || mal as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    forlop as nevner,
    antall / forlop as verdi
from lang
union all
select utvalg, 'maanedsandel=' || mal, gruppering, gruppe, null, antall, maaneder, antall / maaneder
from lang
where mal <> 'alle'
