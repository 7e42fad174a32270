-- Grain: one row per spell, with its profile: spells of one profile count in the same
-- groups. A temporary table.
-- Key: person_key, forlop_nr.
-- Rule: rules.md §3 «Results»: the breakdowns. Results are counted per profile first,
-- of which there are few, then per group (`grupper`). nivaa: how far in the nested
-- populations alle ⊃ tilgang ⊃ helt_ny ⊃ tiprosent it comes; none before $minst.
select
    person_key,
    forlop_nr,
    fulgt,
    sensurert,
    start_kjent::integer + helt_ny::integer + (helt_ny and i_tiprosentutvalg)::integer as nivaa,
    kjonn,
    aldersgruppe,
    diagnosegruppe,
    utdanning,
    startaar::varchar as startaar,
    lengdeklasse,
    dense_rank() over (
        order by nivaa, kjonn, aldersgruppe, diagnosegruppe, utdanning, startaar, lengdeklasse, sensurert
    ) as profil
from statistikk.forlop_oppsummert
where nivaa >= $minst
