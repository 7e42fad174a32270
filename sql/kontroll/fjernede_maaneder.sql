-- Grain: a loaded month whose delivery was removed from the landing folder.
-- Key: maaned.
-- Rule: personvern.md, «Lagring og sletting»: a delivery that is loaded again after
-- that is not removed any more.
select strptime(leveranse, '%Y-%m')::date as maaned
from kontroll.fjernet
join
    (select leveranse, max(lastet_tid) as lastet_tid from kontroll.leveranse group by all) using (
        leveranse, lastet_tid
    )
order by maaned
