-- Grain: a month to be built.
-- Key: maaned.
-- Rule: design.md: what was built from another load than the current one, or
-- not built, is stale.
with
    lastet as (
        select strptime(leveranse, '%Y-%m')::date as maaned, max(lastet_tid) as lastet_tid
        from kontroll.leveranse
        group by all
    )
select maaned
from lastet
anti join (from kontroll.bygg where tabell = $tabell) as bygget using (maaned, lastet_tid)
order by maaned
