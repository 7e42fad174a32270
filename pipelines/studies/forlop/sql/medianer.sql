-- Grain: one row per population, measure and group: the median number of days from
-- aap_siden to the first tiltak, among those who start one.
-- Key: utvalg, mal, gruppering, gruppe.
-- Rule: rules.md §3 (d): N (NAVs årsrapport 2015) quotes 200 days. ⟂ With an even
-- number the lower of the two middle ones.
select
    utvalg,
    'median_dager=tiltak' as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    count(*) as antall,
    count(*) as nevner,
    quantile_disc(dager_til_tiltak, 0.5)::double as verdi
from statistikk.forlop_oppsummert
join forlop_profil using (person_key, forlop_nr)
join forlop_grupper using (profil)
join forlop_utvalg using (gruppe_nr)
where dager_til_tiltak is not null and not etter_lengde
group by utvalg, gruppering, gruppe
