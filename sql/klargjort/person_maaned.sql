-- Grain: one row per person of delivery M (not sheltered, status AKTIV) and month.
-- Key: person_key, maaned.
-- Rule: rules.md §1 (2017:1 ch. 2 and figure 8; 2017:2 for `tilstand`).
-- Reads klargjort.vedtak_maaned, meldekort_maaned, aktivitetsplan_maaned and
-- tiltak_maaned, which are made first.
with
    maaneder as (select unnest($maaneder) as maaned),
    utbetalt as (
        -- Corrections are postings of their own and net out (⟂).
        select person_key, maaned
        from kilde.utbetaling
        semi join maaneder using (maaned)
        where dato_postert between maaned and last_day(maaned)
        group by person_key, maaned
        having sum(belop) > 0
    ),
    innsats as (
        -- The service groups have no innsatsgruppe in the list and
        -- are no innsatsgruppe.
        select
            v.person_key,
            v.maaned,
            arg_max((g.innsatsgruppe, v.hovedmaalkode), (v.fra_dato, v.vedtak_id)) as gjeldende
        from kilde.innsatsgruppe v
        semi join maaneder using (maaned)
        join kodeverk.innsatsgruppe g on g.kode = v.kvalifiseringsgruppekode
        where
            g.innsatsgruppe is not null
            and v.fra_dato <= last_day(v.maaned)
            and coalesce(v.til_dato >= last_day(v.maaned), true)
        group by v.person_key, v.maaned
    ),
    diagnose as (
        -- The latest main diagnosis; on the same day ICPC2 before
        -- ICD10, then code order.
        select
            d.person_key,
            d.maaned,
            arg_min(
                (d.diagnose_kodeverk, d.diagnosekode),
                (date '9999-12-31' - d.dato, k.rekkefolge, d.diagnosekode)
            ) as gjeldende
        from kilde.diagnose d
        semi join maaneder using (maaned)
        join kodeverk.diagnosetype t on t.kode = d.diagnose_type
        join kodeverk.diagnosekodeverk k on k.kode = d.diagnose_kodeverk
        where t.hoved and d.dato <= last_day(d.maaned)
        group by d.person_key, d.maaned
    ),
    alderstrinn as (
        select unnest(range(fra_alder, til_alder + 1)) as alder, aldersgruppe from kodeverk.aldersgruppe
    ),
    person as (
        -- rang 1: the highest person_id in use of that number; a row of another status
        -- takes part in nothing.
        select *, floor(date_diff('month', fodselsmaaned, maaned) / 12)::integer as alder
        from kilde.person
        semi join maaneder using (maaned)
        where rang = 1
    ),
    samlet as (
        select
            p.*,
            u.person_key is not null as mottaker,
            coalesce(t.tiltak, false) as tiltak,
            coalesce(k.timer_arbeidet, 0) as timer_arbeidet,
            case
                when v.fritak_meldekort
                then 'ikke_spurt'
                when k.antall_kort > k.antall_automatiske_kort
                then 'mottatt'
                when k.antall_kort > 0
                then 'ikke_spurt'
                else 'mangler'
            end as meldekort_status,
            -- ⟂ False where nobody was asked, even should such a card carry hours
            -- (rules.md says so of both statuses). timer_arbeidet keeps those hours,
            -- and kontroll/timer_uten_sporsmaal counts them.
            meldekort_status = 'mottatt' and coalesce(k.timer_arbeidet, 0) > 0 as arbeid,
            coalesce(pl.gyldig_plan, false) as gyldig_plan,
            coalesce(pl.plan_status, 'ingen') as plan_status,
            coalesce(pl.behandling_uten_plankrav, false) as behandling_uten_plankrav,
            i.gjeldende[1] as innsatsgruppe,
            i.gjeldende[2] as hovedmaal,
            v.aap_siden,
            coalesce(v.konvertert, false) as konvertert,
            v.aktfase,
            d.gjeldende[1] as diagnose_kodeverk,
            upper(left(trim(d.gjeldende[2]), 1)) as kapittel
        from person p
        left join utbetalt u using (person_key, maaned)
        left join klargjort.tiltak_maaned t using (person_key, maaned)
        left join klargjort.meldekort_maaned k using (person_key, maaned)
        left join klargjort.vedtak_maaned v using (person_key, maaned)
        left join klargjort.aktivitetsplan_maaned pl using (person_key, maaned)
        left join innsats i using (person_key, maaned)
        left join diagnose d using (person_key, maaned)
    ),
    flagg as (select *, gyldig_plan and behandling_uten_plankrav as behandling from samlet)
select
    s.person_key,
    s.maaned,
    s.mottaker,
    s.tiltak,
    s.arbeid,
    s.timer_arbeidet::decimal(9, 1) as timer_arbeidet,
    s.meldekort_status,
    s.gyldig_plan,
    s.plan_status,
    s.behandling,
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
    case
        when s.kapittel is null then 'uoppgitt' else coalesce(g.diagnosegruppe, 'annet')
    end as diagnosegruppe,
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
from flagg s
left join alderstrinn a using (alder)
-- The counties of that month: a number that no county had then is nobody's.
left join
    kodeverk.fylke f
    on f.fylke_nr = left(s.kommune_nr, 2)
    and last_day(s.maaned) between f.gyldig_fra and coalesce(f.gyldig_til, date '9999-12-31')
left join kodeverk.utdanning n on n.kode = s.utdanning_nivaa
left join kodeverk.diagnosegruppe g on g.diagnose_kodeverk = s.diagnose_kodeverk and g.kapittel = s.kapittel
