-- Grain: a month whose recipients differ more from those of the month before
-- than the threshold of statistikk.tverrsnitt allows.
-- Key: maaned. Severity: warning. Nothing is said of a month whose
-- predecessor is not there.
-- Rule: rules.md §5.
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
where 100 * abs(m.antall - f.antall) > $endring_prosent * f.antall
order by m.maaned
