-- Grain: an extract of a delivery, as the delivery was last loaded; one it came
-- without has no sha256.
-- Key: leveranse, uttrekk.
-- Rule: contracts.md, «Delivery»: a delivery that comes again replaces the earlier
-- one, whose counts stay.
select leveranse, uttrekk, sha256, kontrakt_versjon as versjon
from kontroll.leveranse
qualify lastet_tid = max(lastet_tid) over (partition by leveranse)
order by all
