-- Grain: one row per population, measure and group: how many spells there are, and how
-- long the shortest and the longest of them is.
-- Key: utvalg, mal, gruppering, gruppe.
-- Rule: rules.md §3: B followed each spell for 1–64 months. Length as observed,
-- censored spells too.
with
    celler as (
        select profil, count(*) as forlop, min(lengde) as korteste, max(lengde) as lengste
        from forlop_profil
        join klargjort.forlop using (person_key, forlop_nr)
        group by profil
    ),
    tall as (
        select
            utvalg,
            gruppering,
            gruppe,
            sum(forlop)::bigint as antall,
            sum(forlop)::double as forlop,
            min(korteste)::double as korteste,
            max(lengste)::double as lengste
        from celler
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe
    )
select utvalg, mal, gruppering, gruppe, null::integer as maaned_nr, antall, antall as nevner, verdi
from (unpivot tall on forlop, korteste, lengste into name mal value verdi)
