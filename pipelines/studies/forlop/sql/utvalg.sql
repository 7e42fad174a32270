-- Grain: one row per group and population it counts in, by name. A temporary table.
-- Key: gruppe_nr, utvalg.
-- Rule: rules.md §3 «Results»: the populations are nested, $utvalg from the widest to
-- the narrowest, the first of them at nivaa $minst.
select distinct gruppe_nr, utvalg, navn.gruppering as gruppering, navn.gruppe as gruppe
from forlop_grupper
join
    (select unnest($utvalg) as utvalg, unnest(range($minst, $minst + len($utvalg))) as minst) as utvalg
    on nivaa >= minst
