-- Grain: one row per person of delivery M (not sheltered, status AKTIV) and month.
-- Key: person_key, maaned.
-- Rule: rules.md §1: who the person is, what each table of klargjort says of the month,
-- and what follows from them together: `meldekort_status`, `aktivitetsstatus` (2017:1
-- figure 8) and `tilstand` (2017:2). A person a table says nothing of has nothing there.
with
    alderstrinn as (
        select unnest(range(fra_alder, til_alder + 1)) as alder, aldersgruppe from kodeverk.aldersgruppe
    ),
    person as (
        -- rang 1: the highest person_id in use of that number; a row of another status
        -- takes part in nothing.
        select *, floor(date_diff('month', fodselsmaaned, maaned) / 12)::integer as alder
        from kilde.person
        semi join (select unnest($maaneder) as maaned) using (maaned)
        where rang = 1
    ),
    samlet as (
        select
            p.*,
            coalesce(u.mottaker, false) as mottaker,
            coalesce(t.tiltak, false) as tiltak,
            coalesce(k.arbeid, false) as arbeid,
            coalesce(k.timer_arbeidet, 0)::decimal(9, 1) as timer_arbeidet,
            case
                when v.fritak_meldekort
                then 'ikke_spurt'
                when k.antall_kort > k.antall_automatiske_kort
                then 'mottatt'
                when k.antall_kort > 0
                then 'ikke_spurt'
                else 'mangler'
            end as meldekort_status,
            coalesce(pl.gyldig_plan, false) as gyldig_plan,
            coalesce(pl.plan_status, 'ingen') as plan_status,
            coalesce(pl.behandling, false) as behandling,
            coalesce(pl.behandling_inkl_utlopt_plan, false) as behandling_inkl_utlopt_plan,
            coalesce(pl.behandling_uten_plankrav, false) as behandling_uten_plankrav,
            i.innsatsgruppe,
            i.hovedmaal,
            v.aap_siden,
            coalesce(v.konvertert, false) as konvertert,
            v.aktfase,
            coalesce(d.diagnosegruppe, 'uoppgitt') as diagnosegruppe
        from person p
        left join klargjort.utbetaling_maaned u using (person_key, maaned)
        left join klargjort.tiltak_maaned t using (person_key, maaned)
        left join klargjort.meldekort_maaned k using (person_key, maaned)
        left join klargjort.vedtak_maaned v using (person_key, maaned)
        left join klargjort.aktivitetsplan_maaned pl using (person_key, maaned)
        left join klargjort.innsats_maaned i using (person_key, maaned)
        left join klargjort.diagnose_maaned d using (person_key, maaned)
    )
select
    s.person_key,
    s.maaned,
    s.mottaker,
    s.tiltak,
    s.arbeid,
    s.timer_arbeidet,
    s.meldekort_status,
    s.gyldig_plan,
    s.plan_status,
    s.behandling,
    s.behandling_inkl_utlopt_plan,
    s.behandling_uten_plankrav,
    s.innsatsgruppe,
    s.hovedmaal,
    s.aap_siden,
    s.konvertert,
    s.aktfase,
    s.alder,
    coalesce(a.aldersgruppe, 'annet') as aldersgruppe,
    s.kjonn,
    f.fylke,
    s.nav_enhet,
    case
        when s.landkode_statsborger = 'NO' then 'norge' when s.landkode_statsborger is not null then 'annet'
    end as landbakgrunn,
    coalesce(n.utdanning, 'uoppgitt') as utdanning,
    s.diagnosegruppe,
    s.i_tiprosentutvalg,
    -- The first that holds, recipients only (L, figure 8).
    case
        when not s.mottaker
        then null
        when s.arbeid or s.tiltak
        then 'arbeid_eller_tiltak'
        when s.behandling
        then 'kun_behandling'
        when s.innsatsgruppe = 'varig_tilpasset'
        then 'varig_tilpasset'
        when s.gyldig_plan
        then 'gyldig_plan'
        else 'ingen_plan'
    end as aktivitetsstatus,
    case
        when s.tiltak or s.arbeid or s.behandling
        then
            concat_ws(
                '+',
                if(s.tiltak, 'tiltak', null),
                if(s.arbeid, 'arbeid', null),
                if(s.behandling, 'behandling', null)
            )
        else 'passiv'
    end as tilstand
from samlet s
left join alderstrinn a using (alder)
left join kodeverk.fylke f on f.fylke_nr = left(s.kommune_nr, 2)
left join kodeverk.utdanning n on n.kode = s.utdanning_nivaa
