-- Grain: one row per person and month with a posting in the month.
-- Key: person_key, maaned.
-- Rule: rules.md §1, `mottaker` (official statistics: paid AAP in the month).
-- `har_utbetaling` is what kontroll.folsomhet counts.
select
    person_key,
    maaned,
    -- Corrections are postings of their own and net out (⟂).
    sum(belop) > 0 as mottaker,
    bool_or(belop > 0) as har_utbetaling
from kilde.utbetaling
semi join (select unnest($maaneder) as maaned) using (maaned)
where dato_postert between maaned and last_day(maaned)
group by person_key, maaned
