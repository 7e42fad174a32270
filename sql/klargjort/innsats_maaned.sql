-- Grain: one row per person and month with an innsatsgruppe in force on the last day of
-- the month.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `innsatsgruppe`, `hovedmaal` (§ 14a; 2017:1 figure 7).
with
    gjeldende as (
        -- The service groups have no innsatsgruppe in the list and
        -- are no innsatsgruppe.
        select
            v.person_key,
            v.maaned,
            arg_max((g.innsatsgruppe, v.hovedmaalkode), (v.fra_dato, v.vedtak_id)) as siste
        from kilde.innsatsgruppe v
        semi join (select unnest($maaneder) as maaned) using (maaned)
        join kodeverk.innsatsgruppe g on g.kode = v.kvalifiseringsgruppekode
        where
            g.innsatsgruppe is not null
            and v.fra_dato <= last_day(v.maaned)
            and coalesce(v.til_dato >= last_day(v.maaned), true)
        group by v.person_key, v.maaned
    )
select person_key, maaned, siste[1] as innsatsgruppe, siste[2] as hovedmaal
from gjeldende
