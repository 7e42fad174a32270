-- Grain: a source, month, measure and group: every monthly result a published
-- number can be tied to.
-- Key: kilde, maaned, mal, gruppering, gruppe, h (h only for the estimate of figure 9).
-- Rule: rules.md §2 and §3, gathered in one shape; what is tied to what stands in
-- reports/published/kobling.csv.
select 'statistikk.tverrsnitt' as kilde, maaned, mal, gruppering, gruppe, null::double as h, antall, nevner
from statistikk.tverrsnitt
union all
select
    'statistikk.tverrsnitt_anslag' as kilde,
    maaned,
    'aktivitetsstatus=' || aktivitetsstatus as mal,
    'alle' as gruppering,
    'alle' as gruppe,
    h,
    antall,
    nevner
from statistikk.tverrsnitt_anslag
union all
select 'klargjort.forlop' as kilde, maaned, 'tilgang' as mal, gruppering, gruppe, null as h, antall, null as nevner
from avstemming_tilgang
