-- Grain: a published number and a reading of it that counts persons over a whole period.
-- Key: id, lesning.
-- Rule: rules.md §6: each person counted once however many months and spells.
select
    kobling.id,
    kobling.lesning,
    kobling.fra,
    kobling.til,
    datediff('month', kobling.fra, kobling.til) + 1 as maaneder_ventet,
    count(distinct forlop.person_key) filter (where forlop.konvertert) as teller,
    count(distinct forlop.person_key) as nevner
from kobling
left join klargjort.forlop on forlop.start <= kobling.til and forlop.slutt >= kobling.fra
where kobling.storrelse = 'personer'
group by all
