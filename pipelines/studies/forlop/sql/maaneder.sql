-- Grain: one row per population, measure and group: months in each activity and each
-- tilstand, mean per spell and share of all months.
-- Key: utvalg, mal, gruppering, gruppe; antall is months, nevner spells (maaneder) or
-- months (maanedsandel), and personer the spells with any such month.
-- Rule: rules.md §3 (c); censored spells as far as they are seen.
with
    -- Null instead of no months, so that sum and count leave them out alike.
    spell as (
        select
            profil,
            spell.lengde as alle,
            nullif(maaneder_tiltak, 0) as tiltak,
            nullif(maaneder_arbeid, 0) as arbeid,
            nullif(maaneder_behandling, 0) as behandling,
            nullif(maaneder_arbeidsrettet, 0) as arbeidsrettet,
            nullif(maaneder_aktivitet, 0) as aktivitet,
            nullif(maaneder_samtidig, 0) as samtidig,
            nullif(maaneder_samtidig_tiltak, 0) as samtidig_tiltak,
            nullif(maaneder_samtidig_arbeid, 0) as samtidig_arbeid,
            nullif(maaneder_uten_utbetaling, 0) as uten_utbetaling,
            nullif(maaneder_uten_meldekort, 0) as uten_meldekort,
            nullif(tilstand_passiv, 0) as passiv,
            nullif(tilstand_behandling, 0) as "tilstand:behandling",
            nullif(tilstand_arbeid, 0) as "tilstand:arbeid",
            nullif(tilstand_arbeid_behandling, 0) as "tilstand:arbeid+behandling",
            nullif(tilstand_tiltak, 0) as "tilstand:tiltak",
            nullif(tilstand_tiltak_behandling, 0) as "tilstand:tiltak+behandling",
            nullif(tilstand_tiltak_arbeid, 0) as "tilstand:tiltak+arbeid",
            nullif(tilstand_tiltak_arbeid_behandling, 0) as "tilstand:tiltak+arbeid+behandling"
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
    ),
    summer as (
        select profil, count(*) as forlop, sum(columns(* exclude (profil))) from spell group by profil
    ),
    tellinger as (select profil, count(columns(* exclude (profil))) from spell group by profil),
    maaneder as (
        select utvalg, gruppering, gruppe, coalesce(sum(columns(summer.* exclude (profil))), 0)::bigint
        from summer
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by all
    ),
    personer as (
        select utvalg, gruppering, gruppe, sum(columns(tellinger.* exclude (profil)))::bigint
        from tellinger
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by all
    ),
    antall as (
        unpivot (select *, alle as maaneder from maaneder)
        on columns(* exclude (utvalg, gruppering, gruppe, forlop, maaneder))
        into name mal value antall
    ),
    antall_personer as (
        unpivot personer on columns(* exclude (utvalg, gruppering, gruppe)) into name mal value personer
    ),
    lang as (
        select utvalg, gruppering, gruppe, mal, antall, personer, forlop, maaneder
        from antall
        join antall_personer using (utvalg, gruppering, gruppe, mal)
    )
select
    utvalg,
    'maaneder=' || mal as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    forlop as nevner,
    antall / forlop as verdi,
    personer
from lang
union all
select utvalg, 'maanedsandel=' || mal, gruppering, gruppe, null, antall, maaneder, antall / maaneder, personer
from lang
where mal <> 'alle'
