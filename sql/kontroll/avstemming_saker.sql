-- Grain: a month that a number of the case review's population is tied to, measure
-- and group.
-- Key: kilde, maaned, mal, gruppering, gruppe.
-- Rule: studies.md §3, table 1 (2017:1 ch. 3): recipients of the month who were not
-- converted in 2010, in the ten-percent sample.
-- ⟂ «I løpet av perioden»: ever in a month from that of aap_siden to the month asked
-- for; treatment without the demand of a valid plan. Age is that of the first of these
-- months the person is delivered in.
with
    maaneder as (select distinct fra as maaned from kobling where kilde = 'saksgjennomgang'),
    populasjon as (
        select person_key, maaned, kjonn, coalesce(date_trunc('month', aap_siden), maaned) as fra
        from klargjort.person_maaned
        semi join maaneder using (maaned)
        where mottaker and i_tiprosentutvalg and not coalesce(konvertert, false)
    ),
    personer as (
        select
            populasjon.maaned,
            populasjon.person_key,
            coalesce(any_value(populasjon.kjonn), 'uoppgitt') as kjonn,
            arg_min(perioden.alder, perioden.maaned) as alder,
            bool_or(perioden.tiltak) as tiltak,
            bool_or(perioden.arbeid) as arbeid,
            bool_or(perioden.behandling_uten_plankrav) as behandling
        from populasjon
        join
            klargjort.person_maaned as perioden
            on perioden.person_key = populasjon.person_key
            and perioden.maaned between populasjon.fra and populasjon.maaned
        group by populasjon.maaned, populasjon.person_key
    ),
    kjennetegn as (
        select
            *,
            tiltak or arbeid as arbeidsrettet,
            case
                when alder <= 20
                then '18-20'
                when alder <= 30
                then '21-30'
                when alder <= 40
                then '31-40'
                when alder <= 50
                then '41-50'
                when alder <= 60
                then '51-60'
                else '61+'
            end as alder_ved_tilgang
        from personer
    ),
    i_lopet as (
        select
            maaned,
            count_if(tiltak) as tiltak,
            count_if(arbeid) as arbeid,
            count_if(behandling) as behandling,
            count_if(arbeidsrettet) as arbeidsrettet,
            count_if(behandling and arbeidsrettet) as begge,
            count_if(not behandling and not arbeidsrettet) as verken,
            count(*) as nevner
        from kjennetegn
        group by maaned
    )
select
    'saksgjennomgang' as kilde,
    maaned,
    'mottakere' as mal,
    case
        when kjonn is not null
        then 'kjonn'
        when alder_ved_tilgang is not null
        then 'alder_ved_tilgang'
        else 'alle'
    end as gruppering,
    coalesce(kjonn, alder_ved_tilgang, 'alle') as gruppe,
    null::double as h,
    count(*) as antall,
    count(*) as nevner
from kjennetegn
group by grouping sets ((maaned), (maaned, kjonn), (maaned, alder_ved_tilgang))
union all
select
    'saksgjennomgang' as kilde,
    maaned,
    'i_lopet=' || mal as mal,
    'alle' as gruppering,
    'alle' as gruppe,
    null::double as h,
    antall,
    nevner
from i_lopet unpivot (antall for mal in (tiltak, arbeid, behandling, arbeidsrettet, begge, verken))
