-- Grain: one row per person and month with at least one card that
-- counts, received in M.
-- Key: person_key, maaned.
-- Rule: rules.md §1, the cards of `arbeid`, `timer_arbeidet` and
-- `meldekort_status` (2017:1 ch. 2).
with
    timer as (
        -- Days are by far the largest extract: only those with hours are carried on,
        -- summed to their card.
        select maaned, meldekort_id, sum(timer_arbeidet) as timer_arbeidet
        from kilde.meldekort_dag
        semi join (select unnest($maaneder) as maaned) using (maaned)
        where timer_arbeidet > 0
        group by maaned, meldekort_id
    ),
    kort as (
        -- One card a period: the latest received, then the highest id. A card that was
        -- replaced, deleted or failed is out before the choice is made. Any
        -- meldegruppe, and none, will do.
        select k.person_key, k.maaned, k.meldekort_id, m.automatisk
        from kilde.meldekort k
        semi join (select unnest($maaneder) as maaned) using (maaned)
        join kodeverk.beregningstatus b on b.kode = k.beregningstatuskode
        join kodeverk.mkskort m on m.kode = k.mkskortkode
        where b.teller and k.dato_innkommet between k.maaned and last_day(k.maaned)
        qualify
            row_number() over (
                partition by k.person_key, k.maaned, k.aar, k.periodekode
                order by k.dato_innkommet desc, k.meldekort_id desc
            )
            = 1
    )
select
    k.person_key,
    k.maaned,
    count(*)::integer as antall_kort,
    (count(*) filter (where k.automatisk))::integer as antall_automatiske_kort,
    coalesce(sum(t.timer_arbeidet), 0)::decimal(9, 1) as timer_arbeidet,
    -- ⟂ Whoever reports hours has reported work, asked or not.
    bool_or(t.timer_arbeidet is not null) as arbeid
from kort k
left join timer t on t.maaned = k.maaned and t.meldekort_id = k.meldekort_id
group by k.person_key, k.maaned
