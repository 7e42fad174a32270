-- Grain: one row per episode: the consecutive months of a spell in one and the same
-- tilstand.
-- Key: person_key, forlop_nr, episode_nr; episode_nr from 1.
-- Rule: rules.md §3 «Spell summary» (passive stretches, changes of state) and (f): the
-- spell as distinct states.
with
    skift as (
        select
            maaned.person_key,
            maaned.forlop_nr,
            maaned.maaned_nr as fra_nr,
            maaned.tilstand,
            maaned.tiltak,
            maaned.arbeid,
            maaned.behandling
        from klargjort.forlop_maaned as maaned
        left join
            klargjort.forlop_maaned as forrige
            on forrige.person_key = maaned.person_key
            and forrige.forlop_nr = maaned.forlop_nr
            and forrige.maaned_nr = maaned.maaned_nr - 1
        where forrige.tilstand is distinct from maaned.tilstand
    )
select
    person_key,
    forlop_nr,
    (row_number() over kronologisk)::integer as episode_nr,
    tilstand,
    tiltak,
    arbeid,
    behandling,
    fra_nr,
    (coalesce(lead(fra_nr) over kronologisk, lengde + 1) - fra_nr)::integer as varighet
from skift
join klargjort.forlop using (person_key, forlop_nr)
window kronologisk as (partition by person_key, forlop_nr order by fra_nr)
