-- Grain: a month where too many recipients have no granted AAP vedtak that has begun.
-- Key: maaned. Severity: error.
-- Rule: rules.md §5: no recipient without a granted vedtak beyond a stated share. The
-- share and the number of persons are thresholds of klargjort.person_maaned. A vedtak
-- that has ended will do: the last card is paid after it.
select
    p.maaned,
    'mottaker_uten_vedtak' as kontroll,
    count(*) filter (where not coalesce(v.innvilget, false)) as antall,
    format('{} av {} mottakere uten innvilget vedtak.', antall, count(*)) as detalj
from klargjort.person_maaned p
semi join (select unnest($maaneder) as maaned) m on m.maaned = p.maaned
left join klargjort.vedtak_maaned v on v.maaned = p.maaned and v.person_key = p.person_key
where p.mottaker
group by p.maaned
having antall > $uten_vedtak_antall and 100 * antall > $uten_vedtak_prosent * count(*)
order by p.maaned
