-- Grain: one row.
-- Key: none.
-- Rule: rules.md §1, the choice «netto_utbetaling»; the counts are made where the
-- extracts are (sql/kontroll/folsomhet.sql).
select
    antall / coalesce(nevner, 1) as verdi,
    antall_ellers / coalesce(nevner, 1) as verdi_ellers,
    antall,
    antall_ellers,
    nevner,
    nevner as nevner_ellers
from kontroll.folsomhet
where maaned = $maaned and valg = 'netto_utbetaling'
