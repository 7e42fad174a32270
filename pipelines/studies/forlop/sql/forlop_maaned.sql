-- Grain: one row per spell and month, from the spell's first to its last month with
-- pay.
-- Key: person_key, forlop_nr, maaned_nr; maaned_nr is from 1, and person_key with
-- maaned is unique too.
-- Rule: rules.md §3 «Panel».
--
-- ⟂ A month without payment inside a spell keeps its own flags.
-- ⟂ Where the person is not in that month's delivery at all, nothing is known: the
-- flags are false, the card is `mangler` and the state `passiv`, as for anybody of whom
-- nothing is registered.
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
    -- Few spells lack a month, so only these are laid out month by month to find it.
    ufullstendige as (
        select person_key, forlop_nr, start, lengde
        from klargjort.person_maaned
        join klargjort.forlop using (person_key)
        where maaned between start and slutt
        group by person_key, forlop_nr, start, lengde
        having count(*) < lengde
    ),
    utlagt as (
        select
            person_key,
            forlop_nr,
            unnest(range(1, lengde + 1))::integer as maaned_nr,
            (start + to_months(maaned_nr - 1))::date as maaned
        from ufullstendige
    ),
    hull as (from utlagt anti join klargjort.person_maaned using (person_key, maaned))
from rader
union all by name
select
    *,
    false as mottaker,
    false as tiltak,
    false as arbeid,
    false as behandling,
    'passiv' as tilstand,
    'mangler' as meldekort_status
from hull
