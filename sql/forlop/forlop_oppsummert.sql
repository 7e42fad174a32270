-- One row per spell, with what happened in it; internal, never published as it is
-- Key: (person_key, forlop_nr)
-- rules.md §3 «Spell summary»
--
-- ⟂ Days to the first tiltak: the earliest dato_fra among the participations that count in the spell's first
-- month with tiltak, less the aap_siden of the spell's first month. Null without tiltak, without a known
-- aap_siden, and where the tiltak started before it (2017:1 fn. 15). A participation that was over before the
-- first month with pay is not part of the spell.
with
    maaneder as (
        select
            person_key,
            forlop_nr,
            (count(*) filter (tiltak))::integer as maaneder_tiltak,
            (count(*) filter (arbeid))::integer as maaneder_arbeid,
            (count(*) filter (behandling))::integer as maaneder_behandling,
            (count(*) filter (tiltak or arbeid))::integer as maaneder_arbeidsrettet,
            (count(*) filter (tiltak or arbeid or behandling))::integer as maaneder_aktivitet,
            (count(*) filter (behandling and (tiltak or arbeid)))::integer as maaneder_samtidig,
            (count(*) filter (behandling and tiltak))::integer as maaneder_samtidig_tiltak,
            (count(*) filter (behandling and arbeid))::integer as maaneder_samtidig_arbeid,
            (count(*) filter (tilstand = 'passiv'))::integer as tilstand_passiv,
            (count(*) filter (tilstand = 'behandling'))::integer as tilstand_behandling,
            (count(*) filter (tilstand = 'arbeid'))::integer as tilstand_arbeid,
            (count(*) filter (tilstand = 'arbeid+behandling'))::integer as tilstand_arbeid_behandling,
            (count(*) filter (tilstand = 'tiltak'))::integer as tilstand_tiltak,
            (count(*) filter (tilstand = 'tiltak+behandling'))::integer as tilstand_tiltak_behandling,
            (count(*) filter (tilstand = 'tiltak+arbeid'))::integer as tilstand_tiltak_arbeid,
            (count(*) filter (tilstand = 'tiltak+arbeid+behandling'))::integer
            as tilstand_tiltak_arbeid_behandling,
            (count(*) filter (not mottaker))::integer as maaneder_uten_utbetaling,
            (count(*) filter (meldekort_status = 'mangler'))::integer as maaneder_uten_meldekort,
            min(maaned_nr) filter (tiltak) as forste_tiltak,
            min(maaned_nr) filter (arbeid) as forste_arbeid,
            min(maaned_nr) filter (behandling) as forste_behandling,
            min(maaned_nr) filter (tiltak or arbeid) as forste_arbeidsrettet,
            min(maaned_nr) filter (tiltak or arbeid or behandling) as forste_aktivitet,
            min(maaned_nr) filter (behandling and (tiltak or arbeid)) as forste_samtidig,
            min(maaned_nr) filter (behandling and tiltak) as forste_samtidig_tiltak,
            min(maaned_nr) filter (behandling and arbeid) as forste_samtidig_arbeid
        from klargjort.forlop_maaned
        group by person_key, forlop_nr
    ),
    -- Which participations count, and when, is person_maaned's rule for `tiltak` (rules.md §1).
    tiltaksstart as (
        select forlop.person_key, forlop.forlop_nr, min(deltakelse.dato_fra) as dato_fra
        from klargjort.forlop as forlop
        join maaneder using (person_key, forlop_nr)
        join
            kilde.tiltaksdeltakelse as deltakelse
            on deltakelse.person_key = forlop.person_key
            and deltakelse.maaned = forlop.start + to_months(maaneder.forste_tiltak - 1)
        join kodeverk.deltakerstatus as status on status.kode = deltakelse.deltakerstatuskode
        where
            status.teller_som_deltakelse
            and deltakelse.dato_fra <= last_day(deltakelse.maaned)
            and coalesce(deltakelse.dato_til >= deltakelse.maaned, true)
            and not (
                status.avsluttet and coalesce(deltakelse.dato_statusendring < deltakelse.dato_fra, false)
            )
        group by forlop.person_key, forlop.forlop_nr
    )
select
    forlop.*,
    case
        when lengde <= 12 then '1-12' when lengde <= 24 then '13-24' when lengde <= 36 then '25-36' else '37+'
    end as lengdeklasse,
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
    case
        when tiltaksstart.dato_fra >= forlop.aap_siden then tiltaksstart.dato_fra - forlop.aap_siden
    end::integer as dager_til_tiltak
from klargjort.forlop as forlop
join maaneder using (person_key, forlop_nr)
join klargjort.forlop_sekvens as sekvens using (person_key, forlop_nr)
left join tiltaksstart using (person_key, forlop_nr)
