-- The most common courses: spells as sequences of distinct states, however long each
-- lasted; twenty, and all that rounding may bring among the twenty (rules.md §8)
-- Key: (utvalg, mal, gruppering, gruppe); mal = `lop=` and the states in order
-- rules.md §3 (f). ⟂ Equally common courses come in the order of their text
with
    celler as (
        select profil, lop, count(*) as antall
        from statistikk.forlop_oppsummert
        join forlop_profil using (person_key, forlop_nr)
        group by profil, lop
    ),
    grupper as (
        select gruppe_nr, lop, sum(antall) as antall
        from celler
        join forlop_grupper using (profil)
        where not etter_lengde
        group by gruppe_nr, lop
    ),
    tall as (
        select utvalg, gruppering, gruppe, lop, sum(antall)::bigint as antall
        from grupper
        join forlop_utvalg using (gruppe_nr)
        group by utvalg, gruppering, gruppe, lop
    )
select
    utvalg,
    'lop=' || lop as mal,
    gruppering,
    gruppe,
    null::integer as maaned_nr,
    antall,
    (sum(antall) over (partition by utvalg, gruppering, gruppe))::bigint as nevner,
    antall / (sum(antall) over (partition by utvalg, gruppering, gruppe)) as verdi
from tall
qualify
    -- Rounding moves a count by at most four, so none that is eight below the twentieth
    -- comes before it.
    antall >= coalesce(
        nth_value(antall, 20) over (
            partition by utvalg, gruppering, gruppe
            order by antall desc, lop
            rows between unbounded preceding and unbounded following
        )
        - 8,
        1
    )
