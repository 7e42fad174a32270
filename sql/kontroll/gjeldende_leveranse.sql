-- Grain: an extract of a delivery, as it was last loaded.
-- Key: leveranse, uttrekk.
-- Rule: contracts.md, «Delivery»: a delivery that comes again replaces the earlier
-- one, whose counts stay.
select
    leveranse, uttrekk, arg_max(sha256, lastet_nr) as sha256, arg_max(kontrakt_versjon, lastet_nr) as versjon
from kontroll.leveranse
group by all
order by all
