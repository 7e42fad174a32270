-- One row per spell and month, from the spell's first to its last month with pay
-- Key: (person_key, forlop_nr, maaned_nr), maaned_nr from 1; (person_key, maaned) is unique too
-- rules.md §3 «Panel»
--
-- ⟂ A month without payment inside a spell keeps its own flags.
-- ⟂ Where the person is not in that month's delivery at all, nothing is known: the flags are false, the
-- card is
-- `mangler` and the state `passiv`, as for anybody of whom nothing is registered.
with
    rader as (
        select
            person_key,
            forlop_nr,
            (datediff('month', start, maaned) + 1)::integer as maaned_nr,
            maaned,
            mottaker,
            tiltak,
            arbeid,
            behandling,
            tilstand,
            meldekort_status
        from klargjort.person_maaned
        join klargjort.forlop using (person_key)
        where maaned between start and slutt
    ),
    -- Months inside a spell that have no row: the month after one that has. Two paid months are at most one
    -- month
    -- apart in a spell, so no hole is longer. (Joins, not windows: a fourth of the time.)
    hull as (
        select
            person_key,
            forlop_nr,
            (datediff('month', start, maaned) + 2)::integer as maaned_nr,
            (maaned + interval 1 month)::date as maaned,
            false as mottaker,
            false as tiltak,
            false as arbeid,
            false as behandling,
            'passiv' as tilstand,
            'mangler' as meldekort_status
        from klargjort.person_maaned as rad
        join klargjort.forlop using (person_key)
        where
            maaned >= start
            and maaned < slutt
            and not exists (
                from klargjort.person_maaned as neste
                where neste.person_key = rad.person_key and neste.maaned = rad.maaned + interval 1 month
            )
    )
from rader
union all by name
from hull
