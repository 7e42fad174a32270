-- Months in each activity and each tilstand: mean per spell, and share of all months
-- Key: (utvalg, mal, gruppering, gruppe); antall is months, nevner spells (maaneder)
-- or months (maanedsandel), and personer the spells with any such month
-- rules.md §3 (c); censored spells as far as they are seen
with
    celler as (
        select
            profil,
            tall.mal as mal,
            sum(tall.maaneder) as antall,
            count(*) filter (tall.maaneder > 0) as personer,
            count(*) as forlop,
            sum(spell.lengde) as alle
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
        cross join
            unnest(
                [
                    {'mal':'alle', 'maaneder':spell.lengde},
                    {'mal':'tiltak', 'maaneder':maaneder_tiltak},
                    {'mal':'arbeid', 'maaneder':maaneder_arbeid},
                    {'mal':'behandling', 'maaneder':maaneder_behandling},
                    {'mal':'arbeidsrettet', 'maaneder':maaneder_arbeidsrettet},
                    {'mal':'aktivitet', 'maaneder':maaneder_aktivitet},
                    {'mal':'samtidig', 'maaneder':maaneder_samtidig},
                    {'mal':'samtidig_tiltak', 'maaneder':maaneder_samtidig_tiltak},
                    {'mal':'samtidig_arbeid', 'maaneder':maaneder_samtidig_arbeid},
                    {'mal':'uten_utbetaling', 'maaneder':maaneder_uten_utbetaling},
                    {'mal':'uten_meldekort', 'maaneder':maaneder_uten_meldekort},
                    {'mal':'passiv', 'maaneder':tilstand_passiv},
                    {'mal':'tilstand:behandling', 'maaneder':tilstand_behandling},
                    {'mal':'tilstand:arbeid', 'maaneder':tilstand_arbeid},
                    {'mal':'tilstand:arbeid+behandling', 'maaneder':tilstand_arbeid_behandling},
                    {'mal':'tilstand:tiltak', 'maaneder':tilstand_tiltak},
                    {'mal':'tilstand:tiltak+behandling', 'maaneder':tilstand_tiltak_behandling},
                    {'mal':'tilstand:tiltak+arbeid', 'maaneder':tilstand_tiltak_arbeid},
                    {'mal':'tilstand:tiltak+arbeid+behandling', 'maaneder':tilstand_tiltak_arbeid_behandling}
                ]
            ) as m(tall)
        group by profil, mal
    ),
    lang as (
        select
            utvalg,
            gruppering,
            gruppe,
            mal,
            sum(antall)::bigint as antall,
            sum(personer)::bigint as personer,
            sum(forlop)::bigint as forlop,
            sum(alle)::bigint as maaneder
        from celler
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe, mal
    )
select
    utvalg,
    'maaneder=' || mal as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    forlop as nevner,
    antall / forlop as verdi,
    personer
from lang
union all
select utvalg, 'maanedsandel=' || mal, gruppering, gruppe, null, antall, maaneder, antall / maaneder, personer
from lang
where mal <> 'alle'
