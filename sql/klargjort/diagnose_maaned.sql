-- Grain: one row per person and month with a main diagnosis by the last day of the month.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `diagnosegruppe` (2017:1 ch. 2).
with
    siste as (
        -- The latest main diagnosis; on the same day ICPC2 before
        -- ICD10, then code order.
        select
            d.person_key,
            d.maaned,
            arg_min(
                (d.diagnose_kodeverk, d.diagnosekode),
                (date '9999-12-31' - d.dato, k.rekkefolge, d.diagnosekode)
            ) as gjeldende
        from kilde.diagnose d
        semi join (select unnest($maaneder) as maaned) using (maaned)
        join kodeverk.diagnosetype t on t.kode = d.diagnose_type
        join kodeverk.diagnosekodeverk k on k.kode = d.diagnose_kodeverk
        where t.hoved and d.dato <= last_day(d.maaned)
        group by d.person_key, d.maaned
    )
select s.person_key, s.maaned, coalesce(g.diagnosegruppe, 'annet') as diagnosegruppe
from siste s
left join
    kodeverk.diagnosegruppe g
    on g.diagnose_kodeverk = s.gjeldende[1]
    and g.kapittel = upper(left(trim(s.gjeldende[2]), 1))
