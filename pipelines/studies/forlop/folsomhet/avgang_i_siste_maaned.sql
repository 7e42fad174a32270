-- Grain: one row.
-- Key: none.
-- Rule: rules.md §3 (d) ⟂: those who have left by month twelve, when leaving is dated
-- to the last month inside.
select
    any_value(verdi) filter (maaned_nr = 12) as verdi,
    any_value(verdi) filter (maaned_nr = 13) as verdi_ellers,
    any_value(antall) filter (maaned_nr = 12) as antall,
    any_value(antall) filter (maaned_nr = 13) as antall_ellers,
    any_value(nevner) filter (maaned_nr = 12) as nevner,
    any_value(nevner) filter (maaned_nr = 13) as nevner_ellers
from statistikk.forlop
where utvalg = 'helt_ny' and mal = 'kumulativ_insidens=ute' and gruppering = 'alle' and maaned_nr in (12, 13)
