-- Grain: one row per month, share h in twelfths from 0 to 1, and activity status
-- or band of statuses.
-- Key: maaned, h_tolvdeler, aktivitetsstatus.
-- Rule: rules.md §2, figure 9 (2017:1 fn. 15-17). A share h of `gyldig_plan`, and of
-- `ingen_plan`, each on its own, is taken to be in treatment nobody registered. L's h
-- is 1/2, the survey's 2/3; 0 and 1 bound what the register can say.
with
    status as (
        select maaned, split_part(mal, '=', 2) as aktivitetsstatus, antall, nevner
        from statistikk.tverrsnitt
        semi join (select unnest($maaneder) as maaned) using (maaned)
        where gruppering = 'alle' and mal like 'aktivitetsstatus=%'
    ),
    flytting as (
        -- Twelfths, so that both 1/2 and 2/3 are on the grid and a whole number of
        -- persons is moved exactly.
        select s.*, h.h_tolvdeler, s.aktivitetsstatus in ('gyldig_plan', 'ingen_plan') as avgir
        from status s
        cross join (select unnest(range(0, 13)) as h_tolvdeler) h
    ),
    flyttet as (
        -- Counted in twelfths of a person: whole numbers come to the same sum in
        -- whatever order they are added.
        select
            maaned,
            h_tolvdeler,
            aktivitetsstatus,
            nevner,
            case
                when avgir
                then antall * (12 - h_tolvdeler)
                when aktivitetsstatus = 'kun_behandling'
                then
                    12 * antall
                    + sum(antall * h_tolvdeler) filter (where avgir) over (partition by maaned, h_tolvdeler)
                else 12 * antall
            end as tolvdeler
        from flytting
    ),
    -- What is read off figure 9: each status, and the bands of those with
    -- and without activity.
    baand(aktivitetsstatus, baand) as (
        values
            ('arbeid_eller_tiltak', 'med_aktivitet'),
            ('kun_behandling', 'med_aktivitet'),
            ('gyldig_plan', 'uten_aktivitet'),
            ('ingen_plan', 'uten_aktivitet'),
            ('gyldig_plan', 'uten_aktivitet_inkl_varig_tilpasset'),
            ('ingen_plan', 'uten_aktivitet_inkl_varig_tilpasset'),
            ('varig_tilpasset', 'uten_aktivitet_inkl_varig_tilpasset')
    ),
    alle as (
        select maaned, h_tolvdeler, aktivitetsstatus, nevner, tolvdeler
        from flyttet
        union all
        select f.maaned, f.h_tolvdeler, b.baand, f.nevner, f.tolvdeler
        from flyttet f
        join baand b using (aktivitetsstatus)
    )
select
    maaned,
    h_tolvdeler::integer as h_tolvdeler,
    h_tolvdeler / 12 as h,
    aktivitetsstatus,
    sum(tolvdeler) / 12 as antall,
    any_value(nevner)::bigint as nevner,
    sum(tolvdeler) / nullif(12 * any_value(nevner), 0) as andel
from alle
group by maaned, h_tolvdeler, aktivitetsstatus
order by all
