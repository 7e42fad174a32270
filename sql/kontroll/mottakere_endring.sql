-- Grain: a month whose recipients differ more than 5 percent from those
-- of the month before.
-- Key: maaned.
-- Rule: rules.md §5: within 5 percent of the month before. Nothing is said of a month
-- whose predecessor is not there.
with
    mottakere as (
        select maaned, antall from statistikk.tverrsnitt where mal = 'mottakere' and gruppering = 'alle'
    )
select
    m.maaned,
    'mottakere_endring' as kontroll,
    m.antall - f.antall as antall,
    format('{} mottakere, {} måneden før.', m.antall, f.antall) as detalj
from mottakere m
semi join (select unnest($maaneder) as maaned) using (maaned)
join mottakere f on f.maaned = m.maaned - interval 1 month
where abs(m.antall - f.antall) > 0.05 * f.antall
order by m.maaned
