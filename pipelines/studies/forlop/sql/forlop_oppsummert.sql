-- One row per spell, with what happened in it; internal, never published as it is
-- Key: (person_key, forlop_nr)
-- rules.md §3 «Spell summary»
--
-- ⟂ Days to the first tiltak: the earliest dato_fra among the participations that count
-- in the spell's first month with tiltak, less the aap_siden of the spell's first
-- month. Null without tiltak, without a known aap_siden, and where the tiltak started
-- before it (2017:1 fn. 15). A participation that was over before the first month with
-- pay is not part of the spell.
with
    episoder as (
        select
            person_key,
            forlop_nr,
            coalesce(sum(varighet) filter (tiltak), 0)::integer as maaneder_tiltak,
            coalesce(sum(varighet) filter (arbeid), 0)::integer as maaneder_arbeid,
            coalesce(sum(varighet) filter (behandling), 0)::integer as maaneder_behandling,
            coalesce(sum(varighet) filter (tiltak or arbeid), 0)::integer as maaneder_arbeidsrettet,
            coalesce(sum(varighet) filter (tiltak or arbeid or behandling), 0)::integer as maaneder_aktivitet,
            coalesce(sum(varighet) filter (behandling and (tiltak or arbeid)), 0)::integer
            as maaneder_samtidig,
            coalesce(sum(varighet) filter (behandling and tiltak), 0)::integer as maaneder_samtidig_tiltak,
            coalesce(sum(varighet) filter (behandling and arbeid), 0)::integer as maaneder_samtidig_arbeid,
            coalesce(sum(varighet) filter (tilstand = 'passiv'), 0)::integer as tilstand_passiv,
            coalesce(sum(varighet) filter (tilstand = 'behandling'), 0)::integer as tilstand_behandling,
            coalesce(sum(varighet) filter (tilstand = 'arbeid'), 0)::integer as tilstand_arbeid,
            coalesce(sum(varighet) filter (tilstand = 'arbeid+behandling'), 0)::integer
            as tilstand_arbeid_behandling,
            coalesce(sum(varighet) filter (tilstand = 'tiltak'), 0)::integer as tilstand_tiltak,
            coalesce(sum(varighet) filter (tilstand = 'tiltak+behandling'), 0)::integer
            as tilstand_tiltak_behandling,
            coalesce(sum(varighet) filter (tilstand = 'tiltak+arbeid'), 0)::integer as tilstand_tiltak_arbeid,
            coalesce(sum(varighet) filter (tilstand = 'tiltak+arbeid+behandling'), 0)::integer
            as tilstand_tiltak_arbeid_behandling,
            min(fra_nr) filter (tiltak) as forste_tiltak,
            min(fra_nr) filter (arbeid) as forste_arbeid,
            min(fra_nr) filter (behandling) as forste_behandling,
            min(fra_nr) filter (tiltak or arbeid) as forste_arbeidsrettet,
            min(fra_nr) filter (tiltak or arbeid or behandling) as forste_aktivitet,
            min(fra_nr) filter (behandling and (tiltak or arbeid)) as forste_samtidig,
            min(fra_nr) filter (behandling and tiltak) as forste_samtidig_tiltak,
            min(fra_nr) filter (behandling and arbeid) as forste_samtidig_arbeid
        from klargjort.forlop_episode
        group by person_key, forlop_nr
    ),
    maaneder as (
        select
            person_key,
            forlop_nr,
            (count(*) filter (not mottaker))::integer as maaneder_uten_utbetaling,
            (count(*) filter (meldekort_status = 'mangler'))::integer as maaneder_uten_meldekort
        from klargjort.forlop_maaned
        group by person_key, forlop_nr
    ),
    klasser as (
        select
            unnest(list_prepend(1, list_transform($lengdegrenser, lambda grense:grense + 1))) as fra,
            unnest(list_append($lengdegrenser, null)) as til
    )
select
    forlop.*,
    klasser.fra || coalesce('-' || klasser.til, '+') as lengdeklasse,
    episoder.* exclude (person_key, forlop_nr),
    maaneder.* exclude (person_key, forlop_nr),
    case
        when forste_behandling is not null and forste_arbeidsrettet is not null
        then greatest(forste_behandling, forste_arbeidsrettet)
    end as forste_begge,
    forste_arbeidsrettet is not null as arbeidsrettet_noensinne,
    forste_behandling is not null and forste_arbeidsrettet is not null as begge_noensinne,
    forste_samtidig is not null as samtidig_noensinne,
    sekvens.* exclude (person_key, forlop_nr),
    tilstand_passiv / lengde as andel_passiv,
    case when forste.tiltak_siden >= forlop.aap_siden then forste.tiltak_siden - forlop.aap_siden end::integer
    as dager_til_tiltak
from klargjort.forlop as forlop
join klasser on forlop.lengde between klasser.fra and coalesce(klasser.til, forlop.lengde)
join episoder using (person_key, forlop_nr)
join maaneder using (person_key, forlop_nr)
join klargjort.forlop_sekvens as sekvens using (person_key, forlop_nr)
left join
    klargjort.tiltak_maaned as forste
    on forste.person_key = forlop.person_key
    and forste.maaned = forlop.start + to_months(episoder.forste_tiltak - 1)
