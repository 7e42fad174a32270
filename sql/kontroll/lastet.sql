-- Grain: a month that is loaded, with the number of its last load.
-- Key: maaned.
-- Rule: contracts.md, «Delivery»: a month is there when its ten extracts have
-- been through the door.
select strptime(leveranse, '%Y-%m')::date as maaned, max(lastet_nr) as lastet_nr
from kontroll.leveranse
group by all
order by maaned
