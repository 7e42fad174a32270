-- Grain: one row per population, measure and group: means per spell of passive
-- stretches, changes of state and the sequence measures.
-- Key: utvalg, mal, gruppering, gruppe; antall = nevner = spells.
-- Rule: rules.md §3 (c) and (f).
--
-- The measures are summed as decimals, so that the mean is the same in every run.
with
    celler as (
        select
            profil,
            count(*) as forlop,
            sum(spell.lengde::decimal(18, 9)) as lengde,
            sum(spell.sensurert::integer::decimal(18, 9)) as sensurert,
            sum(passive_perioder::decimal(18, 9)) as passive_perioder,
            sum(lengste_passive::decimal(18, 9)) as lengste_passive,
            sum(andel_passiv::decimal(18, 9)) as andel_passiv,
            sum(overganger::decimal(18, 9)) as overganger,
            sum(ulike_tilstander::decimal(18, 9)) as ulike_tilstander,
            sum(entropi::decimal(18, 9)) as entropi,
            sum(turbulens::decimal(18, 9)) as turbulens,
            sum(kompleksitet::decimal(18, 9)) as kompleksitet
        from statistikk.forlop_oppsummert as spell
        join forlop_profil using (person_key, forlop_nr)
        group by profil
    ),
    tall as (
        select utvalg, gruppering, gruppe, sum(columns(celler.* exclude (profil)))
        from celler
        join forlop_grupper using (profil)
        join forlop_utvalg using (gruppe_nr)
        group by all
    )
select
    utvalg,
    'snitt=' || mal as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    forlop::bigint as antall,
    forlop::bigint as nevner,
    summen::double / forlop::double as verdi
from (unpivot tall on columns(* exclude (utvalg, gruppering, gruppe, forlop)) into name mal value summen)
