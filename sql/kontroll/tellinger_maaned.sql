-- Grain: an extract and a delivery that has it, as last loaded, of the asked-for
-- deliveries.
-- Key: uttrekk, leveranse.
-- Rule: contracts.md, «At the door»: read = loaded + duplicate +
-- sheltered + quarantined.
select uttrekk, leveranse, lest, lastet, duplikat, skjermet, karantene
from kontroll.leveranse
where leveranse in (select unnest($leveranser))
qualify lastet_tid = max(lastet_tid) over (partition by leveranse) and sha256 is not null
order by uttrekk, leveranse
