-- Grain: one row per year, measure and group of recipients. All years at once.
-- Key: aar, mal, gruppering, gruppe.
-- Rule: rules.md §2, annual averages (2017:1 figures 1, 3, 6, 7): means of the monthly
-- counts; a share is the mean count over the mean denominator. The year's span is part
-- of the result: 2010 begins in March, and L's 2016 ends in October.
with
    aar as (
        select
            year(maaned) as aar,
            min(maaned) as fra_maaned,
            max(maaned) as til_maaned,
            count(distinct maaned) as maaneder
        from statistikk.tverrsnitt
        group by aar
    )
select
    a.aar::integer as aar,
    a.fra_maaned,
    a.til_maaned,
    a.maaneder::integer as maaneder,
    t.mal,
    t.gruppering,
    t.gruppe,
    -- A month in which the group was empty counts with 0.
    sum(t.antall) / a.maaneder as antall,
    sum(t.nevner) / a.maaneder as nevner,
    sum(t.antall) / nullif(sum(t.nevner), 0) as andel
from statistikk.tverrsnitt t
join aar a on a.aar = year(t.maaned)
group by a.aar, a.fra_maaned, a.til_maaned, a.maaneder, t.mal, t.gruppering, t.gruppe
order by all
