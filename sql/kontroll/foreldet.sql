-- Grain: a month to be built.
-- Key: maaned.
-- Rule: design.md: what was not built, or built from another load than the current
-- one, is stale; so is what was built by other rules than today's, or one panel
-- would be counted by two of them.
with
    lastet as (
        select strptime(leveranse, '%Y-%m')::date as maaned, max(lastet_nr) as lastet_nr
        from kontroll.leveranse
        group by all
    )
select maaned
from lastet
anti join (from kontroll.bygg where tabell = $tabell and regler = $regler) as bygget using (maaned, lastet_nr)
order by maaned
