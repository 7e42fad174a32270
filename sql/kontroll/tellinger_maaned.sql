-- Grain: an extract and a delivery, as last loaded, of the asked-for deliveries.
-- Key: uttrekk, leveranse.
-- Rule: contracts.md, «At the door»: read = loaded + duplicate +
-- sheltered + quarantined.
select uttrekk, leveranse, lest, lastet, duplikat, skjermet, karantene
from kontroll.leveranse
where leveranse in (select unnest($leveranser))
qualify row_number() over (partition by leveranse, uttrekk order by lastet_nr desc) = 1
order by uttrekk, leveranse
