-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 ⟂: spells whose age or diagnosis group is another in the last
-- month than in the first.
select
    antall / nevner as verdi,
    null::double as verdi_ellers,
    antall,
    null::bigint as antall_ellers,
    nevner,
    null::bigint as nevner_ellers
from
    (
        select
            count(*) as nevner,
            count_if(p.aldersgruppe <> f.aldersgruppe or p.diagnosegruppe <> f.diagnosegruppe) as antall
        from klargjort.forlop f
        join klargjort.person_maaned p on p.person_key = f.person_key and p.maaned = f.slutt
        where f.helt_ny
    )
