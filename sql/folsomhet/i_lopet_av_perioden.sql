-- Grain: one row.
-- Key: none.
-- Rule: rules.md §6 ⟂: recipients of the month who were not converted, in treatment
-- in a month since aap_siden, without the demand of a plan and with it.
with
    populasjon as (
        select person_key, maaned, coalesce(date_trunc('month', aap_siden), maaned) as fra
        from klargjort.person_maaned
        where maaned = $maaned and mottaker and not coalesce(konvertert, false)
    ),
    personer as (
        select
            populasjon.person_key,
            bool_or(perioden.behandling_uten_plankrav) as uten_krav,
            bool_or(perioden.behandling) as med_krav
        from populasjon
        join
            klargjort.person_maaned as perioden
            on perioden.person_key = populasjon.person_key
            and perioden.maaned between populasjon.fra and populasjon.maaned
        group by populasjon.person_key
    )
select
    antall / nevner as verdi,
    antall_ellers / nevner as verdi_ellers,
    antall,
    antall_ellers,
    nevner,
    nevner as nevner_ellers
from
    (
        select count_if(uten_krav) as antall, count_if(med_krav) as antall_ellers, count(*) as nevner
        from personer
    )
