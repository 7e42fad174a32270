-- Grain: a published number and a reading of it, as far as it is
-- tied to derived results.
-- Key: id, lesning.
-- Rule: rules.md §6, from the terms of reports/published/kobling.csv. Annual averages
-- are means of the monthly counts, a share is the mean count over the mean
-- denominator (rules.md §2). `personer`: what a change between months is uncertain by
-- (avstemming_endring); no other needs it. `maaneder` of `maaneder_ventet` months are
-- there: those of the terms, or of panel_fra to panel_til where a result looks back.
with
    panel as (select distinct maaned from avstemming_maalt where kilde = 'statistikk.tverrsnitt'),
    maalt as (
        from avstemming_maalt
        union all
        from avstemming_saker
    ),
    -- The months a source has results of: there, a group without a row
    -- is a group of nobody.
    beregnet as (
        select kilde, maaned
        from avstemming_maalt
        union
        -- Nobody may be in the case review's population, and a month is still there.
        select 'saksgjennomgang' as kilde, maaned
        from panel
        union
        -- A month in which nobody starts a spell too; who starts is known from the
        -- panel's third on.
        select 'klargjort.forlop' as kilde, maaned
        from panel
        qualify datediff('month', min(maaned) over (), maaned) >= 2
    ),
    ventet as (
        select
            kobling.id,
            kobling.lesning,
            coalesce(kobling.panel_fra, kobling.fra) as fra,
            coalesce(kobling.panel_til, kobling.til) as til,
            kobling.panel_fra is not null or kobling.storrelse = 'personer' as av_panelet
        from kobling
    ),
    i_panelet as (
        select
            ventet.id,
            ventet.lesning,
            min(datediff('month', ventet.fra, ventet.til) + 1) as maaneder_ventet,
            count(distinct panel.maaned) as maaneder
        from ventet
        left join panel on panel.maaned between ventet.fra and ventet.til
        where ventet.av_panelet
        group by ventet.id, ventet.lesning
    ),
    ledd as (
        select
            kobling.*,
            datediff('month', kobling.fra, kobling.til) + 1 as maaneder_ventet,
            count(distinct beregnet.maaned) as maaneder,
            coalesce(sum(maalt.antall order by maalt.antall), 0) as sum_antall,
            coalesce(sum(maalt.nevner), 0) as sum_nevner
        from kobling
        left join
            beregnet on beregnet.kilde = kobling.kilde and beregnet.maaned between kobling.fra and kobling.til
        left join
            maalt
            on maalt.kilde = kobling.kilde
            and maalt.maaned = beregnet.maaned
            and maalt.mal = kobling.mal
            and maalt.gruppering = kobling.gruppering
            and maalt.gruppe = kobling.gruppe
            and maalt.h is not distinct from kobling.h
        where kobling.storrelse <> 'personer'
        group by all
    ),
    bidrag as (
        select
            *,
            teller * sum_antall / if(storrelse = 'sum', 1, nullif(maaneder, 0)) as bidrag_teller,
            nevner * sum_nevner / nullif(maaneder, 0) as bidrag_nevner
        from ledd
    )
select
    bidrag.id,
    bidrag.lesning,
    any_value(bidrag.storrelse) as storrelse,
    -- Means are not whole: they are added in an order of their own, or the last digit
    -- would follow that of the rows.
    sum(bidrag_teller order by bidrag_teller) as teller,
    any_value(endring.personer) as personer,
    sum(bidrag_nevner order by bidrag_nevner) as nevner,
    null::double as verdi,
    coalesce(any_value(i_panelet.maaneder), min(bidrag.maaneder))::integer as maaneder,
    coalesce(any_value(i_panelet.maaneder_ventet), max(bidrag.maaneder_ventet))::integer as maaneder_ventet
from bidrag
left join avstemming_endring as endring using (id, lesning)
left join i_panelet using (id, lesning)
group by bidrag.id, bidrag.lesning
union all
select
    personer.id,
    personer.lesning,
    personer.storrelse,
    personer.teller::double as teller,
    null::double as personer,
    personer.nevner::double as nevner,
    null::double as verdi,
    i_panelet.maaneder::integer as maaneder,
    i_panelet.maaneder_ventet::integer as maaneder_ventet
from avstemming_personer as personer
join i_panelet using (id, lesning)
union all
select
    kobling_forlop.id,
    kobling_forlop.lesning,
    kobling_forlop.storrelse,
    forlop.antall::double as teller,
    null::double as personer,
    forlop.nevner::double as nevner,
    forlop.verdi,
    -- The results of the courses are there for a whole panel, or not at all.
    null as maaneder,
    null as maaneder_ventet
from kobling_forlop
left join
    statistikk.forlop
    on forlop.utvalg = kobling_forlop.utvalg
    and forlop.mal = kobling_forlop.mal
    and forlop.gruppering = kobling_forlop.gruppering
    and forlop.gruppe = kobling_forlop.gruppe
    and forlop.maaned_nr is not distinct from kobling_forlop.maaned_nr
