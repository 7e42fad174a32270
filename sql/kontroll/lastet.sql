-- Grain: a month that is loaded, with the time of its last load.
-- Key: maaned.
-- Rule: contracts.md, «Delivery»: a month is there when its extracts have been
-- through the door.
select strptime(leveranse, '%Y-%m')::date as maaned, max(lastet_tid) as lastet_tid
from kontroll.leveranse
group by all
order by maaned
