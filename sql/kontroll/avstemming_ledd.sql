-- Grain: a published number and a reading of it, as far as it is
-- tied to derived results.
-- Key: id, lesning.
-- Rule: rules.md §6, from the terms of reports/published/kobling.csv. Annual averages
-- are means of the monthly counts, a share is the mean count over the mean
-- denominator (rules.md §2). `personer`: the persons behind all terms, for the
-- sampling error of a difference between months; no other needs them.
with
    -- The months a source has results of: there, a group without a row
    -- is a group of nobody.
    beregnet as (
        select kilde, maaned
        from avstemming_maalt
        union
        -- A month in which nobody starts a spell too; who starts is known from the
        -- panel's third on.
        select 'klargjort.forlop' as kilde, maaned
        from (select distinct maaned from avstemming_maalt where kilde = 'statistikk.tverrsnitt')
        qualify datediff('month', min(maaned) over (), maaned) >= 2
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
            avstemming_maalt as maalt
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
            teller * teller * sum_antall / nullif(maaneder, 0) as bidrag_personer,
            nevner * sum_nevner / nullif(maaneder, 0) as bidrag_nevner
        from ledd
    )
select
    id,
    lesning,
    any_value(storrelse) as storrelse,
    -- Means are not whole: they are added in an order of their own, or the last digit
    -- would follow that of the rows.
    sum(bidrag_teller order by bidrag_teller) as teller,
    sum(bidrag_personer order by bidrag_personer) as personer,
    sum(bidrag_nevner order by bidrag_nevner) as nevner,
    null::double as verdi,
    min(maaneder)::integer as maaneder,
    max(maaneder_ventet)::integer as maaneder_ventet
from bidrag
group by id, lesning
union all
select
    id,
    lesning,
    'andel' as storrelse,
    teller::double as teller,
    null::double as personer,
    nevner::double as nevner,
    null::double as verdi,
    (
        select count(*)
        from beregnet
        where kilde = 'statistikk.tverrsnitt' and maaned between fra and til
    )::integer as maaneder,
    maaneder_ventet::integer as maaneder_ventet
from avstemming_personer
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
