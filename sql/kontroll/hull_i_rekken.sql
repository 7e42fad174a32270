-- Grain: a month without person-months between the first and the last that have them.
-- Key: maaned.
-- Rule: rules.md §5: a month in a range is never silently missing; a spell with a hole
-- in it is counted as two. Months may be built in any order, so it stops nothing.
with
    rekke as (
        select unnest(generate_series(min(maaned), max(maaned), interval 1 month))::date as maaned
        from klargjort.person_maaned
    )
select
    maaned,
    'hull_i_rekken' as kontroll,
    0::bigint as antall,
    'Det finnes personmåneder både før og etter, men ikke i måneden.' as detalj
from rekke
anti join klargjort.person_maaned using (maaned)
order by maaned
